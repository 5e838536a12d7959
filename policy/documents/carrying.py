"""A new version of a pack from its revised document: what rests on clauses that stayed is carried over.

earlier version, new document --carried--> files of a draft, and what became of each clause

A clause stayed where its words did, whatever its number is now. What is written of it (class, summary, why
there is no rule) stays as well, and so does everything that cites it, by its new number. Where a clause has
other words, or is gone, each citation of it is to be filled in again: ``linkage check`` lists them, and what
cites it takes no part until then. Comments stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from policy.documents.cut import ClauseText, Document, digest
from policy.documents.scaffold import entry, heading, quoted
from policy.pack.draft import Draft
from policy.pack.folder import Files, PackFiles, layout_of
from policy.pack.load import checked
from policy.pack.model import Clause, Text
from policy.pack.reader import TO_FILL_IN
from policy.pack.vocabulary import Vocabulary
from policy.text import nodes
from policy.text.diagnostics import Faults
from policy.text.source import Source

_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_CITED = re.compile(r"^\s*-?\s*basis:.*$|\bbasis:\s*\[[^\]]*\]", re.MULTILINE)
_PRINTED = re.compile(
    r"\s*(?:第[零一二三四五六七八九十百千\d]+[编章节条款项]|[（(]?[零一二三四五六七八九十百\d]+[）)]?[、.．]?)\s*"
)
"""The number at the beginning of a clause, which its digest covers."""
_REGISTER = """\
# 条款登记：编号、序号和摘要值（digest）由程序取自原文，不要改动。
# 与 {version} 文字相同的条款，类别和摘要沿用；其余的请归类、写摘要，凡引用它们的地方都已改为“{blank}”。
clauses:
"""


class Earlier(NamedTuple):
    """The version that is carried over: its name, its files and what they declare."""

    version: str
    files: PackFiles
    draft: Draft


class Carried(NamedTuple):
    """The files of the new version, and what became of the clauses; ``open``: citations to be filled in."""

    files: Mapping[str, bytes]
    same: int
    moved: tuple[tuple[str, str], ...]
    """Of those that stayed: old and new number, where it is another."""
    changed: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    open: int
    tests: int


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def earlier_version(files: Files, vocabulary: Vocabulary, district: str) -> Earlier | None:
    """The latest version of a district; None where it has none that can be read."""
    found = []
    for pack in layout_of(files, Faults()).packs:
        if pack.head is None or district not in pack.head.text:
            continue
        header, draft = checked(pack, vocabulary, Faults())
        if header is not None and header.district == district:
            found.append((header.effective.start, Earlier(header.version, pack, draft)))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def carried(document: Document, earlier: Earlier, version: str, title: str, starts: date | None) -> Carried:
    """The new version. ``starts``: its first day; rule tests come along, by whole years to after it."""
    places = _Places(document, earlier.draft.clauses)
    files: dict[str, bytes] = {}
    number = 0
    for source in (earlier.files.head, *earlier.files.others):
        if source is None:
            continue
        edits = _citations(source, earlier.draft, places)
        number += sum(edit.text.startswith(TO_FILL_IN) for edit in edits)
        edits += _without_register(source)
        if source is earlier.files.head:
            edits += _head(source, document, version, title, starts)
        text = _edited(source.text, edits)
        if source is earlier.files.head or _says_anything(text):
            files[_name(source, earlier)] = text.encode("utf-8")
    files["clauses.yaml"] = _register(document, earlier, places).encode("utf-8")
    tests = earlier.files.tests if starts is not None else ()
    for source in tests:
        files[_name(source, earlier)] = _later(_renumbered(source.text, places), starts).encode("utf-8")
    moved = tuple(pair for pair in places.stayed.items() if pair[0] != pair[1])
    return Carried(
        files, len(places.stayed), moved, places.changed, places.new, places.gone, number, len(tests)
    )


class _Places:
    """Where each clause of the earlier version is in the new document, and what is new there."""

    def __init__(self, document: Document, clauses: Mapping[str, Clause]) -> None:
        by_digest: dict[str, list[str]] = {}
        for unit in document.units:
            by_digest.setdefault(unit.digest, []).append(unit.id)
        self.stayed: dict[str, str] = {}
        for clause in clauses.values():
            found = by_digest.get(clause.digest, [])
            if clause.id in found or len(found) == 1:
                self.stayed[clause.id] = clause.id if clause.id in found else found[0]
        self._renumbered(document, clauses)
        self.of_unit = {new: clauses[old] for old, new in self.stayed.items()}
        fresh = [unit.id for unit in document.units if unit.id not in self.of_unit]
        self.changed = tuple(name for name in fresh if name in clauses and name not in self.stayed)
        self.new = tuple(name for name in fresh if name not in self.changed)
        self.gone = tuple(name for name in clauses if name not in self.stayed and name not in self.changed)

    def _renumbered(self, document: Document, clauses: Mapping[str, Clause]) -> None:
        """Clauses that say the same under another number: as the document would print their old one."""
        units = {unit.id: unit for unit in document.units}
        taken = set(self.stayed.values())
        free = [unit for unit in document.units if unit.id not in taken and _PRINTED.match(unit.text)]
        for clause in clauses.values():
            printed = _PRINTED.match(units[clause.id].text) if clause.id in units else None
            if clause.id in self.stayed or printed is None:
                continue
            for unit in free:
                if digest(printed[0] + _PRINTED.sub("", unit.text, count=1)) == clause.digest:
                    self.stayed[clause.id] = unit.id
                    free.remove(unit)
                    break


def _name(source: Source, earlier: Earlier) -> str:
    return source.name.removeprefix(f"{earlier.files.folder}/")


# -- the files, edited


def _edited(text: str, edits: Iterable[_Edit]) -> str:
    for start, end, put in sorted(edits, reverse=True):
        text = text[:start] + put + text[end:]
    return text


def _citations(source: Source, draft: Draft, places: _Places) -> list[_Edit]:
    """Clauses by their new numbers; those to be filled in, with what stood there at the end of the line."""
    edits, was = [], dict[int, list[str]]()
    for citation in draft.citations:
        span = citation.span
        if span.source.name != source.name:
            continue
        stays = places.stayed.get(citation.clause)
        if stays == citation.clause:
            continue
        if stays is not None:
            edits.append(_Edit(span.start, span.end, quoted(stays) if span.snippet[:1] in "\"'" else stays))
            continue
        edits.append(_Edit(span.start, span.end, TO_FILL_IN))
        end = source.text.find("\n", span.end)
        was.setdefault(len(source.text) if end < 0 else end, []).append(citation.clause)
    edits += [_Edit(end, end, f"  # 原为 {'、'.join(clauses)}") for end, clauses in was.items()]
    return list(dict.fromkeys(edits))


def _entries(source: Source) -> Mapping[str, tuple[nodes.Scalar, nodes.Node]]:
    root = nodes.parse(source, Faults())
    return {key.text: (key, value) for key, value in root.entries} if isinstance(root, nodes.Mapping) else {}


def _without_register(source: Source) -> list[_Edit]:
    """The register of clauses is written anew."""
    found = _entries(source)
    if "clauses" not in found:
        return []
    start = found["clauses"][0].span.start
    later = [key.span.start for key, _ in found.values() if key.span.start > start]
    return [_Edit(start, min(later, default=len(source.text)), "")]


def _says_anything(text: str) -> bool:
    return any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n"))


def _head(source: Source, document: Document, version: str, title: str, starts: date | None) -> list[_Edit]:
    """What says which version it is; what nobody has said yet is to be filled in."""
    printed, number = heading(document)
    chosen = title or printed
    found = _entries(source)
    begins = starts.isoformat() if starts is not None else TO_FILL_IN
    edits = [_put(found.get("version"), quoted(version))]
    if chosen and chosen not in source.text:
        edits.append(_put(found.get("title"), quoted(chosen)))
    instrument, effective = (_inside(found.get(name)) for name in ("instrument", "effective"))
    edits += [
        _put(instrument.get("number"), quoted(number) if number else TO_FILL_IN),
        _put(instrument.get("issued"), TO_FILL_IN),
        _put(effective.get("from"), begins),
        _put(effective.get("to"), TO_FILL_IN),
    ]
    if chosen and chosen not in source.text:
        edits.append(_put(instrument.get("title"), quoted(chosen)))
    if "format" in found and "status" not in found:
        at = found["format"][1].span.end
        edits.append(_Edit(at, at, "\nstatus: draft  # 草案：定稿后删去这一行，才对外服务"))
    return [edit for edit in edits if edit is not None]


def _inside(
    entry: tuple[nodes.Scalar, nodes.Node] | None,
) -> Mapping[str, tuple[nodes.Scalar, nodes.Node]]:
    value = None if entry is None else entry[1]
    return {key.text: (key, each) for key, each in value.entries} if isinstance(value, nodes.Mapping) else {}


def _put(entry: tuple[nodes.Scalar, nodes.Node] | None, text: str) -> _Edit | None:
    return None if entry is None else _Edit(entry[1].span.start, entry[1].span.end, text)


# -- the register


def _register(document: Document, earlier: Earlier, places: _Places) -> str:
    head = _REGISTER.format(version=earlier.version, blank=TO_FILL_IN)
    return head + "".join(_unit(unit, earlier, places) for unit in document.units)


def _unit(unit: ClauseText, earlier: Earlier, places: _Places) -> str:
    clause = places.of_unit.get(unit.id)
    if clause is not None:
        more = {"no_rule": quoted(clause.no_rule) if clause.no_rule else "", "note": _text(clause.note)}
        return entry(unit, clause.class_.value, _text(clause.summary), more)
    was = earlier.draft.clauses.get(unit.id)
    if unit.id not in places.changed or was is None:
        return entry(unit)
    return entry(unit, said=f"    # 文字变了。原来是 {was.class_.value}：{was.summary.zh}\n")


def _text(text: Text) -> str:
    if not text.zh:
        return ""
    return f"{{zh: {quoted(text.zh)}, en: {quoted(text.en)}}}" if text.en else quoted(text.zh)


# -- rule tests


def _renumbered(text: str, places: _Places) -> str:
    """The clauses that tests expect, by their new numbers."""
    moved = {old: new for old, new in places.stayed.items() if old != new}

    def cited(found: re.Match[str]) -> str:
        return re.sub(r'"([^"]+)"', lambda each: quoted(moved.get(each[1], each[1])), found[0])

    return _CITED.sub(cited, text) if moved else text


def _later(text: str, starts: date | None) -> str:
    """Every date so many whole years later that none is before the first day of the version."""
    days = [(int(each[1]), each[2], each[3]) for each in _DATE.finditer(text)]
    if starts is None or not days:
        return text
    year, month, day = min(days)
    years = max(0, starts.year - year + ((month, day) < (f"{starts:%m}", f"{starts:%d}")))
    return _DATE.sub(lambda found: _moved(found, years), text)


def _moved(found: re.Match[str], years: int) -> str:
    year, month, day = int(found[1]) + years, found[2], found[3]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return f"{year:04d}-{month}-{'28' if (month, day) == ('02', '29') and not leap else day}"
