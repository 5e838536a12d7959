"""Faults: order, rendering, data, and did-you-mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.text import diagnostics
from policy.text.diagnostics import Faults, PackError, Severity, Words, fault, render, to_dict
from policy.text.source import Source, Span
from policy.text.suggest import suggest

SOURCE = Source("liwan/x.yaml", "甲: 1\n\t乙丙: {bearer: polise}\n" + "长" * 300 + "\n")
BEARER = SOURCE.text.index("polise")


def at(start: int, length: int) -> Span:
    return Span(SOURCE, start, start + length)


def undeclared(start: int = BEARER) -> diagnostics.Fault:
    section = Words("单位", "bodies")
    return fault("LNK302", at(start, 6), "police", name="polise", section=section, key="bodies")


def test_a_fault_is_shown_with_line_caret_help_and_suggestion() -> None:
    assert render(undeclared(), "en", root="rules/").splitlines() == [
        "rules/liwan/x.yaml:2:15: error LNK302: the vocabulary has no code “polise” among its bodies",
        "  |",
        "2 |     乙丙: {bearer: polise}",
        "  |                    ^^^^^^",
        "  = help: Correct the spelling, or declare it in vocabulary.yaml under bodies.",
        "  = did you mean “police”?",
    ]


def test_the_same_fault_in_chinese_and_in_colour() -> None:
    lines = render(undeclared(), "zh", colour=True).splitlines()
    assert lines[0] == "liwan/x.yaml:2:15: \x1b[1;31m错误 LNK302\x1b[0m：词汇表的单位中没有代码“polise”"
    assert lines[3] == "  |                    \x1b[1;31m^^^^^^\x1b[0m"
    assert lines[-1] == "  = 是不是“police”？"


def test_carets_of_wide_characters_are_two_columns_wide() -> None:
    assert render(fault("LNK204", at(6, 2)), "en").splitlines()[3] == "  |     ^^^^"


def test_a_long_line_is_cut_around_the_place() -> None:
    start = SOURCE.text.index("长") + 200
    _, _, line, caret, _ = render(fault("LNK204", at(start, 1)), "en").splitlines()
    assert len(line) < 140
    assert line.startswith("3 | …")
    assert line.endswith("…")
    assert caret == "  | " + " " * 81 + "^^"


def test_a_fault_as_data() -> None:
    assert to_dict(undeclared(), "en") == {
        "code": "LNK302",
        "severity": "error",
        "message": "the vocabulary has no code “polise” among its bodies",
        "help": "Correct the spelling, or declare it in vocabulary.yaml under bodies.",
        "file": "liwan/x.yaml",
        "line": 2,
        "column": 15,
        "end_line": 2,
        "end_column": 21,
        "suggestion": "police",
    }
    assert "file" not in to_dict(fault("LNK602", None), "zh")


def test_what_an_author_wrote_cannot_steer_a_terminal() -> None:
    shown = render(fault("LNK307", None, name="\x1b[2J\u202e\n" + "长" * 500), "en")
    assert shown.splitlines()[0].isprintable()
    assert r"\x1b[2J\u202e\n" in shown
    assert len(shown.splitlines()[0]) < 200


@given(st.permutations([(6, "LNK204"), (0, "LNK204"), (0, "LNK203"), (BEARER, "LNK204")]))
def test_order_does_not_depend_on_when_a_fault_was_found(found: list[tuple[int, str]]) -> None:
    faults = Faults()
    faults.add("LNK602", None)
    for start, code in found + found:
        args: dict[str, str | Words] = {"expected": Words("文字", "text"), "found": "x"}
        faults.add(code, at(start, 1), "", **(args if code == "LNK203" else {}))
    places = [(item.span.start if item.span else -1, item.code) for item in faults]
    assert places == [(-1, "LNK602"), (0, "LNK203"), (0, "LNK204"), (6, "LNK204"), (BEARER, "LNK204")]
    assert len(faults) == 5


def test_warnings_alone_are_no_error() -> None:
    faults = Faults()
    faults.add("LNK509", at(0, 1))
    assert not faults.errors
    assert next(iter(faults)).severity is Severity.WARNING
    faults.append(undeclared())
    assert faults.errors


def test_an_error_beyond_the_limit_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnostics, "MAX_FAULTS", 2)
    faults = Faults()
    for start in range(3):
        faults.add("LNK509", at(start, 1))
    assert (faults.full, faults.errors) == (True, False)
    faults.add("LNK204", at(9, 1))
    assert (faults.full, faults.errors) == (True, True)
    assert [item.code for item in faults] == ["LNK509", "LNK509", "LNK901"]
    assert dict(faults.sorted()[-1].args) == {"count": "2"}


def test_an_error_carries_its_faults_in_order() -> None:
    faults = Faults()
    faults.append(undeclared())
    faults.add("LNK204", at(0, 1))
    error = PackError(faults)
    assert [item.code for item in error.faults] == ["LNK204", "LNK302"]
    assert "did you mean “police”?" in str(error)


LABELS = {"traffic_police": "公安交通管理部门", "public_security": "公安机关", "court": "法院"}
NAMES = LABELS | {"superior": "上级人民法院", "bureau": "上级人民法院执行局"}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("trafic_police", "traffic_police"),
        ("Traffic Police", "traffic_police"),
        ("publci_security", "public_security"),
        ("法院", "court"),
        ("公安机关", "public_security"),
        ("交管", "traffic_police"),
        ("交通管理", "traffic_police"),
        ("公安", ""),
        ("民法院", "superior"),  # what a Chinese name is stands last: no office of a court
        ("cuort", "court"),
        ("xyz", ""),
        ("co", ""),
        ("", ""),
        ("x" * 1000, ""),
    ],
)
def test_did_you_mean(word: str, meant: str) -> None:
    assert suggest(word, NAMES, NAMES) == meant


@given(st.text(max_size=12), st.sets(st.text("abc_", min_size=1, max_size=8), max_size=8))
def test_a_suggestion_is_a_candidate_whatever_their_order(word: str, candidates: set[str]) -> None:
    found = suggest(word, sorted(candidates))
    assert found == suggest(word, sorted(candidates, reverse=True))
    assert found in {"", *candidates}


@given(st.text("abcdef", min_size=6, max_size=12), st.data())
def test_one_slip_is_always_forgiven(name: str, data: st.DataObject) -> None:
    at_ = data.draw(st.integers(0, len(name) - 2))
    swapped = name[:at_] + name[at_ + 1] + name[at_] + name[at_ + 2 :]
    for slip in (name[:at_] + name[at_ + 1 :], name[:at_] + "z" + name[at_:], swapped):
        assert suggest(slip, [name]) == name
