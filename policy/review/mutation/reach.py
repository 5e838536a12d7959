"""Which tests a change can reach: those in whose case something is that a changed rule waits for.

    pack before, pack after --Unchanged--> ids of rules; None: whatever the district decides
    case of a test --present--> its elements, as (list, code)
    plans of these rules, what is there --waits_for--> whether any of them is tried at all

A rule that waits for an event which a case does not have decides nothing of it, before the change or after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from policy.facts.timeline import Timeline
from policy.facts.views import DISCRIMINATORS
from policy.pack.model import Expression, Pack
from policy.program import RulePlan
from policy.text.source import Span

Present = frozenset[tuple[str, str]]
"""Elements of a case, as (list, code); the code "" where an element does not say it."""

_SECTIONS = ("bodies", "units", "office_hours", "attributes", "facts", "forms", "contacts")
"""What all rules of a pack may rest on, and where nothing says which of them do."""


class Unchanged:
    """A pack as it is, to be compared with what becomes of it."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._rules = {rule.id: bare(rule) for rule in pack.rules}
        self._words = {name: _words(rule) for name, rule in self._rules.items()}

    def changed_rules(self, after: Pack, file: str, shared: bool) -> frozenset[str] | None:
        """The rules that say something else, or use a term or parameter that does; None: all of them may.

        ``file`` is the one that was changed; ``shared``: whether rules of other files hold parts of it.
        """
        before = self._pack
        if any(bare(getattr(before, name)) != bare(getattr(after, name)) for name in _SECTIONS):
            return None
        new = {rule.id: rule for rule in after.rules}
        changed = set(self._rules.keys() ^ new.keys())
        looked_at = (rule for rule in after.rules if shared or rule.span.source.name == file)
        changed.update(rule.id for rule in looked_at if self._rules.get(rule.id) != bare(rule))
        if named := _changed_names(before, after):
            changed.update(name for name, words in self._words.items() if not named.isdisjoint(words))
        return frozenset(changed)


def _changed_names(before: Pack, after: Pack) -> set[str]:
    """Terms and parameters that are changed, and the terms that use them."""
    kept: dict[str, set[str]] = {}
    named: set[str] = set()
    for old, new in ((before.parameters, after.parameters), (before.terms, after.terms)):
        for name in old.keys() | new.keys():
            said = bare(new.get(name))
            kept[name] = _words(said)
            if bare(old.get(name)) != said:
                named.add(name)
    while more := {name for name, words in kept.items() if name not in named and not named.isdisjoint(words)}:
        named |= more
    return named


def _words(value: object) -> set[str]:
    return {word for text in _texts(value) for word in re.findall(r"\w+", text)}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)


def bare(value: Any) -> object:
    """A value without the places in files where it was read."""
    if isinstance(value, Span):
        return None
    if isinstance(value, Expression):
        return value.text
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), tuple(bare(getattr(value, name.name)) for name in fields(value))
    if isinstance(value, Mapping):
        return tuple((key, bare(each)) for key, each in value.items())
    if isinstance(value, tuple):
        return tuple(bare(each) for each in value)
    return value


def present(timeline: Timeline) -> Present:
    """What there is in a case by the moment of its decision, what counts as a fact and breaches included."""
    view = timeline.now
    return frozenset(
        (name, getattr(element, field, ""))
        for name, field in DISCRIMINATORS.items()
        for element in getattr(view, name, ())
    )


def waits_for(plans: Iterable[RulePlan], there: Present) -> bool:
    """Whether any of these rules is tried on a case with these elements."""
    return any(
        name == plan.trigger.collection and (not plan.trigger.codes or code in ("", *plan.trigger.codes))
        for plan in plans
        for name, code in there
    )
