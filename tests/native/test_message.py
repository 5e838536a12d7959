"""The program message: the same for the same district, and read by the crate as it is defined."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.native import installed, message_of
from policy.pack.paths import MESSAGES
from tests.loading import FORMS, SHIPPED, loaded

_DISTRICTS = [(root, code) for root in (FORMS, SHIPPED) for code in sorted(loaded(root)[0].districts)]


@pytest.mark.parametrize(("root", "code"), _DISTRICTS, ids=[code for _, code in _DISTRICTS])
def test_every_district_is_a_message(root: Path, code: str) -> None:
    district = loaded(root)[0].districts[code]
    message = message_of(district)
    assert len(message.versions[0].rules) == len(district.programs[0].plans)
    assert len(set(message.strings)) == len(message.strings)
    assert message.SerializeToString(deterministic=True) == message_of(district).SerializeToString(
        deterministic=True
    )


def test_the_crate_reads_the_message_as_it_is_defined(repo_root: Path) -> None:
    spec = importlib.util.spec_from_file_location("messages", repo_root / "native" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    messages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(messages)
    written = (repo_root / "native" / "src" / "message.rs").read_text(encoding="utf-8")
    assert written == messages.source(), "run `python native/messages.py`"


def test_the_core_has_the_fields_of_the_facts() -> None:
    module = installed()
    if module is None:
        pytest.skip("the native core is not installed (make native; takes cargo)")
    found: dict[str, list[tuple[str, int]]] = {}
    for message, name, number in module.fields():
        found.setdefault(message, []).append((name, number))
    wanted = {name: [(field.name, field.number) for field in MESSAGES[name].fields] for name in found}
    assert found == wanted


def test_what_is_no_program_is_refused() -> None:
    module = installed()
    if module is None:
        pytest.skip("the native core is not installed (make native; takes cargo)")
    message = message_of(loaded(SHIPPED)[0].districts["xisaishan"])
    message.format += 1
    for data in (message.SerializeToString(), b"", b"\xff\xff", b"\x0a\x7f"):
        with pytest.raises(ValueError, match=r"."):
            module.Program(data)


def test_of_any_bytes_a_program_is_refused_or_runs() -> None:
    """Whatever a message says, the core gives an answer, a reason or a fault with words, and never panics."""
    module = installed()
    if module is None:
        pytest.skip("the native core is not installed (make native; takes cargo)")
    snapshot, tests = loaded(FORMS)
    districts = snapshot.districts.items()
    messages = {code: message_of(district).SerializeToString() for code, district in districts}

    @settings(max_examples=200)
    @given(
        st.sampled_from(range(len(tests))),
        st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=4),
    )
    def mutated(chosen: int, changes: list[tuple[int, int]]) -> None:
        test = tests[chosen]
        data = bytearray(messages[test.district])
        for place, byte in changes:
            data[place % len(data)] = byte
        try:
            program = module.Program(bytes(data))
        except ValueError:
            return
        facts = test.case.case.SerializeToString(deterministic=True)
        assert isinstance(program.decide(facts, test.as_of), bytes | str)

    mutated()
