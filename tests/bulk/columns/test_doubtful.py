"""What columns leave to the scalar engine: refused cases, and what they cannot say."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from linkage.v1 import facts_pb2
from policy.bulk.columns import Columns
from policy.decide import decide
from policy.facts.reading import MAX_ELEMENTS, FactsError
from tests.bench.cases import bench_cases
from tests.bulk.columns.harness import Asked, batch_of, check, decided, engine_of
from tests.loading import FIXTURES, SHIPPED, loaded

Change = Callable[[facts_pb2.Case], object]


def _second_filing(case: facts_pb2.Case) -> None:
    case.events.add().CopyFrom(case.events[0])


def _service_of_another_document(case: facts_pb2.Case) -> None:
    services = [service for document in case.documents for service in document.services]
    case.documents.add(id="again", type=case.documents[0].type).services.add().CopyFrom(services[0])


_BROKEN: dict[str, Change] = {
    "no id": lambda case: case.ClearField("id"),
    "no kind": lambda case: case.ClearField("kind"),
    "unknown kind": lambda case: setattr(case, "kind", "enforcment"),
    "unknown district": lambda case: setattr(case, "district", "nowhere"),
    "unknown code": lambda case: setattr(case.events[0], "type", "enforcement_fild"),
    "code of another section": lambda case: setattr(case.events[0], "actor", "debtor"),
    "empty code": lambda case: setattr(case.events[0], "actor", ""),
    "unknown trait": lambda case: case.parties[0].traits.append("tall"),
    "unknown category": lambda case: case.categories.append("tall"),
    "no type": lambda case: case.events[0].ClearField("type"),
    "no id of an element": lambda case: case.parties[0].ClearField("id"),
    "same id twice": _second_filing,
    "same service twice": _service_of_another_document,
    "lost reference": lambda case: setattr(case.events[0], "party", "nobody"),
    "reference to another list": lambda case: setattr(case.events[0], "party", case.events[0].id),
    "lost about": lambda case: setattr(case.events[0], "about", "nothing"),
    "empty reference": lambda case: setattr(case.events[0], "property", ""),
    "long text": lambda case: setattr(case.parties[0].household, "subdistrict", "x" * 257),
    "empty text": lambda case: setattr(case.parties[0].household, "community", ""),
    "long id of a case": lambda case: setattr(case, "id", "x" * 257),
    "before 2000": lambda case: setattr(case.events[0].at, "seconds", 946_684_799),
    "after 2099": lambda case: setattr(case.filed_at, "seconds", 4_102_444_800),
    "a limit after 2099": lambda case: setattr(case.events[0].limit_at, "seconds", 2**40),
    "too many elements": lambda case: [
        case.parties.add(id=f"x{n}", role="debtor") for n in range(MAX_ELEMENTS)
    ],
    "unknown attribute": lambda case: setattr(case.attributes["tall"], "bool_value", True),
    "an event that names no obligation": lambda case: case.events.add(id="x", type="obligation_fulfilled"),
}


@pytest.mark.parametrize("change", _BROKEN.values(), ids=_BROKEN.keys())
def test_a_case_that_the_reader_refuses(change: Change) -> None:
    """Its neighbours are decided all the same."""
    district = loaded(SHIPPED)[0].districts["liwan"]
    mix = bench_cases()
    asked = [Asked(facts_pb2.Case.FromString(item.message.SerializeToString()), item.as_of) for item in mix]
    broken = next(number for number, item in enumerate(mix) if item.name == "12-heavy")
    change(asked[broken].case)
    with pytest.raises(FactsError):
        decide(district, *asked[broken])
    _, doubtful = decided(engine_of(district), asked)
    assert doubtful[broken]
    assert check(district, asked) == 1


def test_an_attribute_of_another_type() -> None:
    district = loaded(SHIPPED)[0].districts["guangxi"]
    name, kind = min(district.reader.attributes.items())
    assert kind == "bool"
    case = facts_pb2.Case(id="c", district="guangxi", kind="enforcement")
    case.attributes[name].string_value = "yes"
    as_of = bench_cases()[0].as_of
    with pytest.raises(FactsError):
        decide(district, case, as_of)
    assert decided(engine_of(district), [Asked(case, as_of)])[1].all()


def test_an_attribute_that_is_stated_twice() -> None:
    """A message cannot say that, but columns of maps can."""
    district = loaded(SHIPPED)[0].districts["guangxi"]
    name = min(district.reader.attributes)
    case = facts_pb2.Case(id="c", district="guangxi", kind="enforcement")
    case.attributes[name].bool_value = True
    batch = batch_of([case] * 3)
    place = batch.schema.get_field_index("attributes")
    (stated,) = batch.column(place)[0].as_py()
    twice = pa.array([[stated], [stated, (name, None)], [(name, None), stated]], batch.column(place).type)
    odd = batch.set_column(place, batch.schema.field(place), twice)
    assert engine_of(district).decide(odd, bench_cases()[0].as_of)[1].tolist() == [False, True, True]


@pytest.mark.parametrize("as_of", [0, 946_684_799 * 10**9, 4_102_444_800 * 10**9])
def test_a_moment_out_of_range(as_of: int) -> None:
    district = loaded(SHIPPED)[0].districts["liwan"]
    _, doubtful = engine_of(district).decide(batch_of([bench_cases()[0].message]), as_of)
    assert doubtful.all()


def test_a_moment_that_no_version_governs() -> None:
    district = loaded(SHIPPED)[0].districts["liwan"]
    item = bench_cases()[0]
    early = district.programs[0].since - 1
    assert decide(district, item.message, early).errors
    assert engine_of(district).decide(batch_of([item.message]), early)[1].all()


def test_an_element_that_is_null() -> None:
    district = loaded(SHIPPED)[0].districts["liwan"]
    item = bench_cases()[2]
    batch = batch_of([item.message, item.message])
    for name in ("events", "categories"):
        place = batch.schema.get_field_index(name)
        lists = batch.column(place)
        values = pa.concat_arrays([lists.flatten(), pa.nulls(1, lists.type.value_type)])
        offsets = [*lists.offsets.to_pylist()[:-1], len(values)]
        changed = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
        odd = batch.set_column(place, batch.schema.field(place), changed)
        _, doubtful = engine_of(district).decide(odd, item.as_of)
        assert doubtful.tolist() == [False, True], name


def test_a_text_that_is_not_utf8_leaves_the_whole_batch() -> None:
    district = loaded(SHIPPED)[0].districts["liwan"]
    batch = batch_of([bench_cases()[0].message, bench_cases()[1].message])
    raw = pa.array([b"\xff", b"fine"], pa.binary()).view(pa.utf8())
    odd = batch.set_column(1, batch.schema.field(1), raw)
    assert batch.schema.names[1] == "id"
    found, doubtful = Columns(district).decide(odd, bench_cases()[0].as_of)
    assert doubtful.all()
    assert len(found) == 0


def test_a_case_with_more_combinations_than_the_scalar_engine_takes() -> None:
    district = loaded(SHIPPED)[0].districts["liwan"]
    item = bench_cases()[11]
    case = facts_pb2.Case.FromString(item.message.SerializeToString())
    for number in range(300):
        case.events.add(id=f"x{number}", type="debtor_found")
        case.parties.add(id=f"x{number}", role="debtor")
    _, doubtful = decided(engine_of(district), [Asked(item.message, item.as_of), Asked(case, item.as_of)])
    assert doubtful.tolist() == [False, True]


def test_the_invented_districts_have_both() -> None:
    """Else the tests on them would compare nothing."""
    district = loaded(FIXTURES)[0].districts["qiaonan"]
    asked = [Asked(t.case.case, t.as_of) for t in loaded(FIXTURES)[1] if t.district == "qiaonan"]
    doubtful = check(district, asked)
    assert 0 < doubtful < len(asked)
