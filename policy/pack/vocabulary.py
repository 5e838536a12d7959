"""The vocabulary: every code that rules and facts may use, with its labels in Chinese and English.

``policy.pack.read_vocabulary`` makes it from rules/vocabulary.yaml. ``CODE_FIELDS`` says which string
fields of the facts hold codes, and of which section.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from policy.pack.equivalences import Equivalences
from policy.text.suggest import suggest

__all__ = ["CODE", "CODE_FIELDS", "EFFECTS", "MAX_CODE", "SECTIONS", "Code", "Vocabulary"]

CODE = re.compile(r"[a-z][a-z0-9_]*")
MAX_CODE = 64

#: What an event does to obligations: the first four to all of the case, the others to the one it names. The
#: last six do nothing to what is owed: they say who has it in hand (policy.register.handling).
EFFECTS = (
    "suspend",
    "resume",
    "terminate",
    "discharge",
    "fulfil_one",
    "withdraw_one",
    "suspend_one",
    "resume_one",
    "extend_one",
    "accept_one",
    "return_one",
    "confirm_one",
    "reject_one",
    "object_one",
    "answer_one",
)

#: The sections of vocabulary.yaml, each with its name for people.
SECTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "kinds": ("案件种类", "kinds of case"),
        "stages": ("阶段", "stages"),
        "categories": ("案件类别", "categories"),
        "roles": ("当事人身份", "roles"),
        "party_kinds": ("当事人类型", "kinds of party"),
        "traits": ("当事人特征", "traits"),
        "relations": ("当事人关系", "relations"),
        "documents": ("文书种类", "documents"),
        "service_results": ("送达结果", "results of service"),
        "matters": ("协助事项", "matters"),
        "families": ("事项的类别", "families of matters"),
        "request_forms": ("请求形式", "forms of request"),
        "urgencies": ("紧急程度", "urgencies"),
        "property_types": ("财产种类", "types of property"),
        "events": ("事件", "events"),
        "results": ("结果", "results"),
        "bodies": ("单位", "bodies"),
        "actions": ("行为", "actions"),
        "deadline_words": ("期限用语", "deadline words"),
        "districts": ("区县", "districts"),
    }
)

#: (message, field) of linkage.v1 -> the section whose codes the field holds.
CODE_FIELDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("Case", "district"): "districts",
        ("Case", "kind"): "kinds",
        ("Case", "stage"): "stages",
        ("Case", "categories"): "categories",
        ("Party", "role"): "roles",
        ("Party", "kind"): "party_kinds",
        ("Party", "traits"): "traits",
        ("Status", "kind"): "traits",
        ("Relation", "kind"): "relations",
        ("Document", "type"): "documents",
        ("Document", "issuer"): "bodies",
        ("Service", "body"): "bodies",
        ("Service", "result"): "service_results",
        ("Request", "matter"): "matters",
        ("Request", "to"): "bodies",
        ("Request", "requester"): "bodies",
        ("Request", "documents_shown"): "documents",
        ("Request", "form"): "request_forms",
        ("Request", "urgency"): "urgencies",
        ("Property", "type"): "property_types",
        ("Event", "type"): "events",
        ("Event", "actor"): "bodies",
        ("Event", "body"): "bodies",
        ("Event", "to"): "bodies",
        ("Event", "concerning"): "bodies",
        ("Event", "also_by"): "bodies",
        ("Event", "also_to"): "bodies",
        ("Event", "matter"): "matters",
        ("Event", "result"): "results",
        ("Breach", "bearer"): "bodies",
        ("Breach", "action"): "actions",
        ("Breach", "concerns"): "bodies",
        ("Performance", "bearer"): "bodies",
        ("Performance", "action"): "actions",
        ("Performance", "matter"): "matters",
    }
)


@dataclass(frozen=True, slots=True)
class Code:
    """One code and its labels. ``effect`` (events only) is one of EFFECTS or "", ``law`` its source or "".

    ``by`` (events only): the body that alone may do it, or "".

    Families: a body may be ``part_of`` another; a trait ``implies`` others; a matter belongs to ``families``.
    """

    code: str
    zh: str
    en: str
    effect: str = ""
    law: str = ""
    part_of: str = ""
    implies: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    by: str = ""

    def label(self, lang: str) -> str:
        """The label in "zh" or "en"."""
        return self.zh if lang == "zh" else self.en


_NONE: Mapping[str, Code] = MappingProxyType({})


def _family(code: Code) -> list[object]:
    return [code.part_of, *code.implies, *code.families, *([code.by] if code.by else [])]


def _below(code: str, parts: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The code and what hangs on it, at any depth; a circle, which the reader refuses, ends it too."""
    found: set[str] = set()
    waiting = [code]
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += parts.get(one, ())
    return frozenset(found)


@dataclass(frozen=True)
class Vocabulary:
    """All codes by section, and what tells the same fact as what.

    ``digest``: SHA-256 (hex) of their canonical form, whatever the files' layout.
    """

    sections: Mapping[str, Mapping[str, Code]]
    equivalences: Equivalences
    digest: str

    @classmethod
    def of(
        cls, sections: Mapping[str, Mapping[str, Code]], equivalences: Equivalences | None = None
    ) -> Vocabulary:
        """A vocabulary with its digest; every section of SECTIONS is there, codes in order of spelling."""
        table = equivalences or Equivalences()
        ordered = {
            section: MappingProxyType(dict(sorted(sections.get(section, _NONE).items())))
            for section in SECTIONS
        }
        plain = [
            [section, code.code, code.zh, code.en, code.effect, code.law, *_family(code)]
            for section, codes in ordered.items()
            for code in codes.values()
        ]
        text = json.dumps([plain, table.plain], ensure_ascii=False, separators=(",", ":"))
        return cls(MappingProxyType(ordered), table, hashlib.sha256(text.encode()).hexdigest())

    def codes(self, section: str) -> Mapping[str, Code]:
        """The codes of a section, in order of spelling."""
        return self.sections.get(section, _NONE)

    def label(self, section: str, code: str, lang: str) -> str:
        """The label of a code in "zh" or "en"; the code itself where it is not declared."""
        found = self.codes(section).get(code)
        return found.label(lang) if found else code

    def organs(self, body: str) -> frozenset[str]:
        """The body and every organ of it, organs of organs among them."""
        return _below(body, self._organs)

    def members(self, family: str) -> frozenset[str]:
        """The matters of a family."""
        return self._members.get(family, frozenset())

    def implied(self, traits: Iterable[str]) -> frozenset[str]:
        """The traits and all that they imply."""
        found: set[str] = set()
        for trait in traits:
            found |= self._implied.get(trait) or {trait}
        return frozenset(found)

    def told_by(self, event: str) -> frozenset[str]:
        """The states that an event of this type begins or ends, and all that they imply."""
        return self._told.get(event, frozenset())

    @cached_property
    def _told(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for state in self.equivalences.states:
            for event in (*state.begins, *state.ends):
                found[event] = found.get(event, frozenset()) | self.implied((state.kind,))
        return found

    @cached_property
    def _organs(self) -> Mapping[str, tuple[str, ...]]:
        parts: dict[str, tuple[str, ...]] = {}
        for code in self.codes("bodies").values():
            if code.part_of:
                parts[code.part_of] = (*parts.get(code.part_of, ()), code.code)
        return parts

    @cached_property
    def _members(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for code in self.codes("matters").values():
            for family in code.families:
                found.setdefault(family, set()).add(code.code)
        return {family: frozenset(codes) for family, codes in found.items()}

    @cached_property
    def _implied(self) -> Mapping[str, frozenset[str]]:
        parts = {code.code: code.implies for code in self.codes("traits").values()}
        return {trait: _below(trait, parts) for trait in parts}

    def suggest(self, section: str, word: str) -> str:
        """The code that ``word``, a misspelt code or a Chinese label, probably means; or ""."""
        codes = self.codes(section)
        return suggest(word, codes, {name: code.zh for name, code in codes.items()})
