"""Random cases of a district: every list and every field, codes of the vocabulary, moments around ``as_of``.

Half of the codes are those that the district's rules speak of, so that rules apply.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from hypothesis import strategies as st

from linkage.v1 import facts_pb2
from policy.decide.snapshot import District
from policy.expr.tree import Const, Node, walk
from policy.facts.labels import ELEMENTS
from policy.facts.reading import ATTRIBUTE_FIELDS
from policy.facts.views import DERIVED, REFERENCES, REQUIRED, TIMESTAMP, is_list
from policy.pack.vocabulary import CODE_FIELDS
from policy.program.program import PackProgram

AS_OF = 1_710_043_200_000_000_000  # 2024-03-10T12:00:00+08:00
_DAY = 86_400 * 10**9
_AGO = (0, 1, 1000, 3600 * 10**9, _DAY, 2 * _DAY, 11 * _DAY, 40 * _DAY, 100 * _DAY, 800 * _DAY, -_DAY)
_COUNTS = {
    "parties": 3,
    "documents": 2,
    "services": 2,
    "requests": 2,
    "properties": 2,
    "events": 5,
    "relations": 1,
    "statuses": 1,
}
_OF_A_RESULT = {("Event", "assessment"), ("Event", "grade"), ("Event", "figures")}
"""Fields that name what an assessment has."""

_IDS = {"parties": "p", "documents": "d", "requests": "r", "properties": "w", "events": "e", "services": "s"}
_INTS = (0, 1, 5, 300_000, 100_000_000_00)

Draw = Callable[[Any], Any]


@st.composite
def cases(draw: Draw, district: District) -> facts_pb2.Case:
    """A case that the district's reader takes."""
    return _Maker(draw, district).case()


class _Codes:
    """The codes that the fields of a district hold: those that its rules speak of, and all."""

    def __init__(self, district: District) -> None:
        self.district = district
        self._spoken = _texts_of(district)
        self._known: dict[tuple[str, str], tuple[Any, Any]] = {}

    def of(self, message: str, field: str) -> tuple[Any, Any]:
        """What is drawn from: codes that are spoken of, None where there are none; and every code."""
        found = self._known.get((message, field))
        if found is None:
            codes = self.district.vocabulary.codes(CODE_FIELDS[message, field])
            named = sorted(self.district.reader.generic) if field == "type" else []
            spoken = sorted(self._spoken.intersection(codes).difference(named))
            others = sorted(set(codes).difference(named))
            found = st.sampled_from(spoken) if spoken else None, st.sampled_from(others)
            self._known[message, field] = found
        return found


_CODES: dict[int, _Codes] = {}
"""Of each district that cases were made of, which stays: all its rules are read for them."""


def _codes_of(district: District) -> _Codes:
    found = _CODES.get(id(district))
    if found is None:
        found = _CODES[id(district)] = _Codes(district)
    return found


class _Maker:
    def __init__(self, draw: Draw, district: District) -> None:
        self._draw = draw
        self._district = district
        self._codes = _codes_of(district)
        self._services = 0
        self._counts: dict[str, int] = {}

    def case(self) -> facts_pb2.Case:
        case = facts_pb2.Case(id="c", district=self._district.code)
        for name, most in _COUNTS.items():
            least = 1 if name in ("parties", "requests", "events") else 0
            self._counts[name] = self._draw(st.integers(least, most)) if self._can_be_told(name) else 0
        self._fill(case, ("id", "district", "attributes"))
        for name, kind in sorted(self._district.reader.attributes.items()):
            if self._often():
                value = case.attributes[name]
                if kind == "timestamp":
                    self._moment(value.time_value)
                else:
                    setattr(value, ATTRIBUTE_FIELDS[kind], self._scalar(kind))
        return case

    def _often(self) -> bool:
        return bool(self._draw(st.integers(0, 3)))

    def _fill(self, message: Any, leave: tuple[str, ...] = ("id",)) -> None:
        name = message.DESCRIPTOR.name
        for field in message.DESCRIPTOR.fields:
            if field.name in leave or (field.name in ("obligation", "rule") and name == "Event"):
                continue
            if name == "Service" and field.name == "party" and message.HasField("body"):
                continue
            derived = (name, field.name) in DERIVED or (name, field.name) in _OF_A_RESULT
            if derived or self._without_codes(name, field.name):
                continue
            if is_list(field):
                self._list(message, field)
            elif field.name in REQUIRED.get(name, ()) or self._often():
                self._field(message, field)
        if name == "Event" and self._district.reader.results and self._often():
            self._result(message)
        if name == "Event" and self._district.reader.generic and self._draw(st.integers(0, 7)) == 0:
            self._generic(message)

    def _result(self, event: Any) -> None:
        """A result of an assessment names what there is: the assessment, its grades, each figure once."""
        results = self._district.reader.results
        event.assessment = self._draw(st.sampled_from(sorted(results)))
        names = results[event.assessment]
        if names.grades and self._often():
            event.grade = self._draw(st.sampled_from(sorted(names.grades)))
        for name in self._draw(st.lists(st.sampled_from(sorted(names.figures)), unique=True, max_size=3)):
            figure = event.figures.add(name=name)
            if self._often():
                figure.value = self._scalar("double")
            elif self._often():
                figure.unmeasured = True

    def _generic(self, event: Any) -> None:
        """An event that names the duties of a rule: it fulfils, withdraws, suspends or extends them."""
        event.type = self._draw(st.sampled_from(sorted(self._district.reader.generic)))
        event.rule = self._draw(st.sampled_from(sorted(self._district.reader.rules)))
        for name in ("about", "actor_unit"):
            if self._often():
                event.ClearField(name)

    def _can_be_told(self, name: str) -> bool:
        """Whether an element of this list can have the codes that it must have."""
        kind, _, _ = ELEMENTS[name]
        return not any(self._without_codes(kind, field) for field in REQUIRED.get(kind, ()))

    def _without_codes(self, message: str, field: str) -> bool:
        """Whether the vocabulary declares no code that the field could hold."""
        section = CODE_FIELDS.get((message, field))
        return section is not None and not self._district.vocabulary.codes(section)

    def _list(self, message: Any, field: FieldDescriptor) -> None:
        if (message.DESCRIPTOR.name, field.name) in REFERENCES:
            if self._counts["requests"] and self._often():
                getattr(message, field.name).append("r0")
            return
        if field.message_type is None:
            getattr(message, field.name).extend(sorted({self._code(message, field) for _ in range(2)}))
            return
        for number in range(self._counts[field.name]):
            element = getattr(message, field.name).add()
            if field.name == "services":
                number = self._services = self._services + 1
            if field.name in _IDS:
                element.id = f"{_IDS[field.name]}{number}"
            if field.name != "relations" or self._counts["parties"]:
                self._fill(element)
            else:
                del getattr(message, field.name)[-1]

    def _field(self, message: Any, field: FieldDescriptor) -> None:
        name = message.DESCRIPTOR.name
        if field.message_type is not None and field.message_type.full_name == TIMESTAMP:
            self._moment(getattr(message, field.name))
        elif field.message_type is not None:
            getattr(message, field.name).SetInParent()
            self._fill(getattr(message, field.name))
        elif (name, field.name) in REFERENCES:
            self._reference(message, field, REFERENCES[name, field.name])
        elif (name, field.name) in CODE_FIELDS:
            setattr(message, field.name, self._code(message, field))
        else:
            kinds = {field.TYPE_BOOL: "bool", field.TYPE_INT64: "int", field.TYPE_STRING: "string"}
            kinds[field.TYPE_DOUBLE] = "double"
            setattr(message, field.name, self._scalar(kinds[field.type]))

    def _reference(self, message: Any, field: FieldDescriptor, lists: tuple[str, ...]) -> None:
        known = [name for name in lists if name in _IDS and name != "services" and self._counts[name]]
        if known:
            chosen = self._draw(st.sampled_from(known))
            number = self._draw(st.integers(0, self._counts[chosen] - 1))
            setattr(message, field.name, f"{_IDS[chosen]}{number}")

    def _code(self, message: Any, field: FieldDescriptor) -> str:
        spoken, others = self._codes.of(message.DESCRIPTOR.name, field.name)
        return str(self._draw(spoken if spoken is not None and self._often() else others))

    def _moment(self, target: Any) -> None:
        nanos = AS_OF - self._draw(st.sampled_from(_AGO))
        target.seconds, target.nanos = divmod(nanos, 10**9)

    def _scalar(self, kind: str) -> Any:
        if kind == "string":
            return self._draw(st.sampled_from(("甲街道", "x")))
        finite = st.floats(allow_nan=False, allow_infinity=False)
        return self._draw({"bool": st.booleans(), "int": st.sampled_from(_INTS), "double": finite}[kind])


def _texts_of(district: District) -> frozenset[str]:
    """Every text that the district's rules compare something with."""
    found: set[str] = set()
    for program in district.programs:
        for tree in _trees(program):
            found.update(str(node.value) for node in walk(tree) if isinstance(node, Const))
        for plan in program.plans:
            found.update(
                c for matcher in plan.matchers if matcher.collection == "events" for c in matcher.codes
            )
    return frozenset(found)


def _trees(program: PackProgram) -> Iterator[Node]:
    for term in program.terms.values():
        yield from (line.tree for line in term.conditions)
    for plan in program.plans:
        yield from (line.tree for line in (*plan.typed.when, *plan.typed.unless))
        for matcher in plan.matchers:
            if matcher.typed.predicate is not None:
                yield matcher.typed.predicate
