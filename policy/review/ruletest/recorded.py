"""A rule test made from a case: what is decided of it now, as a test that expects just that.

    Case --redacted--> Case --decide--> Decision --plain--> an item of a test file, as YAML

That the rules are right is for a person to say who compares the decision with the document: a test that is
recorded says what the rules do, and notices when they do otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import yaml

from linkage.v1 import facts_pb2
from policy.decide import decide
from policy.decide.decision import Decision, Obligation, Undetermined
from policy.decide.snapshot import District
from policy.facts.paths import element, parts
from policy.facts.redacted import Redacted, redacted
from policy.facts.writing import case_json
from policy.pack.model import Pack
from policy.review.ruletest.compare import ACTUAL
from policy.review.ruletest.model import Value
from policy.text import nodes
from policy.text.diagnostics import Faults
from policy.text.source import Source
from policy.time.moment import moment_text

_KEYS = (
    *("bearer", "bearer_party", "bearer_unit", "counterparty", "counterparty_party", "action", "modality"),
    *("force", "about", "concerns", "concerns_unit", "due", "word", "state", "violated", "basis"),
    *("consequence", "outputs", "amount", "at_least", "at_most", "amount_missing", "quantities"),
)
_MOMENTS = frozenset(("due", "violated"))
_SUMS = frozenset(("amount", "at_least", "at_most"))
_WIDTH = 110


class Recorded(NamedTuple):
    """The case as it may be kept, what is decided of it, and how many texts were replaced in it."""

    case: facts_pb2.Case
    decision: Decision
    replaced: int


def recorded(district: District, case: facts_pb2.Case, as_of: int) -> Recorded | None:
    """The redacted case and its decision; None where that is another one than that of the case itself.

    Raises ``FactsError`` for a case that cannot be read.
    """
    before = decide(district, case, as_of)
    found = redacted(case, _known(district))
    after = decide(district, found.case, as_of)
    if any(event.obligation for event in case.events):
        ids = _ids(before, after, found)
        for event in found.case.events:
            if event.obligation:
                event.obligation = ids.get(event.obligation, event.obligation)
        after = decide(district, found.case, as_of)
    if _outline(before) != _outline(after):
        return None
    return Recorded(found.case, after, sum(old != new for old, new in found.names.items()))


class _known:
    """Whether a text tells of no citizen: a code, a name of a pack, a word that a rule compares with."""

    def __init__(self, district: District) -> None:
        self._names = {code for section in district.vocabulary.sections.values() for code in section}
        self._texts = [program.generated.text for program in district.programs]
        for program in district.programs:
            self._names.update(_names(program.pack))

    def __call__(self, text: str) -> bool:
        return text in self._names or any(repr(text) in generated for generated in self._texts)


def _names(pack: Pack) -> Iterable[str]:
    yield from (rule.id for rule in pack.rules)
    yield from pack.forms
    yield from (name for units in pack.units.values() for name in units.names)
    for assessment in pack.assessments:
        yield assessment.id
        yield from assessment.figures
        yield from () if assessment.scoring is None else (grade.id for grade in assessment.scoring.grades)


def _ids(before: Decision, after: Decision, found: Redacted) -> Mapping[str, str]:
    """The ids of the obligations of the case, and what they are called in the redacted one."""
    renamed = {(o.rule, o.bearers, o.bearer_unit, o.bound): o.id for o in after.obligations}
    ids = {}
    for one in before.obligations:
        bound = tuple(_path(path, found.names) for path in one.bound)
        unit = found.names.get(one.bearer_unit, one.bearer_unit)
        ids[one.id] = renamed.get((one.rule, one.bearers, unit, bound), one.id)
    return ids


def _path(path: str, names: Mapping[str, str]) -> str:
    named = [
        element(name, ":".join(names.get(part, part) for part in key.split(":"))) if key else name
        for name, key in parts(path)
    ]
    return ".".join(named) or path


def _outline(decision: Decision) -> object:
    """What must be the same whatever things are called."""
    duties = sorted(
        (
            o.rule,
            o.bearers,
            o.standing.state,
            _nanos(o),
            o.triggered_at or 0,
            o.standing.violated_at or 0,
            o.basis,
        )
        for o in decision.obligations
    )
    open_ = sorted(u.rule for u in decision.undetermined)
    return duties, open_, sorted(e.code for e in decision.errors), len(decision.conflicts)


def _nanos(one: Obligation) -> int:
    return -1 if one.due is None or one.due.nanos is None else one.due.nanos


# -- as YAML


def item(found: Recorded, name: str, as_of: int) -> dict[str, Any]:
    """The test as plain data, its keys in the order in which people read them."""
    decision = found.decision
    case = case_json(found.case)
    for key in ("id", "district"):  # the test file's own
        case.pop(key, None)
    test: dict[str, Any] = {"name": name, "as_of": moment_text(as_of), "case": case}
    duties = decision.hanging_on_facts()
    often = _often(one.rule for one in duties)
    test["expect"] = [_expected(one, one.rule in often) for one in duties]
    waiting = [one for one in decision.undetermined if decision.standing.isdisjoint(one.bound)]
    if waiting:
        often = _often(one.rule for one in waiting)
        test["expect_unknown"] = [_unknown(one, one.rule in often) for one in waiting]
    deemed = [
        one.deemed for one in decision.derived if one.deemed is not None and one.path not in decision.standing
    ]
    if deemed:
        test["expect_deemed"] = [{"rule": one.rule, "at": moment_text(one.at)} for one in deemed]
    if decision.conflicts:
        test["expect_conflict"] = [
            {"rules": sorted((one.first.rule, one.second.rule))} for one in decision.conflicts
        ]
    if decision.errors:
        test["expect_error"] = [
            {"code": one.code, **({"rule": one.rule} if one.rule else {})} for one in decision.errors
        ]
    return test | {"exact": True}


def _often(rules: Iterable[str]) -> frozenset[str]:
    every = list(rules)
    return frozenset(rule for rule in every if every.count(rule) > 1)


def _expected(one: Obligation, many: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"rule": one.rule}
    if many:
        entry["trigger"] = one.trigger
    for key in _KEYS:
        value = ACTUAL[key](one)
        # The id of another duty says nothing to who reads the test.
        if key == "due" or (value not in (None, "", ()) and not (key == "about" and one.breach)):
            entry[key] = _written(key, value)
    return entry


def _unknown(one: Undetermined, many: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"rule": one.rule}
    if many:
        entry["trigger"] = one.bound[one.plan.trigger_position]
    return entry | {"missing": list(one.missing)}


def _written(key: str, value: Value) -> Any:
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 and key in ("bearer", "counterparty") else list(value)
    if key in _MOMENTS and isinstance(value, int):
        return moment_text(value)
    if key in _SUMS and isinstance(value, int):
        yuan, fen = divmod(value, 100)
        return f"{yuan}.{fen:02}元" if fen else f"{yuan}元"
    return value


class _Lines(yaml.SafeDumper):
    """Lists set in, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def yaml_of(test: Mapping[str, Any]) -> str:
    """The test as an item of ``tests``, two columns in."""
    return _indented(
        yaml.dump(
            [dict(test)],
            Dumper=_Lines,
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=None,
            width=_WIDTH,
        ),
        2,
    )


def _indented(text: str, columns: int) -> str:
    return "".join(" " * columns + line.lstrip("\n") for line in text.splitlines(keepends=True))


def with_test(source: Source | None, test: str) -> str | None:
    """The text of a test file with a further test, all else as it was, comments included.

    None where the file has no list of tests in lines of its own to which one can be added.
    """
    if source is None or not source.text.strip():
        return f"tests:\n{test}"
    root = nodes.parse(source, Faults())
    if not isinstance(root, nodes.Mapping):
        return None
    section = next((value for key, value in root.entries if key.text == "tests"), None)
    if section is None:
        return f"{source.text.rstrip()}\n\ntests:\n{test}"
    if not isinstance(section, nodes.Sequence) or not section.items or section.span.snippet.startswith("["):
        return None
    lines = source.text.rstrip("\n").split("\n")
    last = section.items[-1].span
    end = source.position(last.start + len(last.snippet.rstrip()) - 1)[0]
    dash = lines[section.span.line - 1]
    columns = len(dash) - len(dash.lstrip(" "))
    own = "".join(line[2:] for line in test.splitlines(keepends=True))
    after = lines[end:]
    return "\n".join([*lines[:end], "", _indented(own, columns).rstrip("\n"), *after]) + "\n"
