"""The rules and the case that a command works on."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import typer

from policy.cli.guard import CANNOT_RUN, CommandError
from policy.decide.decision import Notice
from policy.decide.snapshot import (
    District,
    Snapshot,
    collector_resting,
    snapshot_of,
    snapshot_of_drafts,
)
from policy.decide.warnings import moment_taken
from policy.facts.parsing import ParsedCase, parse_case
from policy.facts.reading import TIME_MAX, TIME_MIN, FactsError
from policy.pack import RuleSet, check_calendar, read_split, rules_of, unfinished
from policy.pack.status import DraftFolder
from policy.text.diagnostics import Fault, Faults, Severity, Words, fault
from policy.text.source import MAX_FILE_BYTES, Source, SourceError, Span, decode, read_source
from policy.text.suggest import suggest
from policy.text.terminal import print_faults
from policy.time.calendar import Calendar
from policy.time.moment import MomentError, nanos_of, parse_moment


@dataclass(frozen=True, slots=True)
class Loaded:
    """The rules of a folder; ``snapshot`` None where they have errors."""

    root: Path
    rule_set: RuleSet | None
    snapshot: Snapshot | None
    faults: Faults
    drafts: tuple[DraftFolder, ...] = ()


def load(root: Path, despite: tuple[str, ...] = ()) -> Loaded:
    """The rules below ``root`` and all their faults. Raises CommandError (LNK903): no rules folder.

    Errors with the codes ``despite`` do not keep the snapshot back. Drafts are only named; where there is
    nothing else, the snapshot has no district.
    """
    if not (root / "vocabulary.yaml").is_file():
        raise CommandError("LNK903", path=str(root))
    found = Faults()
    with collector_resting():
        files = read_split(root, found)
        drafts = files.drafts if files is not None else ()
        allowed = (*despite, _NO_PACK) if drafts else despite
        rule_set = rules_of(files.issued, found, allowed) if files is not None else None
        snapshot = None if rule_set is None else snapshot_of(rule_set, found)
    faults = Faults()
    faults.extend(item for item in found if not (drafts and item.code == _NO_PACK))
    return Loaded(root, rule_set, None if found.errors_beyond(allowed) else snapshot, faults, drafts)


_NO_PACK = "LNK602"


def load_drafts(root: Path) -> Loaded:
    """The drafts below ``root``, beside the versions in force of their districts, and the drafts' faults.

    What has a fault is left out of the rules, which are None where there is no draft. Raises CommandError
    (LNK903).
    """
    if not (root / "vocabulary.yaml").is_file():
        raise CommandError("LNK903", path=str(root))
    files = read_split(root, Faults())
    if files is None or not files.drafts:
        return Loaded(root, None, None, Faults())
    drafts, faults = files.drafts, files.faults
    with collector_resting():
        rule_set = unfinished(files.issued, drafts, faults)
        if rule_set is None:
            return Loaded(root, None, None, faults, drafts)
        typing = Faults()
        rule_set, snapshot = snapshot_of_drafts(rule_set, typing)
    faults.extend(item for item in typing if not rule_set.unsettled.behind(item))
    return Loaded(root, rule_set, snapshot, faults, drafts)


def load_usable(
    root: Path, lang: str, despite: tuple[str, ...] = (), draft: bool = False
) -> tuple[RuleSet, Snapshot]:
    """The rules, without errors; else prints the errors and raises CommandError (LNK907).

    ``draft``: the drafts as far as they are without errors, which is said (LNK242).
    """
    loaded = load_drafts(root) if draft else load(root, despite)
    if draft and not loaded.drafts:
        raise CommandError("LNK240")
    if loaded.rule_set is None or loaded.snapshot is None:
        errors = [item for item in loaded.faults if item.severity is Severity.ERROR]
        print_faults(errors, lang, f"{root}/")
        raise CommandError("LNK907")
    if draft:
        print_faults([_by_drafts(loaded)], lang)
    elif not loaded.rule_set.districts:
        raise CommandError(_NO_PACK)
    return loaded.rule_set, loaded.snapshot


def _by_drafts(loaded: Loaded) -> Fault:
    """What is decided by, and what of it is left out."""
    rules = len(loaded.rule_set.unsettled.rules) if loaded.rule_set is not None else 0
    named = "、".join(one.folder for one in loaded.drafts)
    errors = sum(item.severity is Severity.ERROR for item in loaded.faults)
    left = Words(
        f"；其中有错误 {errors} 处，因此没有参与判断的规则 {rules} 条",
        f"; errors in them: {errors}, rules left out for that: {rules}",
    )
    return fault("LNK242", None, drafts=named, left=left if errors else Words("", ""))


def load_calendar(root: Path, lang: str) -> Calendar:
    """The calendar of the rules, whatever their packs lack. Raises CommandError (LNK903, LNK907)."""
    if not (root / "vocabulary.yaml").is_file():
        raise CommandError("LNK903", path=str(root))
    calendar, faults = check_calendar(root)
    if calendar is None:
        print_faults([item for item in faults if item.severity is Severity.ERROR], lang, f"{root}/")
        raise CommandError("LNK907")
    return calendar


def read_case_source(path: str) -> Source:
    """The text of a case file, or of standard input for ``-``. Raises CommandError (LNK902)."""
    try:
        if path == "-":
            if sys.stdin is None:
                closed = Words("标准输入已关闭", "standard input is closed")
                raise CommandError("LNK902", path=path, reason=closed)
            data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
            if len(data) > MAX_FILE_BYTES:
                raise SourceError("LNK102", size=f"> {MAX_FILE_BYTES:,}", limit=f"{MAX_FILE_BYTES:,}")
            return decode("-", data)
        return read_source(Path(path), path)
    except SourceError as error:
        if error.code == "LNK106":
            raise CommandError("LNK902", path=path, reason=error.details["reason"]) from error
        if error.code == "LNK105":
            reason = Words("不是文件", "not a file")
            raise CommandError("LNK902", path=path, reason=reason) from error
        raise CommandError(error.code, "", path, **error.details) from error


@dataclass(frozen=True, slots=True)
class Question:
    """A case to decide, its district, and the moment in nanoseconds; what should be said of the question."""

    district: District
    parsed: ParsedCase
    as_of: int
    notices: tuple[Notice, ...] = ()


def question(
    snapshot: Snapshot, path: str, as_of: str | None, district: str | None, lang: str, *, own: bool = False
) -> Question:
    """Reads the case of the command line. Prints its faults and raises typer.Exit where there are any.

    With ``own`` a case that names another district than ``district`` is a fault, and not asked under it.
    """
    source = read_case_source(path)
    first = _parsed(source, {}, lang)
    code = district or first.case.district
    if not code:
        _give_up([fault("LNK801", first.span, field="district")], lang)
    if own and first.case.district not in ("", code):
        place = first.place("case.district")
        _give_up([fault("LNK828", place, name=first.case.district, district=code)], lang)
    if code not in snapshot.districts:
        unknown_district(snapshot, code, lang, None if district else first.place("case.district"))
    found = snapshot.districts[code]
    declared = {n: d.type for program in found.programs for n, d in program.pack.attributes.items()}
    parsed = _parsed(source, declared, lang) if declared else first
    parsed.case.district = code
    given = moment(as_of, lang) if as_of is not None else parsed.as_of
    if given is not None:
        return Question(found, parsed, given)
    now = nanos_of(datetime.now(UTC))
    return Question(found, parsed, now, (moment_taken(now),))


def unknown_district(snapshot: Snapshot, code: str, lang: str, place: Span | None = None) -> NoReturn:
    """Says that no pack is of the district ``code``, and which ones there are. Raises typer.Exit."""
    labels = {name: snapshot.vocabulary.label("districts", name, "zh") for name in snapshot.districts}
    meant = suggest(code, snapshot.districts, labels)
    known = ", ".join(snapshot.districts)
    _give_up([fault("LNK810", place, meant, name=code, allowed=known)], lang)


def _parsed(source: Source, attributes: Mapping[str, str], lang: str) -> ParsedCase:
    faults = Faults()
    parsed = parse_case(source, faults, attributes)
    if parsed is None:
        _give_up(faults, lang)
    return parsed


def moment(text: str, lang: str, name: str = "as_of") -> int:
    """Nanoseconds of a moment on the command line, given as ``name``; raises typer.Exit where it is none."""
    try:
        nanos = parse_moment(text)
    except MomentError as error:
        _give_up([fault("LNK812", None, name=name, reason=error.words)], lang)
    if not TIME_MIN <= nanos < TIME_MAX:
        beyond = Words("不在 2000 年至 2099 年之间", "not between 2000 and 2099")
        _give_up([fault("LNK812", None, name=name, reason=beyond)], lang)
    return nanos


@contextmanager
def facts_refused(asked: Question, lang: str) -> Iterator[None]:
    """Facts that the engine refuses are shown at their places in the case file; raises typer.Exit."""
    try:
        yield
    except FactsError as error:
        vocabulary = asked.district.vocabulary
        _give_up([asked.parsed.fault(violation, vocabulary) for violation in error.violations], lang)


def refused(asked: Question, code: str, lang: str, **args: str) -> NoReturn:
    """Says what is wrong with a case as a whole, at its id in the case file. Raises typer.Exit."""
    _give_up([fault(code, asked.parsed.place("case.id"), **args)], lang)


def _give_up(faults: Iterable[Fault], lang: str) -> NoReturn:
    print_faults(faults, lang)
    raise typer.Exit(CANNOT_RUN)
