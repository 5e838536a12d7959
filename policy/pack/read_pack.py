"""The files of one pack -> its header and a draft of everything it declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from policy.pack.draft import Draft, PackReader
from policy.pack.model import AttributeDecl, Instrument, Text, Units
from policy.pack.read_contacts import read_contact
from policy.pack.read_deemed import read_deemed
from policy.pack.read_rule import read_duty
from policy.pack.read_sections import LIST_SECTIONS, MAP_SECTIONS
from policy.pack.read_table import read_table
from policy.pack.reader import Schema
from policy.pack.status import DRAFT, STATUS
from policy.pack.vocabulary import Vocabulary
from policy.text import nodes
from policy.text.diagnostics import Faults, Severity, Words
from policy.text.nodes import Node
from policy.text.source import Source, Span, whole
from policy.time.calendar import FIRST_DAY, SHANGHAI
from policy.time.office import HALVES, OfficeHours, read_span

FORMAT = "1"
MAX_VERSION = 64

# What an entry refers to is read before it: deadlines name parameters, rules name deadlines and forms.
_ORDER = (
    "clauses",
    "parameters",
    "forms",
    "contacts",
    "deadlines",
    "terms",
    "facts",
    "assessments",
    "duties",
    "tables",
    "deemed",
)
_LISTS = {
    **LIST_SECTIONS,
    "duties": read_duty,
    "tables": read_table,
    "deemed": read_deemed,
    "contacts": read_contact,
}
RULES_ALONE = frozenset(_ORDER) - {"assessments"}
"""Sections that rules have and rule tests do not."""

_HEADER = Schema(
    Words("pack.yaml 文件", "pack.yaml"),
    ("format", "district", "version", "title", "instrument", "effective", "bodies"),
    ("status", "authority", "office_hours", "attributes", *_ORDER),
)
_FILE = Schema(Words("规则文件", "a file of a pack"), (), _ORDER)
_INSTRUMENT = Schema(Words("instrument 一项", "instrument"), (), ("title", "number", "issuer", "issued"))
_EFFECTIVE = Schema(
    Words("effective 一项", "effective"), (), ("from", "reported", "to", "basis", "provenance", "note")
)
_OFFICE_HOURS = Schema(Words("办公时间", "office hours"), ("morning", "afternoon"), ("basis", "provenance"))
_BODY = Schema(Words("单位", "a body"), ("name",), ("note", "units", "basis", "provenance"))
_UNITS = Words("units（下属单位名单）", "units")
MAX_UNITS = 200
MAX_UNIT_NAME = 64
_ATTRIBUTE = Schema(Words("本地事实", "an attribute"), ("type", "means"), ("excludes", "implies"))
_TIES = ("excludes", "implies")
_ATTRIBUTE_TYPES = ("bool", "int", "double", "string", "timestamp")


@dataclass(frozen=True, slots=True)
class Effective:
    """When a version is in force: from 00:00 of the first day to 24:00 of the last (None: open).

    What a press report describes is ``reported``, on a day or on an unknown one, and governs all times.
    """

    start: datetime
    end: datetime | None
    reported: bool
    reported_on: date | None
    basis: tuple[str, ...]
    provenance: str
    note: Text


@dataclass(frozen=True, slots=True)
class Header:
    """What pack.yaml says of the whole pack. ``span`` is the place of its version."""

    span: Span
    district: str
    version: str
    title: Text
    authority: str
    instrument: Instrument
    effective: Effective


def read_pack(
    head: Source | None,
    files: Sequence[Source | None],
    vocabulary: Vocabulary,
    faults: Faults,
    stand_in: Header | None = None,
) -> tuple[Header | None, Draft]:
    """Read pack.yaml and the other files of a pack; None stands for a file that could not be read.

    The header is None where it has a fault; with ``stand_in`` it is that, with whatever it says without one.
    The draft holds whatever could be made sense of.
    """
    draft = Draft(Span(head, 0, 0) if head else whole("pack.yaml"))
    reader = PackReader(faults, vocabulary, draft)
    parsing = Faults()
    trees = [nodes.parse(source, parsing) if source else None for source in (head, *files)]
    draft.whole = all(tree is not None for tree in trees)
    draft.torn = [item.span for item in parsing if item.severity is Severity.ERROR and item.span is not None]
    faults.extend(parsing)
    top = reader.fields(trees[0], _HEADER) or {}
    contents = [top, *(_content(reader, tree) for tree in trees[1:])]
    header = stand_in
    if _supported(reader, top):
        _declare(reader, top)
        for section in _ORDER:
            for content in contents:
                _section(reader, section, content.get(section))
        header = _header(reader, top, stand_in)
    return header, draft


def _content(reader: PackReader, tree: Node | None) -> dict[str, Node]:
    """The sections of a file beside pack.yaml; rule tests in the wrong place are reported as that."""
    if isinstance(tree, nodes.Mapping):
        keys = {key.text: key for key, _ in tree.entries}
        if (tests := keys.get("tests")) is not None and not RULES_ALONE & keys.keys():
            reader.faults.add("LNK232", tests.span)
            return {}
    return reader.fields(tree, _FILE) or {}


def _supported(reader: PackReader, top: Mapping[str, Node]) -> bool:
    """Whether the format is one this version reads; if none can be told, the other files are read."""
    written = reader.scalar(top.get("format"))
    if written and written.text != FORMAT:
        reader.faults.add("LNK219", written.span, value=written.text, supported=FORMAT)
        return False
    return True


def _section(reader: PackReader, section: str, node: Node | None) -> None:
    if section in MAP_SECTIONS:
        for key, value in reader.entries(node):
            with _entry(reader, key.span, value.span):
                MAP_SECTIONS[section](reader, key, value)
    else:
        for item in reader.items(node):
            with _entry(reader, item.span, item.span):
                _LISTS[section](reader, item)


@contextmanager
def _entry(reader: PackReader, first: Span, last: Span) -> Iterator[None]:
    """What an entry declares is faulty where it has a fault, of its YAML too, or rests on what has one."""
    draft, before = reader.draft, reader.faults.error_count
    draft.entry, draft.leans = [], False
    yield
    torn = any(s.source is first.source and first.start <= s.start < last.end for s in draft.torn)
    if torn or draft.leans or reader.faults.error_count > before:
        for kind, name in draft.entry:
            draft.faulty[kind].add(name)


def _declare(reader: PackReader, top: Mapping[str, Node]) -> None:
    """What the rules' own checks depend on: district, authority, bodies and attributes."""
    draft = reader.draft
    draft.district = reader.code(top.get("district"), "districts") or ""
    reader.choice(top.get(STATUS), (DRAFT,), {DRAFT: "草案"})
    draft.reported = reader.choice(top.get("authority"), ("binding", "reported")) == "reported"
    if isinstance(listed := top.get("bodies"), nodes.Mapping):
        if not listed.entries:
            reader.faults.add("LNK211", listed.span)
        # A body with a fault of its own still counts as listed, so that no rule is blamed for it.
        draft.bodies = {key.text: Text(key.text) for key, _ in listed.entries}
    for key, value in reader.entries(top.get("bodies")):
        code, found = reader.code(key, "bodies"), reader.fields(value, _BODY) or {}
        name, _ = reader.text(found.get("name")), reader.text(found.get("note"))
        units = _units(reader, found)
        if "units" in found and code:
            draft.units_given.add(code)
        if code and name and draft.bodies is not None:
            draft.bodies[code] = name
            if units:
                draft.units[code] = units
    draft.office_given = "office_hours" in top
    draft.office_hours = _office_hours(reader, top.get("office_hours"))
    own = reader.entries(top.get("attributes"))
    for key, value in own:
        with _entry(reader, key.span, value.span):
            _attribute(reader, key, value)
    for _, value in own:
        _check_ties(reader, value)


def _units(reader: PackReader, found: Mapping[str, Node]) -> Units | None:
    """The units that a body code stands for, and who says so."""
    node = found.get("units")
    if node is None:
        for key in ("basis", "provenance"):
            if key in found:  # of a name nobody asks where it comes from
                reader.unknown_key(
                    nodes.Scalar(key, "plain", found[key].span), _BODY.what, ("name", "note", "units")
                )
        return None
    names = reader.distinct(reader.items(node), lambda item: _unit_name(reader, item))
    if len(names) > MAX_UNITS:
        reader.faults.add("LNK552", node.span, count=str(len(names)), limit=str(MAX_UNITS))
        return None
    basis, provenance = reader.origin(found, _UNITS, node.span)
    return Units(names, basis, provenance == "local") if names else None


def _unit_name(reader: PackReader, node: Node) -> str | None:
    name = reader.string(node)
    if name is not None and len(name) > MAX_UNIT_NAME:
        reader.faults.add("LNK222", node.span, limit=str(MAX_UNIT_NAME))
        return None
    return name


def _office_hours(reader: PackReader, node: Node | None) -> OfficeHours | None:
    found = reader.fields(node, _OFFICE_HOURS)
    if found is None or node is None:
        return None
    spans = []
    for name in HALVES:
        text = reader.string(found.get(name))
        span = None if text is None else read_span(text)
        if text is not None and span is None:
            reader.faults.add("LNK226", found[name].span, value=text)
        spans.append(span)
    basis, provenance = reader.origin(found, _OFFICE_HOURS.what, node.span)
    morning, afternoon = spans
    if morning is None or afternoon is None:
        return None
    hours = OfficeHours(morning, afternoon, basis, provenance == "local")
    if not hours.in_order:
        reader.faults.add("LNK227", node.span)
        return None
    return hours


def _check_ties(reader: PackReader, node: Node) -> None:
    """What an attribute excludes or implies is a boolean that the pack declares, as it is itself."""
    booleans = [a.name for a in reader.draft.attributes.values() if a.type == "bool"]
    for key, value in node.entries if isinstance(node, nodes.Mapping) else ():
        for item in reader.one_or_more(value) if key.text in _TIES else ():
            if isinstance(item, nodes.Scalar) and item.text not in booleans:
                meant = reader.suggest(item.text, booleans)
                reader.faults.add("LNK316", item.span, meant, name=item.text, allowed=", ".join(booleans))


def _attribute(reader: PackReader, key: nodes.Scalar, node: Node) -> None:
    name = reader.name(key)
    reader.declare("attribute", name, key.span)
    found = reader.fields(node, _ATTRIBUTE) or {}
    type_, means = reader.choice(found.get("type"), _ATTRIBUTE_TYPES), reader.text(found.get("means"))
    if name and type_ and means:
        excludes, implies = (
            reader.distinct(reader.one_or_more(found.get(tie)), reader.string) for tie in _TIES
        )
        reader.draft.attributes[name] = AttributeDecl(name, key.span, type_, means, excludes, implies)


def _header(reader: PackReader, top: Mapping[str, Node], stand_in: Header | None) -> Header | None:
    version, title = reader.string(top.get("version")), reader.text(top.get("title"))
    if version and len(version) > MAX_VERSION:
        reader.faults.add("LNK222", top["version"].span, limit=str(MAX_VERSION))
    instrument, effective = (
        _instrument(reader, top.get("instrument")),
        _effective(reader, top.get("effective")),
    )
    draft = reader.draft
    authority = "reported" if draft.reported else "binding"
    if version and title and instrument and effective and draft.district:
        return Header(top["version"].span, draft.district, version, title, authority, instrument, effective)
    if stand_in is None:
        return None
    return Header(
        top["version"].span if version else stand_in.span,
        draft.district or stand_in.district,
        version or stand_in.version,
        title or stand_in.title,
        authority,
        instrument or stand_in.instrument,
        effective or stand_in.effective,
    )


def _instrument(reader: PackReader, node: Node | None) -> Instrument | None:
    found = reader.fields(node, _INSTRUMENT)
    if found is None:
        return None
    return Instrument(
        title=reader.text(found.get("title")) or Text(""),
        number=reader.string(found.get("number")) or "",
        issuer=reader.string(found.get("issuer")) or "",
        issued=reader.date(found.get("issued")),
    )


def _effective(reader: PackReader, node: Node | None) -> Effective | None:
    found = reader.fields(node, _EFFECTIVE)
    if found is None or node is None:
        return None
    if ("from" in found) == ("reported" in found):
        reader.faults.add("LNK529", node.span)
        reader.cite(found.get("basis"))
        return None
    if "reported" in found:
        return _reported(reader, found)
    start, end = reader.date(found.get("from")), reader.date(found.get("to"))
    basis, provenance = reader.origin(found, _EFFECTIVE.what, node.span)
    note = reader.text(found.get("note")) or Text("")
    if start and end and end < start:
        reader.faults.add("LNK507", found["to"].span, start=start.isoformat(), end=end.isoformat())
    if start is None or (end is None and "to" in found):
        return None
    last = _midnight(end + timedelta(days=1)) if end else None
    return Effective(_midnight(start), last, False, None, basis, provenance, note)


def _reported(reader: PackReader, found: Mapping[str, Node]) -> Effective | None:
    """``{reported: day}`` or ``{reported: unknown}``: nothing says since when the practice is."""
    if not reader.draft.reported:
        reader.faults.add("LNK528", found["reported"].span)
    if "to" in found:
        reader.faults.add("LNK521", found["to"].span, key="to", kind="reported", allowed="basis, note")
    printed = not isinstance(found["reported"], nodes.Scalar) or found["reported"].text != "unknown"
    day = reader.date(found["reported"]) if printed else None
    basis, provenance = reader.origin(found, _EFFECTIVE.what, found["reported"].span, needed=False)
    note = reader.text(found.get("note")) or Text("")
    if printed and day is None:
        return None
    return Effective(_midnight(FIRST_DAY), None, True, day, basis, provenance, note)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
