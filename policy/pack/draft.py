"""A pack under construction: what its files declare, and what they refer to, each with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from policy.pack.assessment import Assessment
from policy.pack.contacts import ContactRole
from policy.pack.deadline import Deadline
from policy.pack.model import (
    AttributeDecl,
    Clause,
    DocumentedFact,
    Expression,
    Form,
    Parameter,
    Rule,
    Term,
    Text,
    Units,
)
from policy.pack.reader import Reader
from policy.pack.vocabulary import SECTIONS, Vocabulary
from policy.text.diagnostics import Faults, Words
from policy.text.nodes import Node
from policy.text.source import Span
from policy.text.yaml_errors import FULL_WIDTH
from policy.time.office import OfficeHours

#: What can be declared once in a pack, with its name for people.
KINDS: Mapping[str, Words] = {
    "clause": Words("条款", "clause"),
    "parameter": Words("参数", "parameter"),
    "attribute": Words("本地事实", "attribute"),
    "term": Words("定义", "term"),
    "deadline": Words("期限", "deadline"),
    "form": Words("表格", "form"),
    "contact": Words("联系人的种类", "kind of contact"),
    "rule": Words("规则", "rule"),
    "table": Words("决策表", "table"),
    "assessment": Words("考核", "assessment"),
    "fact": Words("数据", "fact"),
    "field": Words("栏目", "field"),
    "figure": Words("指标", "figure"),
    "points": Words("计分的部分或项目", "section or item of the points"),
}

_MARK = re.compile("[，、：]")
_PARAM_USE = re.compile(r"(?<![\w.])param\.(\w+)")
_CALL = re.compile(r"(?<![\w.])([a-z]\w*)\(")


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause id where it is cited. ``rule`` is the rule whose basis it is, else ""."""

    clause: str
    span: Span
    rule: str = ""


@dataclass(slots=True)
class Draft:
    """What has been read of a pack so far. ``whole`` is False once a file could not be read at all."""

    span: Span
    district: str = ""
    reported: bool = False
    whole: bool = True
    bodies: dict[str, Text] | None = None
    units: dict[str, Units] = field(default_factory=dict)
    units_given: set[str] = field(default_factory=set)
    """Bodies whose units the pack lists, were it wrongly."""
    office_hours: OfficeHours | None = None
    office_given: bool = False
    """Whether the pack says when offices are open, were it wrongly."""
    attributes: dict[str, AttributeDecl] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    clauses: dict[str, Clause] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    contacts: dict[str, ContactRole] = field(default_factory=dict)
    facts: list[DocumentedFact] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    declared: dict[str, dict[str, Span]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    citations: list[Citation] = field(default_factory=list)
    overrides: list[tuple[str, str, Span]] = field(default_factory=list)
    """(rule, rule that it overrides, place)"""
    groups: dict[str, list[tuple[str, Span]]] = field(default_factory=dict)
    """The rules of each group, with the place where they say so."""
    over_groups: list[tuple[str, str, Span]] = field(default_factory=list)
    """(rule, group that it overrides, place)"""
    used: dict[str, set[str]] = field(
        default_factory=lambda: {kind: set() for kind in ("parameter", "term", "deadline")}
    )
    faulty: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    """What was declared with a fault, or with a reference to what was, by kind."""
    partial: list[Rule] = field(default_factory=list)
    """Rules without something that they need, whose expressions can be looked at all the same."""
    torn: list[Span] = field(default_factory=list)
    """Places of errors in the YAML: what stands there was not read."""
    entry: list[tuple[str, str]] = field(default_factory=list)
    """What the entry that is being read declares, as (kind, name)."""
    leans: bool = False
    """Whether that entry refers to what is not there, or has a fault."""


class PackReader(Reader):
    """Reads the values that depend on the vocabulary and on what the pack declared before."""

    def __init__(self, faults: Faults, vocabulary: Vocabulary, draft: Draft) -> None:
        super().__init__(faults)
        self.vocabulary = vocabulary
        self.draft = draft

    def declare(self, kind: str, name: str | None, span: Span) -> bool:
        """Whether ``name`` is new among its kind in the pack; a second one is reported."""
        if name is not None:
            self.draft.entry.append((kind, name))
        return self.once(kind, name, span, self.draft.declared[kind])

    def once(self, kind: str, name: str | None, span: Span, seen: dict[str, Span]) -> bool:
        """Whether ``name`` is new in ``seen``, where it is then noted; a second one is reported."""
        if name is None:
            return False
        first = seen.setdefault(name, span)
        if first is not span:
            self.faults.add("LNK301", span, kind=KINDS[kind], name=name, first=str(first))
        return first is span

    def refer(self, kind: str, code: str, node: Node | None) -> str | None:
        """The name of a parameter, deadline or form declared before; ``code`` is the fault if it is not."""
        found = self.scalar(node)
        if found is None:
            return None
        if kind in self.draft.used:
            self.draft.used[kind].add(found.text)
        declared = self.draft.declared[kind]
        self.draft.leans |= found.text not in declared or found.text in self.draft.faulty[kind]
        if found.text in declared:
            return found.text
        if self.draft.whole:
            self.faults.add(code, found.span, self.suggest(found.text, declared), name=found.text)
        return None

    def own_id(self, node: Node | None) -> str | None:
        """A dotted id that begins with the district's code."""
        name = self.rule_id(node)
        district = self.draft.district
        if name is not None and node is not None and district and not name.startswith(f"{district}."):
            self.faults.add("LNK313", node.span, name=name, district=district)
        return name

    # -- codes

    def code(self, node: Node | None, section: str) -> str | None:
        """A code that the vocabulary declares in ``section``."""
        found = self.scalar(node)
        if found is None:
            return None
        if found.text not in self.vocabulary.codes(section):
            if mark := _MARK.search(found.text):
                self.faults.add("LNK111", found.span, found=mark[0], wanted=FULL_WIDTH[mark[0]])
                return None
            meant = self._local(section, found.text)
            if not meant and not self.faults.full:
                meant = self.vocabulary.suggest(section, found.text)
            self.faults.add(
                "LNK302", found.span, meant, name=found.text, section=Words(*SECTIONS[section]), key=section
            )
            return None
        return found.text

    def _local(self, section: str, name: str) -> str:
        """The body that the pack calls so, or nearly so; "" where it is another code that is asked for."""
        if section != "bodies" or name.isascii():
            return ""
        known = self.vocabulary.codes("bodies")
        labels = {code: text.zh for code, text in (self.draft.bodies or {}).items() if code in known}
        return self.suggest(name, labels, labels)

    def codes(self, node: Node | None, section: str) -> tuple[str, ...]:
        """One code or a list of codes."""
        return self.distinct(self.one_or_more(node), lambda item: self.code(item, section))

    def body(self, node: Node | None) -> str | None:
        """A body of the vocabulary that the pack lists under ``bodies``."""
        code = self.code(node, "bodies")
        bodies = self.draft.bodies
        if code is not None and node is not None and bodies is not None and code not in bodies:
            labels = {name: text.zh for name, text in bodies.items()}
            self.faults.add("LNK303", node.span, self.suggest(code, bodies, labels), name=code)
            return None
        return code

    def body_codes(self, node: Node | None) -> tuple[str, ...]:
        """One body or a list of bodies."""
        return self.distinct(self.one_or_more(node), self.body)

    # -- clauses

    def cite(self, node: Node | None, rule: str = "") -> tuple[str, ...]:
        """Clause ids, noted as cited; ``check_citations`` asks later whether they are registered."""
        return self.distinct(self.one_or_more(node), lambda item: self._cited(item, rule))

    def _cited(self, item: Node, rule: str) -> str | None:
        clause = self.clause_id(item)
        if clause is not None:
            self.draft.citations.append(Citation(clause, item.span, rule))
        return clause

    def origin(
        self, found: Mapping[str, Node], what: Words, span: Span, needed: bool = True
    ) -> tuple[tuple[str, ...], str]:
        """``basis`` and provenance ("document", "local" or ""); one of the two is given, and not both."""
        basis = self.cite(found.get("basis"))
        local = "provenance" in found
        if local:
            self.choice(found["provenance"], ("local",))
        if needed and local and "basis" in found:
            self.faults.add("LNK504", found["provenance"].span, what=what)
        elif needed and not local and "basis" not in found:
            self.faults.add("LNK503", span, what=what)
        return basis, "local" if local else "document" if basis else ""

    # -- expressions

    def expression(self, node: Node | None) -> Expression | None:
        """As ``Reader.expression``; notes which parameters and terms it seems to use."""
        found = super().expression(node)
        if found is not None:
            self.draft.used["parameter"].update(_PARAM_USE.findall(found.text))
            self.draft.used["term"].update(_CALL.findall(found.text))
        return found
