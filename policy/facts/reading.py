"""From the Case message to its view, checked on the way: one pass, every violation found.

A violation names the field the way the API does (``case.events[2].type``) and carries a code of
docs/faults.md. Values of fields other than codes are never repeated in a violation: facts hold
citizens' data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from linkage.v1 import facts_pb2
from policy.facts.foreign import foreign_fields
from policy.facts.reader_code import reader_source
from policy.facts.results import Results, wrong_results
from policy.facts.views import COLLECTIONS, VIEWS, CaseView, View
from policy.pack.paths import MESSAGES
from policy.pack.vocabulary import CODE_FIELDS, Vocabulary
from policy.text.characters import forbidden_in_fact, name_of, printable
from policy.text.messages import Words
from policy.text.suggest import suggest

NANO = 1_000_000_000
TIME_MIN = 946_684_800 * NANO
"""2000-01-01T00:00:00Z: no linkage document is older."""
TIME_MAX = 4_102_444_800 * NANO
"""2100-01-01T00:00:00Z, excluded."""
MAX_ELEMENTS = 1000
"""Most elements of a case, all lists together: a larger one is refused, so that no request can hang."""
MAX_TEXT = 256
"""Longest string of a case, in characters."""
MAX_TEXTS = 1000
"""Most codes or ids in one list of an element."""
MAX_VIOLATIONS = 100
"""Most violations that are listed; what else is wrong is counted."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with a case: field, fault code, the message's arguments, codes that may be meant."""

    field: str
    code: str
    args: tuple[tuple[str, str | Words], ...] = ()
    candidates: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The word that is not known, for a did-you-mean; else empty."""
        return next((value for key, value in self.args if key == "name" and isinstance(value, str)), "")


class FactsError(Exception):
    """The case cannot be decided upon; carries its violations in field order, and the number of others."""

    def __init__(self, violations: Iterable[Violation], more: int = 0) -> None:
        listed = tuple(violations)
        super().__init__(f"{len(listed) + more} violations")
        self.violations = listed[:MAX_VIOLATIONS]
        self.more = more + len(listed) - len(self.violations)


NUMBER = Words("数字", "a number")
_CASE = Words("案件", "a case")
_NAN = Words("非数（NaN）", "NaN")
_INFINITY = Words("无穷大", "infinity")

# The field of the Attribute message that holds a value of each declared type.
ATTRIBUTE_FIELDS: Mapping[str, str] = {
    "bool": "bool_value",
    "int": "int_value",
    "double": "double_value",
    "string": "string_value",
    "timestamp": "time_value",
}

# Where a field stands: (where its owner stands, its own label). Written out only for a violation.
Place = tuple[Any, str | int]


class CaseReader:
    """Reads cases of one district: its vocabulary, its pack's attributes (name -> type), its rules' ids, and
    what results of its assessments may name."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        attributes: Mapping[str, str],
        rules: frozenset[str] = frozenset(),
        results: Results | None = None,
    ) -> None:
        self.attributes = dict(attributes)
        self.rules = rules
        self.results = results or {}
        self.generic = frozenset(
            name for name, code in vocabulary.sections["events"].items() if code.effect.endswith("_one")
        )
        self._vocabulary = vocabulary
        self._fill_case = _functions(vocabulary)["fill_Case"]

    def labelled(self, label: str, allowed: frozenset[str]) -> str:
        """The code, of those allowed, whose Chinese label somebody wrote instead; or ""."""
        for codes in self._vocabulary.sections.values():
            if allowed == codes.keys():
                return suggest(label, codes, {name: code.zh for name, code in codes.items()})
        return ""

    def read(self, case: facts_pb2.Case, as_of: int) -> CaseView:
        """The view of ``case`` at ``as_of`` (nanoseconds). Raises ``FactsError``."""
        return _Reading(self, as_of).case(case, self._fill_case)


@lru_cache(maxsize=1)
def _code() -> CodeType:
    return compile(reader_source(), "<case reader>", "exec", dont_inherit=True)


def _functions(vocabulary: Vocabulary) -> dict[str, Any]:
    """The reader's functions for the codes of a vocabulary."""
    scope: dict[str, Any] = {
        "MAX_TEXT": MAX_TEXT,
        "MAX_TEXTS": MAX_TEXTS,
        "TIME_MIN": TIME_MIN,
        "TIME_MAX": TIME_MAX,
        "NANO": NANO,
    }
    scope["isfinite"] = math.isfinite
    for name in (*COLLECTIONS, "Case"):
        if name in VIEWS:
            scope[f"VIEW_{name}"] = VIEWS[name]
        for field in MESSAGES[name].fields:
            scope[f"FIELD_{name}_{field.name}"] = field
            section = CODE_FIELDS.get((name, field.name))
            if section is not None:
                scope[f"CODES_{name}_{field.name}"] = frozenset(vocabulary.codes(section))
    exec(_code(), scope)  # noqa: S102 - our own text, of names of the protocol
    return scope


class _Reading:
    """One case being read."""

    def __init__(self, reader: CaseReader, as_of: int) -> None:
        self._reader = reader
        self.as_of = as_of
        self._violations: list[Violation] = []
        self._unlisted = 0
        self._to_come: list[Place] = []
        self.references: list[tuple[Place, tuple[str, ...], str]] = []
        self._elements = 0
        self.ids: dict[str, set[str]] = {collection: set() for collection in COLLECTIONS.values()}

    def case(self, case: facts_pb2.Case, fill: Callable[..., None]) -> CaseView:
        view = CaseView()
        view.as_of, view.attrs, view.breaches, view.memo = self.as_of, {}, (), {}
        if not TIME_MIN <= self.as_of < TIME_MAX:
            self._violations.append(Violation("as_of", "LNK806"))
        for at, message, number in foreign_fields(case, "case"):
            if self._listed():
                self._violations.append(foreign_violation(at, message, number))
        fill(self, view, case, (None, "case"))
        self._check_references()
        if any(event.type in self._reader.generic for event in case.events):
            self._check_named_targets(case)
        self._check_results(case)
        if self._violations:
            raise FactsError(sorted(self._violations, key=lambda v: (v.field, v.code)), self._unlisted)
        view.to_come = tuple(_written(at) for at in self._to_come)
        return view

    def counted(self, count: int, at: Place) -> bool:
        """Counts the elements of a list; False where the case has too many by now."""
        self._elements += count
        if self._elements <= MAX_ELEMENTS:
            return True
        self._violation(at, "LNK807", count=str(self._elements), limit=str(MAX_ELEMENTS))
        return False

    def later(self, at: Place) -> None:
        """Notes an element that has not happened yet."""
        self._to_come.append(at)

    def derived(self, at: Place) -> None:
        """Reports a field that no client may fill in."""
        self._violation(at, "LNK825")

    def incomplete(self, view: View, required: tuple[str, ...], at: Place) -> None:
        """Reports the required fields that the element does not state."""
        for name in required:
            if not hasattr(view, name):
                self._violation((at, name), "LNK801", field=name)

    @staticmethod
    def foreign(field: Any) -> None:
        """Refuses a message whose fields are not those of this protocol's own descriptors."""
        raise TypeError(f"{field.full_name} is of another descriptor pool")

    def repeated(self, at: Place) -> None:
        """Reports an id that the list has already."""
        self._violation((at, "id"), "LNK803")

    @staticmethod
    def settle_either(view: View, names: tuple[str, ...]) -> None:
        """Where one of the fields is stated, the others are known to be none."""
        if any(hasattr(view, name) for name in names):
            for name in names:
                if not hasattr(view, name):
                    setattr(view, name, "")

    def _listed(self) -> bool:
        """Whether one more violation is listed; else it is counted, and costs nothing more."""
        if len(self._violations) < MAX_VIOLATIONS:
            return True
        self._unlisted += 1
        return False

    def too_many(self, at: Place, count: int) -> tuple[str, ...]:
        """Reports a list of codes or ids that is too long; what is read in its place."""
        self._violation(at, "LNK807", count=str(count), limit=str(MAX_TEXTS))
        return ()

    def _violation(self, at: Place, code: str, candidates: tuple[str, ...] = (), **args: str | Words) -> None:
        if self._listed():
            self._violations.append(Violation(_written(at), code, tuple(sorted(args.items())), candidates))

    def bad_text(self, at: Place, value: str) -> None:
        """Reports a text that is empty, too long, or holds what no fact may hold."""
        if not value:
            self._violation(at, "LNK805")
        elif len(value) > MAX_TEXT:
            self._violation(at, "LNK813", count=str(len(value)), limit=str(MAX_TEXT))
        else:
            self._invisible(at, value)

    def _invisible(self, at: Place, value: str) -> bool:
        """Reports a character that no fact may hold, as the readers of files do; whether there is one."""
        found = forbidden_in_fact(value)
        if found is not None:
            self._violation(at, "LNK103", character=name_of(found[0]))
        return found is not None

    def bad_code(self, at: Place, value: str, allowed: frozenset[str]) -> None:
        """Reports a code that is not declared."""
        if not value:
            self._violation(at, "LNK805")
        elif not self._invisible(at, value):
            meant = {} if value.isascii() else {"meant": self._reader.labelled(value, allowed)}
            self._violation(at, "LNK802", _in_order(allowed), name=value[:64], **meant)

    def bad_codes(self, at: Place, values: tuple[str, ...], allowed: frozenset[str]) -> None:
        """Reports the codes of a list that are not declared."""
        for index, code in enumerate(values):
            if code not in allowed:
                self.bad_code((at, index), code, allowed)

    def bad_number(self, at: Place, value: float) -> None:
        """Reports a double that is no number."""
        self._violation(at, "LNK815", expected=NUMBER, found=_NAN if math.isnan(value) else _INFINITY)

    def bad_time(self, at: Place) -> None:
        """Reports a moment out of bounds."""
        self._violation(at, "LNK806")

    def _check_references(self) -> None:
        ids = self.ids
        for at, collections, value in self.references:
            for collection in collections:
                if value in ids[collection]:
                    break
            else:
                self._violation(at, "LNK804", lists=", ".join(collections))

    def _check_named_targets(self, case: facts_pb2.Case) -> None:
        """A generic event must say which obligation, or which rule's, it is about; the rule must exist."""
        for index, event in enumerate(case.events):
            if event.type not in self._reader.generic:
                continue
            place = ((None, "case.events"), index)
            if not (event.obligation or event.rule):
                self._violation((place, "obligation"), "LNK814")
            elif event.rule and event.rule not in self._reader.rules:
                known = tuple(sorted(self._reader.rules))
                self._violation((place, "rule"), "LNK821", known, name=event.rule[:64])

    def _check_results(self, case: facts_pb2.Case) -> None:
        """A result names an assessment of the district, its grades and its figures, each figure once."""
        for index, field, kind, name, allowed in wrong_results(case, self._reader.results):
            place: Place = ((None, "case.events"), index)
            for part in field:
                place = (place, part)
            if allowed is None:
                self._violation(place, "LNK803")
            elif name:
                known = tuple(sorted(allowed))
                listed: str | Words = ", ".join(known) or Words("没有", "none")
                self._violation(place, "LNK345", known, kind=kind, name=name[:64], allowed=listed)

    def _time(self, value: Any, at: Place) -> int:
        below: int = value.nanos
        nanos: int = value.seconds * NANO + below
        if not TIME_MIN <= nanos < TIME_MAX or not 0 <= below < NANO:
            self.bad_time(at)
        return nanos

    def attributes(self, view: View, values: Any, at: Place) -> None:
        """Reads the district's own facts."""
        attrs = view.attrs
        declared = self._reader.attributes
        if len(values) > MAX_TEXTS:
            self.too_many(at, len(values))
            return
        for name in sorted(values):
            place = (at, f"[{printable(name[:64])}]")
            if name not in declared:
                if not self._invisible(place, name):
                    self._violation(place, "LNK808", tuple(sorted(declared)), name=name[:64])
                continue
            stated = values[name].WhichOneof("value")
            if stated is None:
                continue
            if stated != ATTRIBUTE_FIELDS[declared[name]]:
                self._violation(place, "LNK809", expected=declared[name])
                continue
            raw = getattr(values[name], stated)
            if declared[name] == "timestamp":
                raw = self._time(raw, place)
            elif declared[name] == "double":
                if not math.isfinite(raw):
                    self.bad_number(place, raw)
            elif declared[name] == "string" and (len(raw) > MAX_TEXT or not raw.isprintable()):
                self.bad_text(place, raw)
            attrs[name] = raw


@lru_cache(maxsize=64)
def _in_order(codes: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(codes))


def foreign_violation(at: str, message: Any, number: int) -> Violation:
    """A field of that number, which the message does not have."""
    what = _CASE if message.name == "Case" else Words(message.name, message.name)
    names = tuple(sorted(field.name for field in message.fields))
    args = (("allowed", ", ".join(names)), ("name", str(number)), ("what", what))
    return Violation(at, "LNK811", args, names)


def _written(at: Place) -> str:
    """``case.events[2].type`` for a place."""
    owner, label = at
    if owner is None:
        return str(label)
    if isinstance(label, int):
        return f"{_written(owner)}[{label}]"
    return _written(owner) + (label if label.startswith("[") else f".{label}")
