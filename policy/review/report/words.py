"""The words that facts and rules are written in: codes of the vocabulary, fields of the facts, own facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from google.protobuf.descriptor import FieldDescriptor
from rich.table import Table

from policy.decide.snapshot import District, Snapshot
from policy.facts.json_schema import fields_of_case, paths_of_codes
from policy.facts.labels import FIELDS
from policy.facts.views import TIMESTAMP, is_list
from policy.pack.search import nearness
from policy.pack.vocabulary import CODE_FIELDS, SECTIONS
from policy.review.report.screen import Column, table
from policy.review.usage import usage_of
from policy.review.wording import Wording

Json = dict[str, Any]
Pair = tuple[str, str]

_TYPES: Mapping[str, Pair] = {
    "bool": ("是或否", "true or false"),
    "int": ("整数", "integer"),
    "double": ("小数", "decimal"),
    "string": ("文字", "text"),
    "timestamp": ("时间", "moment"),
    "message": ("几项", "several fields"),
}
_EXAMPLES: Mapping[str, str] = {
    "bool": "true",
    "int": "3",
    "double": "0.5",
    "string": "x1",
    "timestamp": "2024-03-02T09:30:00+08:00",
}
_SCALARS: Mapping[int, str] = {
    FieldDescriptor.CPPTYPE_BOOL: "bool",
    FieldDescriptor.CPPTYPE_INT64: "int",
    FieldDescriptor.CPPTYPE_DOUBLE: "double",
    FieldDescriptor.CPPTYPE_STRING: "string",
}


class CodeUse(NamedTuple):
    """A code, what people call it, where a case has it, and the rules that use it."""

    kind: str
    code: str
    zh: str
    en: str
    local: tuple[str, ...]
    rules: tuple[str, ...]


class FactUse(NamedTuple):
    """A field of the facts or a district's own fact, and the rules that use it."""

    path: str
    label: Pair
    type: str
    example: str
    rules: tuple[str, ...]


def codes_found(snapshot: Snapshot, word: str, kind: str, districts: Sequence[District]) -> list[CodeUse]:
    """The codes that fit a word (all for ""), the nearest first, with their use in these districts."""
    vocabulary = snapshot.vocabulary
    usage = usage_of(program for district in districts for program in district.programs)
    places = {section: place for place, section in enumerate(SECTIONS)}
    found: list[tuple[tuple[int, int, int, str], CodeUse]] = []
    for section in SECTIONS if not kind else (kind,):
        for code in vocabulary.codes(section).values():
            local = _local_names(section, code.code, districts)
            near = nearness(word, (code.code, code.zh, code.en, *local)) if word else 0
            if near is None:
                continue
            use = CodeUse(
                section, code.code, code.zh, code.en, local, usage.codes.get((section, code.code), ())
            )
            found.append(((near, places[section], len(code.zh) if word else 0, code.code), use))
    return [use for _, use in sorted(found, key=lambda item: item[0])]


def _local_names(section: str, code: str, districts: Iterable[District]) -> tuple[str, ...]:
    if section != "bodies":
        return ()
    packs = (program.pack for district in districts for program in district.programs)
    names = (pack.bodies[code].zh for pack in packs if code in pack.bodies)
    return tuple(dict.fromkeys(names))


def codes_table(found: Sequence[CodeUse], lang: str, width: int) -> Table:
    """One row a code."""
    pick = _picker(lang)
    columns = [
        Column(pick(("代码", "code")), 2, 24),
        Column(pick(("种类", "kind")), 0, 10),
        Column(pick(("名称", "label")), 4, 14),
        Column(pick(("用到的规则", "rules that use it")), 1, 10),
    ]
    rows = [
        [
            use.code,
            pick(SECTIONS[use.kind]),
            "\n".join([pick((use.zh, use.en)), *use.local]),
            _by_district(use.rules),
        ]
        for use in found
    ]
    return table("", columns, rows, width)


def kinds_table(snapshot: Snapshot, lang: str, width: int) -> Table:
    """The kinds of codes, and where a case has them."""
    pick, paths = _picker(lang), paths_of_codes()
    columns = [
        Column(pick(("种类", "kind")), 0, 16),
        Column(pick(("名称", "label")), 2, 12),
        Column(pick(("个数", "codes")), 0, 5),
        Column(pick(("写在案件的哪里", "where a case has them")), 4, 20),
    ]
    rows = [
        [kind, pick(label), str(len(snapshot.vocabulary.codes(kind))), "\n".join(paths[kind])]
        for kind, label in SECTIONS.items()
    ]
    return table("", columns, rows, width)


def facts_found(district: District, word: str) -> list[FactUse]:
    """The facts that rules of a district read, that fit a word; its own facts last."""
    usage = usage_of(district.programs)
    vocabulary = district.vocabulary
    found: list[tuple[int, FactUse]] = []
    for path, owner, field in fields_of_case():
        rules = usage.fields.get((owner, field.name), ())
        label = FIELDS.get((owner, field.name))
        if not rules or label is None:
            continue
        section = CODE_FIELDS.get((owner, field.name), "")
        kind = _type(field)
        example = _EXAMPLES.get(kind, "")
        if section:
            used = sorted(
                code for of, code in usage.codes if of == section and code in vocabulary.codes(section)
            )
            example = used[0] if used else ""
        if is_list(field) and kind != "message":
            example = f"[{example}]"
        near = nearness(word, (path, *label, field.name)) if word else 0
        if near is not None:
            found.append((near, FactUse(path, label, section or kind, example, rules)))
    for program in district.programs[-1:]:
        for name, declared in program.pack.attributes.items():
            label = (declared.means.zh, declared.means.get("en"))
            near = nearness(word, (name, *label)) if word else 0
            if near is not None:
                use = FactUse(
                    f"attributes.{name}",
                    label,
                    declared.type,
                    _EXAMPLES[declared.type],
                    usage.attributes.get(name, ()),
                )
                found.append((near, use))
    return [use for _, use in sorted(found, key=lambda item: item[0])]


def facts_table(found: Sequence[FactUse], wording: Wording, width: int) -> Table:
    """One row a fact."""
    pick = wording.pick
    columns = [
        Column(pick(("事实", "fact")), 1, 29),
        Column(pick(("名称", "label")), 2, 12),
        Column(pick(("怎样写", "how it is written")), 2, 14),
        Column(pick(("规则", "rules")), 0, 5),
    ]
    rows = [[use.path, pick(use.label), _written(use, wording), str(len(use.rules))] for use in found]
    return table("", columns, rows, width)


def codes_json(found: Sequence[CodeUse]) -> list[Json]:
    """The codes as data."""
    return [{**use._asdict(), "local": list(use.local), "rules": list(use.rules)} for use in found]


def facts_json(found: Sequence[FactUse]) -> list[Json]:
    """The facts as data."""
    return [
        {
            "path": use.path,
            "zh": use.label[0],
            "en": use.label[1],
            "type": use.type,
            "example": use.example,
            "rules": list(use.rules),
        }
        for use in found
    ]


def _written(use: FactUse, wording: Wording) -> str:
    if use.type in SECTIONS:
        label = wording.code(use.type, use.example.strip("[]")) if use.example.strip("[]") else ""
        kind = wording.pick(SECTIONS[use.type])
        shown = f"{use.example}（{label}）" if wording.lang == "zh" else f"{use.example} ({label})"
        return wording.pick((f"{kind}的代码，如 {shown}", f"a code of {kind}, as {shown}"))
    kind = wording.pick(_TYPES[use.type])
    return wording.pick((f"{kind}，如 {use.example}", f"{kind}, as {use.example}")) if use.example else kind


def _type(field: FieldDescriptor) -> str:
    if field.message_type is None:
        return _SCALARS[field.cpp_type]
    return "timestamp" if field.message_type.full_name == TIMESTAMP else "message"


def rules_of(ids: Sequence[str], snapshot: Snapshot, lang: str) -> list[str]:
    """The rules with these ids, a line each: the id and the title in the latest version that has it."""
    titles = {
        rule.id: rule.title.get(lang)
        for district in snapshot.districts.values()
        for program in district.programs
        for rule in program.pack.rules
    }
    return [f"{rule}  {titles[rule]}" for rule in ids]


def _by_district(rules: Sequence[str]) -> str:
    """How many rules of each district: their ids begin with its code."""
    counted = Counter(rule.partition(".")[0] for rule in rules)
    shown = [f"{district} {count}" for district, count in sorted(counted.items())]
    return "\n".join(shown) or "—"


def _picker(lang: str) -> Callable[[Pair], str]:
    return lambda pair: pair[1] if lang == "en" else pair[0]
