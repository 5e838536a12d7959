"""A rules folder as it stands in the editor: what is saved, under what is not saved yet.

files of the folder, open buffers --Workspace--> faults of ``linkage check``, by file; names in every file

A buffer that is no YAML at the moment keeps the names it had when it last was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from policy.decide.snapshot import collector_resting, snapshot_of, snapshot_of_drafts
from policy.documents.sources import check_numbers, read_sources
from policy.editor.marks import ANY_CODE, CODE, Mark, marks_of, tree_of
from policy.pack import RuleSet, rules_of, unfinished
from policy.pack.folder import VOCABULARY, Files, owner, pack_folders, read_folder
from policy.pack.read_vocabulary import read_vocabulary
from policy.pack.status import split
from policy.pack.vocabulary import Vocabulary
from policy.review.ruletest.assessed import assessed_tests_of
from policy.review.ruletest.run import tests_of
from policy.text.diagnostics import Fault, Faults
from policy.text.source import Source

GLOBAL = frozenset(["rule", "table", "assessment"])
"""Kinds whose names begin with the district, so that no two packs have the same."""


class Workspace:
    """The rules below ``root``; ``sources`` is the folder of attached documents."""

    def __init__(self, root: Path, sources: Path) -> None:
        self.root = root
        self.sources = sources
        self._buffers: dict[str, str] = {}
        self._marks: dict[str, tuple[Source, tuple[Mark, ...]]] = {}
        self._vocabulary: tuple[Source, Vocabulary] | None = None

    # -- files

    def open(self, name: str, text: str) -> None:
        """A buffer that counts in place of the file ``name``, until it is closed."""
        self._buffers[name] = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")

    def close(self, name: str) -> None:
        self._buffers.pop(name, None)

    def files(self, faults: Faults | None = None) -> Files:
        """Every file as it stands now."""
        found = dict(read_folder(self.root, Faults() if faults is None else faults) or {})
        found |= {name: Source(name, text) for name, text in self._buffers.items() if name.endswith(".yaml")}
        return dict(sorted(found.items()))

    def source(self, name: str) -> Source | None:
        """One file as it stands now."""
        if name in self._buffers:
            return Source(name, self._buffers[name])
        return self.files().get(name)

    # -- faults

    def faults(self) -> Mapping[str, list[Fault]]:
        """All faults that ``linkage check`` would find, by file ("" for those of none)."""
        faults = Faults()
        files = self.files(faults)
        with collector_resting():
            found = split(files, self.root)
            rules = rules_of(found.issued, faults)
            self._after(rules, faults)
            if found.drafts:
                rules = unfinished(found.issued, found.drafts, faults)
                if rules is not None:
                    typing = Faults()
                    rules, snapshot = snapshot_of_drafts(rules, typing)
                    faults.extend(item for item in typing if not rules.unsettled.behind(item))
                    tests_of(rules, snapshot, faults)
        by_file: dict[str, list[Fault]] = {}
        for item in faults:
            by_file.setdefault(item.span.source.name if item.span else "", []).append(item)
        return by_file

    def _after(self, rules: RuleSet | None, faults: Faults) -> None:
        """What is looked at once the packs read: expressions, rule tests, numbers against the documents."""
        if rules is None:
            return
        snapshot = snapshot_of(rules, faults)
        tests_of(rules, snapshot, faults)
        assessed_tests_of(rules, snapshot, faults)
        check_numbers(rules.packs, read_sources(self.sources, rules.packs, Faults()), faults)

    # -- names

    def marks(self, name: str) -> tuple[Mark, ...]:
        """The names in one file."""
        source = self.source(name)
        return () if source is None else self._marks_of(source)

    def every(self) -> Iterator[tuple[str, Mark]]:
        """The names in all files, with the file."""
        for name, source in self.files().items():
            if source is not None:
                yield from ((name, mark) for mark in self._marks_of(source))

    def _marks_of(self, source: Source) -> tuple[Mark, ...]:
        known = self._marks.get(source.name)
        if known is not None and known[0].text == source.text:
            return known[1]
        tree = tree_of(source)
        if tree is None:
            return known[1] if known is not None else ()
        self._marks[source.name] = source, marks_of(source, tree)
        return self._marks[source.name][1]

    def same(self, name: str, mark: Mark) -> list[tuple[str, Mark]]:
        """Every place of what ``mark`` of the file ``name`` names, with the files; the declarations first."""
        folders = pack_folders(self.files())
        home = owner(name, folders)
        found = [
            (file, other)
            for file, other in self.every()
            if other.name == mark.name
            and _alike(mark.kind, other.kind)
            and self._near(mark, home, file, folders)
        ]
        return sorted(found, key=lambda one: (not one[1].new, one[0], one[1].span.start))

    @staticmethod
    def _near(mark: Mark, home: str, file: str, folders: set[str]) -> bool:
        """Whether a name means the same in both files: what one pack declares it alone knows."""
        return mark.kind in GLOBAL or mark.kind.startswith(CODE) or owner(file, folders) == home

    def declared(self, name: str, kind: str) -> list[Mark]:
        """What the file ``name`` may refer to of a kind."""
        folders = pack_folders(self.files())
        home = owner(name, folders)
        found = {
            mark.name: mark
            for file, mark in self.every()
            if mark.new and mark.kind == kind and owner(file, folders) == home
        }
        return [found[one] for one in sorted(found)]

    def vocabulary(self) -> Vocabulary | None:
        """The vocabulary as far as it can be read; the last one that could be, where it cannot."""
        source = self.source(VOCABULARY)
        if source is not None and (self._vocabulary is None or self._vocabulary[0].text != source.text):
            read = read_vocabulary(source, Faults())
            if read is not None:
                self._vocabulary = source, read
        return self._vocabulary[1] if self._vocabulary is not None else None


def _alike(one: str, other: str) -> bool:
    """Whether two kinds may be the same: a word within an expression is a code of whatever section has it."""
    if one == other:
        return True
    return one.startswith(CODE) and other.startswith(CODE) and ANY_CODE in (one, other)
