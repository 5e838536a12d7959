"""What is wrong with a request, in words: where, what, what was meant or can be written, what to do.

Violation --told--> FieldViolation
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from linkage.v1 import policy_service_pb2 as api
from policy.facts.reading import Violation
from policy.review.wording import message
from policy.text.messages import CATALOG
from policy.text.messages.entry import Words
from policy.text.suggest import suggest
from server.settings.limits import MAX_SUGGESTED

FEW = 12
"""So many names are all listed, where they are no longer than ``SHORT`` together."""
SHORT = 200
"""Characters."""


def told(violations: Iterable[Violation], lang: str) -> tuple[api.FieldViolation, ...]:
    """Each of them in "zh" or "en"."""
    telling = _Telling(lang)
    return tuple(telling.violation(item) for item in violations)


def meant(suggestion: str, lang: str) -> str:
    """Did you mean …; nothing where nothing is near."""
    if not suggestion:
        return ""
    return f" (did you mean “{suggestion}”?)" if lang == "en" else f"（是不是“{suggestion}”？）"


def choices(names: Sequence[str], lang: str) -> str:
    """The names, where they are few and short; else how many there are."""
    if few(names):
        return ("、" if lang == "zh" else ", ").join(names)
    return f"共 {len(names)} 个" if lang == "zh" else f"{len(names)} in all"


def few(names: Sequence[str]) -> bool:
    """Whether it helps to list them."""
    return len(names) <= FEW and sum(map(len, names)) <= SHORT


_CHOICES = {
    "zh": ("可用的{allowed}。", "可用的：{allowed}。"),
    "en": ("It can be one of {count}. ", "It can be: {allowed}. "),
}
"""Of many, and of few."""


class _Telling:
    """Looks for the nearest name once for each name, and for the first few of them; says once what to do."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._nearest: dict[tuple[str, tuple[str, ...]], str] = {}
        self._helped: set[str] = set()
        self._listed: set[tuple[str, ...]] = set()

    def violation(self, violation: Violation) -> api.FieldViolation:
        nearest = self._near(violation)
        return api.FieldViolation(
            field=violation.field,
            code=violation.code,
            description=self._description(violation, nearest),
            suggestion=nearest,
        )

    def _near(self, violation: Violation) -> str:
        if labelled := next((value for name, value in violation.args if name == "meant"), ""):
            return str(labelled)
        key = violation.name, violation.candidates
        if key not in self._nearest and len(self._nearest) < MAX_SUGGESTED and violation.candidates:
            self._nearest[key] = suggest(*key)
        return self._nearest.get(key, "")

    def _description(self, violation: Violation, nearest: str) -> str:
        lang, args, names = self._lang, dict(violation.args), violation.candidates
        help_ = "" if violation.code in self._helped else CATALOG[violation.code].help(lang)
        if names and (help_ or names not in self._listed):
            args |= {"allowed": choices(names, lang), "count": str(len(names))}
            if "{allowed}" not in help_:
                help_ = _CHOICES[lang][few(names)] + help_
        self._helped.add(violation.code)
        self._listed.add(names)
        said = message(violation.code, lang, args) + meant(nearest, lang)
        if not help_:
            return said
        return f"{said}{'。' if lang == 'zh' else '. '}{_filled(help_, args, lang)}".rstrip()


def _filled(template: str, args: dict[str, str | Words], lang: str) -> str:
    plain = {name: value.get(lang) if isinstance(value, Words) else value for name, value in args.items()}
    return template.format_map(plain)
