"""``linkage test --mutate``: the rules changed place by place; what no rule test notices is listed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from policy.cli.guard import CommandError
from policy.cli.output import print_json
from policy.pack import RuleSet
from policy.review.mutation.changes import Change
from policy.review.mutation.running import bench_of, run, sampled
from policy.review.mutation.tally import Tried, tally
from policy.review.mutation.trial import Verdict
from policy.review.mutation.words import HEADS, as_json, listing, rows
from policy.text.terminal import print_faults, show


@dataclass(frozen=True, slots=True)
class Trials:
    """How many changes of a district are tried (0: all), how many are listed, on how many processes (0: one
    a core), and how many of a hundred must be noticed."""

    changes: int
    most: int
    jobs: int
    least: float


def mutate(
    rules: RuleSet, root: Path, names: Sequence[str], word: str, trials: Trials, lang: str, output: str
) -> int:
    """Tries the changes of the districts that are meant; the exit code: 1 where too few are noticed.

    ``names`` are files and folders of the rules (none: all), ``word`` a part of what is changed. Raises
    ``CommandError`` where tests cannot be read (LNK907) or fail without any change (LNK716), and where there
    is nothing to change (LNK717).
    """
    tried: dict[str, list[Tried]] = {}
    places: dict[str, str] = {}
    for code in rules.districts:
        bench, changes = bench_of(root, code)
        wanted = [n for n, (_, change) in enumerate(changes) if _meant(change, names, word)]
        numbers = sampled(wanted, trials.changes)
        if not numbers:
            continue
        if bench.faults.errors:
            print_faults(bench.faults, lang, f"{root}/")
            raise CommandError("LNK907")
        if failing := bench.failing():
            raise CommandError("LNK716", name=failing[0], count=str(len(failing)), district=code)
        places |= {test.name: str(test.span) for test in bench.tests}
        jobs = trials.jobs or os.cpu_count() or 1
        made = _progress(run(root, code, numbers, jobs), len(numbers), code)
        tried[code] = [(changes[number][1], verdict) for number, verdict in made]
    if not tried:
        raise CommandError("LNK717", name=word or " ".join(names))
    if output == "json":
        print_json({code: {"packs": _packs(rules, code), **as_json(found)} for code, found in tried.items()})
    else:
        for code, found in tried.items():
            _show(code, found, places, trials.most, lang)
    return int(any((tally(found).percent or 0.0) < trials.least for found in tried.values()))


def _packs(rules: RuleSet, code: str) -> dict[str, str]:
    """What was changed: the digest of each version."""
    return {pack.version: pack.digest for pack in rules.districts[code]}


def _meant(change: Change, names: Sequence[str], word: str) -> bool:
    lies = not names or any(
        change.file == name or (name.endswith("/") and change.file.startswith(name)) for name in names
    )
    return lies and any(word.casefold() in text.casefold() for text in (change.owner, change.file))


def _show(code: str, tried: Sequence[Tried], places: dict[str, str], most: int, lang: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from policy.review.report.screen import screen

    for text in listing(tried, places, most, lang):
        show(text, end="\n\n")
    drawn = Table(title=code, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for number, head in enumerate(HEADS):
        drawn.add_column(head[lang == "en"], justify="left" if not number else "right", no_wrap=True)
    for row in rows(tried, lang):
        drawn.add_row(*row)
    screen().print(drawn)


def _progress(made: Iterator[tuple[int, Verdict]], count: int, title: str) -> Iterator[tuple[int, Verdict]]:
    """The verdicts, with a bar on standard error while somebody watches."""
    if not sys.stderr.isatty():
        yield from made
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(made, total=count, description=title, console=Console(stderr=True), transient=True)
