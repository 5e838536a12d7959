"""vocabulary.yaml, equivalences.yaml -> the vocabulary; calendar/*.yaml -> the calendar with its notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from policy.pack.read_equivalences import declared, read_equivalences
from policy.pack.reader import Reader, Schema, is_null
from policy.pack.vocabulary import EFFECTS, SECTIONS, Code, Vocabulary
from policy.text import nodes
from policy.text.diagnostics import Faults, Words
from policy.text.nodes import Node, Scalar
from policy.text.source import Source, Span, whole
from policy.time.calendar import Calendar, CalendarError
from policy.time.notice import Notice, NoticeError, NoticeFault, notice_from_mapping
from policy.time.span import holiday_text

_VOCABULARY = Schema(Words("词汇表", "the vocabulary"), (), tuple(SECTIONS))
_CODE = Schema(Words("代码", "a code"), ("zh",), ("en", "law", "note"))
_EVENT = Schema(Words("事件代码", "a code of an event"), ("zh",), ("en", "effect", "by", "law", "note"))
_BODY = Schema(Words("单位代码", "a code of a body"), ("zh",), ("en", "part_of", "law", "note"))
_TRAIT = Schema(Words("特征代码", "a code of a trait"), ("zh",), ("en", "implies", "law", "note"))
_MATTER = Schema(Words("事项代码", "a code of a matter"), ("zh",), ("en", "families", "law", "note"))
_SCHEMAS = {"events": _EVENT, "bodies": _BODY, "traits": _TRAIT, "matters": _MATTER}


def read_vocabulary(source: Source, faults: Faults, same: Source | None = None) -> Vocabulary | None:
    """The vocabulary, or None where the file is no map at all; ``same`` is equivalences.yaml.

    A code with a fault is declared all the same, so that no rule is blamed for it.
    """
    reader = Reader(faults)
    found = reader.fields(nodes.parse(source, faults), _VOCABULARY)
    if found is None:
        return None
    sections: dict[str, dict[str, Code]] = {}
    for section, node in found.items():
        codes = sections.setdefault(section, {})
        labels: dict[str, str] = {}
        for key, value in reader.entries(node):
            if name := reader.name(key):
                code = codes[name] = _code(reader, name, value, _SCHEMAS.get(section, _CODE))
                if (other := labels.setdefault(code.zh, name)) != name:
                    faults.add("LNK572", key.span, name=name, other=other, label=code.zh)
    for section, names, into in (
        ("bodies", "part_of", "bodies"),
        ("traits", "implies", "traits"),
        ("matters", "families", "families"),
        ("events", "by", "bodies"),
    ):
        _resolve(reader, found.get(section), names, into, sections.get(into, {}))
    table = None if same is None else read_equivalences(same, sections, faults)
    return Vocabulary.of(sections, table)


def _resolve(reader: Reader, node: Node | None, key: str, section: str, codes: Mapping[str, Code]) -> None:
    """The codes that a code names under ``key`` are declared."""
    for _, value in reader.entries(node):
        if isinstance(value, nodes.Mapping):
            for name, named in value.entries:
                if name.text == key:
                    for item in reader.one_or_more(named):
                        declared(reader, item, section, codes)


def _code(reader: Reader, name: str, node: Node, schema: Schema) -> Code:
    found = reader.fields(node, schema) or {}
    zh, en = reader.string(found.get("zh")), reader.string(found.get("en"))
    effect, law = reader.choice(found.get("effect"), EFFECTS), reader.string(found.get("law"))
    reader.text(found.get("note"))
    return Code(
        name,
        zh or name,
        en or name,
        effect or "",
        law or "",
        reader.string(found.get("part_of")) or "",
        reader.distinct(reader.one_or_more(found.get("implies")), reader.string),
        reader.distinct(reader.one_or_more(found.get("families")), reader.string),
        reader.string(found.get("by")) or "",
    )


def read_calendar(
    sources: Iterable[Source], vocabulary: Vocabulary | None, faults: Faults
) -> tuple[Calendar, tuple[Notice, ...]]:
    """The published calendar with the notices of these files, in the order of their names; and the notices
    that hold in some districts alone."""
    result = Calendar.published()
    own: dict[str, Calendar] = {}
    notices: list[Notice] = []
    national: dict[int, tuple[nodes.Mapping, Notice]] = {}
    for source in sources:
        tree = nodes.parse(source, faults)
        if tree is None:
            continue
        if not isinstance(tree, nodes.Mapping):
            Reader(faults).fields(tree, _VOCABULARY)
            continue
        try:
            notice = notice_from_mapping(_plain_map(tree))
            if vocabulary is not None:
                _check_districts(notice, vocabulary)
            if not notice.districts:
                result = result.with_notice(notice)
                settling = national.get(notice.year)
                if not notice.local and (settling is None or settling[1].last <= notice.last):
                    national[notice.year] = (tree, notice)
                continue
            for district in notice.districts:  # contradictions are found here
                own[district] = own.get(district, Calendar.published()).with_notice(notice)
            notices.append(notice)
        except NoticeError as error:
            for item in error.faults:
                span = _place(tree, item.path)
                faults.add("LNK221", span, problem=Words(item.text("zh"), item.text("en")))
        except CalendarError as error:
            faults.add("LNK221", whole(source.name), problem=Words(error.text("zh"), error.text("en")))
    for year, (tree, _) in national.items():
        if (lacking := result.lacking(year)) is not None:
            faults.add("LNK221", _place(tree, ()), problem=Words(*_said(*lacking)))
    return result, tuple(sorted(notices))


def _said(day: date, festival: str) -> Iterator[str]:
    """That a notice lacks a festival, in Chinese and in English."""
    for lang in ("zh", "en"):
        values = (("day", day.isoformat()), ("festival", holiday_text(festival, lang)))
        yield NoticeFault((), "lacks", values).text(lang)


def _check_districts(notice: Notice, vocabulary: Vocabulary) -> None:
    known = vocabulary.sections["districts"]
    wrong = [(n, name) for n, name in enumerate(notice.districts) if name not in known]
    if wrong:
        allowed = ", ".join(sorted(known))
        raise NoticeError(
            tuple(
                NoticeFault(("districts", n), "no_district", (("name", name), ("known", allowed)))
                for n, name in wrong
            )
        )


def _plain_map(node: nodes.Mapping) -> dict[str, object]:
    return {key.text: _plain(value) for key, value in node.entries}


def _plain(node: Node) -> object:
    if isinstance(node, nodes.Mapping):
        return _plain_map(node)
    if isinstance(node, nodes.Sequence):
        return [_plain(item) for item in node.items]
    if not isinstance(node, Scalar) or is_null(node):
        return None
    if node.style == "plain" and node.text.isdecimal() and len(node.text) <= 9:
        return int(node.text)
    if node.style == "plain" and node.text in {"true", "false"}:
        return node.text == "true"
    return node.text


def _place(tree: nodes.Mapping, path: tuple[str | int, ...]) -> Span:
    """The deepest node on ``path`` that is there."""
    node: Node = tree
    for step in path:
        inner: Node | None = None
        if isinstance(node, nodes.Mapping):
            inner = next((value for key, value in node.entries if key.text == step), None)
        elif isinstance(node, nodes.Sequence) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        if inner is None:
            break
        node = inner
    return node.span
