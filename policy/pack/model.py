"""The checked pack: what staff wrote, read, resolved and proved consistent.

Every object here is frozen and complete: defaults are filled in, table rows have become rules, named
deadlines have been put in place, codes and clause ids resolve. Expressions are still text with a
span; ``policy.expr`` turns them into typed trees. See docs/pack-format.md for the meaning of the keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from policy.text.source import Span
from policy.time.office import OfficeHours

if TYPE_CHECKING:
    from policy.pack.amount import AmountRule, Quantity
    from policy.pack.assessment import Assessment
    from policy.pack.clock import Clock, Extension
    from policy.pack.contacts import ContactRole
    from policy.pack.deadline import Deadline
    from policy.pack.deemed import Deemed


class Modality(StrEnum):
    """What the norm says of the action (应当, 不得, 可以); or that something counts as a fact (视为)."""

    OBLIGATION = "obligation"
    PROHIBITION = "prohibition"
    PERMISSION = "permission"
    DEEMED = "deemed"


class Force(StrEnum):
    """How strongly it binds: 应当; 积极配合/应着力; a press report."""

    BINDING = "binding"
    SOFT = "soft"
    REPORTED = "reported"


class Bearing(StrEnum):
    """How several bearers bear one duty; ``each_unit``: each unit that the pack lists, one of its own."""

    SOLE = "sole"
    JOINT = "joint"
    SEVERAL = "several"
    EACH_UNIT = "each_unit"


class Lifecycle(StrEnum):
    """Whether events on the whole case (suspension, termination, completion) act on an obligation."""

    CASE = "case"
    INDEPENDENT = "independent"


class ClauseClass(StrEnum):
    """What a clause of the document does."""

    DUTY = "duty"
    PROHIBITION = "prohibition"
    PERMISSION = "permission"
    DEFINITION = "definition"
    DEADLINE = "deadline"
    PROCEDURE = "procedure"
    ASSESSMENT = "assessment"
    SANCTION = "sanction"
    ORGANISATIONAL = "organisational"
    RECURRING = "recurring"
    NON_NORMATIVE = "non_normative"


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people, in Chinese and, where staff gave one, in English."""

    zh: str
    en: str = ""

    def get(self, lang: str) -> str:
        """The text in ``lang`` ("zh" or "en"), else in the other language."""
        return (self.en or self.zh) if lang == "en" else (self.zh or self.en)


@dataclass(frozen=True, slots=True)
class Expression:
    """CEL source text. ``offsets[i]`` is the position in the file of the i-th character of ``text``."""

    text: str
    span: Span
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of ``when``, ``unless`` or a term.

    A line of alternatives (``any``) has their disjunction as its expression, so that whoever evaluates lines
    need not know of them; ``alternatives`` holds the parts, which are cited when they hold.
    """

    expr: Expression
    means: Text
    basis: tuple[str, ...] = ()
    alternatives: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """A bearer or counterparty: body codes, or an expression giving a body code or a party id."""

    bodies: tuple[str, ...] = ()
    expr: Expression | None = None
    party: Expression | None = None


@dataclass(frozen=True, slots=True)
class Matcher:
    """Which later acts fulfil, discharge or violate.

    ``collection`` says what is waited for: "events" of these types, "requests" of these matters, "services"
    of documents of these types, or ("statuses") that a state of these kinds of ``party`` ends, or begins
    (``begins``), or (then without codes) the end of the state that the variable ``end_of`` of
    ``each`` holds ("statuses"). ``by``, ``to`` and ``concerning`` are bodies, each with its organs; with
    ``by_bearer`` it must be an act of the obligation's own bearer.
    """

    codes: tuple[str, ...]
    span: Span
    collection: str = "events"
    about: str = ""
    party: str = ""
    property: str = ""
    by: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    concerning: tuple[str, ...] = ()
    by_bearer: bool = False
    end_of: str = ""
    begins: bool = False
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """One variable of ``each`` and the list it runs over, e.g. ``case.events`` or ``doc.services``."""

    name: str
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading taken of an ambiguous text, and the other one."""

    chosen: Text
    other: Text


@dataclass(frozen=True, slots=True)
class Output:
    """A form, seal, signature or feedback the document asks for; ``form`` is the id of a form of the pack."""

    text: Text
    form: str = ""


@dataclass(frozen=True, slots=True)
class ReturnGround:
    """A reason for which a duty may be sent back to who put it there, and the clauses that allow it.

    ``reason`` is a code of the section ``results``.
    """

    reason: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty, prohibition or permission, ready to be compiled.

    ``basis`` may be empty where the alternatives of a condition bring their own. ``accrues``: it arises when
    its conditions have come together, in whatever order, and not only at its trigger.
    """

    id: str
    span: Span
    title: Text
    basis: tuple[str, ...]
    each: tuple[Binding, ...]
    trigger: str
    accrues: bool
    when: tuple[Condition, ...]
    unless: tuple[Condition, ...]
    modality: Modality
    force: Force
    bearer: Actor
    bearing: Bearing
    bearer_unit: Expression | None
    counterparty: Actor
    action: str
    about: Expression | None
    concerns: Expression | None
    concerns_unit: Expression | None
    deadline: Deadline | None
    clock: Clock | None
    extension: Extension | None
    amount: AmountRule | None
    quantities: tuple[Quantity, ...]
    outputs: tuple[Output, ...]
    fulfilled_by: tuple[Matcher, ...]
    discharged_by: tuple[Matcher, ...]
    violated_by: tuple[Matcher, ...]
    lifecycle: Lifecycle
    group: str
    """The group of rules that it belongs to, or empty."""
    overrides: tuple[str, ...]
    """Ids of the rules that it displaces, those of whole groups among them."""
    over_groups: tuple[str, ...]
    consequence: tuple[str, ...]
    returns: tuple[ReturnGround, ...]
    objection_suspends: tuple[str, ...]
    """Clauses by which an objection suspends the duty; none: it is owed all the same."""
    reading: Reading | None
    note: Text
    deemed: Deemed | None = None
    """Of a rule that lays nothing on anybody: what then counts as a fact."""
    table: str = ""
    """The decision table that it is a row of."""

    def numbers(self) -> dict[str, Expression | None]:
        """What its amount and its number of things are computed from, by the names of a rule's effects."""
        computed = [quantity.expr for quantity in self.quantities if quantity.expr is not None]
        return {
            "amount_of": self.amount.of if self.amount else None,
            "amount_times": self.amount.times if self.amount else None,
            "quantity": computed[0] if computed else None,
        }


@dataclass(frozen=True, slots=True)
class Term:
    """A named condition with typed parameters: (name, type name of the facts or a CEL scalar)."""

    name: str
    span: Span
    params: tuple[tuple[str, str], ...]
    conditions: tuple[Condition, ...]
    means: Text
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value the rules use. ``type`` is period, int, double, string, bool, money or share.

    ``value`` None: not fixed. A period is its canonical text ("3 months"), a share too ("1%"), money is in
    fen.
    """

    name: str
    span: Span
    type: str
    value: str | int | float | bool | None
    means: Text
    basis: tuple[str, ...]
    provenance: str
    note: Text


@dataclass(frozen=True, slots=True)
class AttributeDecl:
    """A district's own fact: ``type`` is bool, int, double, string or timestamp.

    Of booleans: where it is true, those it ``excludes`` are false and those it ``implies`` are true.
    """

    name: str
    span: Span
    type: str
    means: Text
    excludes: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of the document, by the id of the register."""

    id: str
    span: Span
    number: str
    class_: ClauseClass
    summary: Text
    digest: str
    no_rule: str
    note: Text


@dataclass(frozen=True, slots=True)
class DocumentedFact:
    """A figure that a report documents; used by no rule."""

    id: str
    basis: tuple[str, ...]
    text: Text


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form; ``options`` empty for free text."""

    id: str
    title: Text
    options: tuple[Text, ...]
    multiple: bool


@dataclass(frozen=True, slots=True)
class Form:
    """A form the document annexes."""

    id: str
    title: Text
    basis: tuple[str, ...]
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Units:
    """The concrete units that one body code stands for (街道, 乡镇), by the names that facts give them.

    ``local``: the district says which they are, and no clause.
    """

    names: tuple[str, ...]
    basis: tuple[str, ...]
    local: bool


@dataclass(frozen=True, slots=True)
class Instrument:
    """What the document prints of itself."""

    title: Text
    number: str
    issuer: str
    issued: date | None


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of one district's document.

    ``effective_from`` is 00:00 Asia/Shanghai of the first day in force, ``effective_to`` 24:00 of the last
    (None: open). What a press report describes has no first day (``reported``): ``reported_on`` is the day of
    the report then, where it is known, and ``effective_from`` the first moment that there can be facts of.
    Mappings are in file order made canonical (sorted by key).
    """

    span: Span
    district: str
    version: str
    title: Text
    authority: str
    instrument: Instrument
    effective_from: datetime
    effective_to: datetime | None
    reported: bool
    reported_on: date | None
    effective_basis: tuple[str, ...]
    effective_provenance: str
    effective_note: Text
    bodies: Mapping[str, Text]
    units: Mapping[str, Units]
    """Of bodies whose code stands for several units."""
    office_hours: OfficeHours | None
    attributes: Mapping[str, AttributeDecl]
    parameters: Mapping[str, Parameter]
    terms: Mapping[str, Term]
    rules: tuple[Rule, ...]
    assessments: tuple[Assessment, ...]
    clauses: Mapping[str, Clause]
    facts: tuple[DocumentedFact, ...]
    forms: Mapping[str, Form]
    contacts: Mapping[str, ContactRole]
    """Kinds of contact that the document has bodies name."""
    digest: str
    draft: bool = False
    """Whether it is a draft: decided by only where drafts are asked for."""
    unsound: frozenset[str] = frozenset()
    """Of a draft, rules and terms with a fault: looked at, and never decided by."""
