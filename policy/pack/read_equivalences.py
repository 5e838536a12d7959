"""equivalences.yaml -> what tells the same fact as what, its codes checked against the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

from linkage.v1 import facts_pb2
from policy.pack.equivalences import PERIODS, Equivalences, ServiceEvent, StateSource
from policy.pack.reader import Reader, Schema
from policy.pack.vocabulary import SECTIONS, Code
from policy.text import nodes
from policy.text.diagnostics import Faults, Words
from policy.text.nodes import Node
from policy.text.source import Source

Sections = Mapping[str, Mapping[str, Code]]

_FILE = Schema(
    Words("等同表", "the table of equivalences"),
    ("format",),
    (
        "same_events",
        "filing",
        "body_concerns",
        "flags",
        "states",
        "requests",
        "services",
        "received",
        "documents",
        "papers",
        "lasting",
        "instrument",
        "periods",
    ),
)
_STATE = Schema(Words("状态", "a state"), (), ("field", "flag", "roles", "everyone", "begins", "ends"))
_SERVICE = Schema(Words("送达事件", "an event of service"), ("documents",), ("result", "results"))
_REQUEST = Schema(Words("请求事件", "an event of request"), ("matter",), ("to",))
_LASTING = Schema(Words("持续的事实", "a fact that lasts"), (), ("until",))

_MESSAGES = facts_pb2.DESCRIPTOR.message_types_by_name
_FIELDS = tuple(f.name for f in _MESSAGES["Party"].fields if f.type == f.TYPE_BOOL)
_FLAGS = tuple(f.name for f in _MESSAGES["Flags"].fields)


def declared(reader: Reader, node: Node | None, section: str, codes: Mapping[str, Code]) -> str | None:
    """A code of a section of the vocabulary; one that is not declared is reported."""
    found = reader.scalar(node)
    if found is None:
        return None
    if found.text in codes:
        return found.text
    zh, en = SECTIONS[section]
    meant = reader.suggest(found.text, codes, {name: code.zh for name, code in codes.items()})
    reader.faults.add("LNK302", found.span, meant, name=found.text, section=Words(zh, en), key=section)
    return None


def read_equivalences(source: Source, sections: Sections, faults: Faults) -> Equivalences | None:
    """The table, or None where the file is no map at all."""
    reader = Reader(faults)
    found = reader.fields(nodes.parse(source, faults), _FILE)
    return None if found is None else _Reading(reader, sections).table(found)


class _Reading:
    def __init__(self, reader: Reader, sections: Sections) -> None:
        self._reader = reader
        self._sections = sections

    def table(self, found: Mapping[str, Node]) -> Equivalences:
        self._reader.choice(found.get("format"), ("1",))
        return Equivalences(
            same_events=self._pairs(found.get("same_events"), "events", "events"),
            filing=self._code(found.get("filing"), "events") or "",
            body_concerns=frozenset(self._codes(found.get("body_concerns"), "events")),
            states=tuple(
                self._state(kind, node) for kind, node in self._entries(found.get("states"), "traits")
            ),
            flags=dict(self._choices(found.get("flags"))),
            requests={k: self._request(node) for k, node in self._entries(found.get("requests"), "events")},
            services={k: self._service(node) for k, node in self._entries(found.get("services"), "events")},
            documents=self._pairs(found.get("documents"), "documents", "events"),
            received=self._code(found.get("received"), "service_results") or "",
            papers=self._code(found.get("papers"), "events") or "",
            lasting={k: self._until(node) for k, node in self._entries(found.get("lasting"), "events")},
            instrument=self._code(found.get("instrument"), "events") or "",
            periods={
                kind: period
                for kind, node in self._entries(found.get("periods"), "events")
                if (period := self._reader.choice(node, PERIODS))
            },
        )

    def _code(self, node: Node | None, section: str) -> str | None:
        return declared(self._reader, node, section, self._sections.get(section, {}))

    def _codes(self, node: Node | None, section: str) -> tuple[str, ...]:
        reader = self._reader
        return reader.distinct(reader.one_or_more(node), lambda item: self._code(item, section))

    def _entries(self, node: Node | None, section: str) -> list[tuple[str, Node]]:
        """The entries of a map whose keys are codes of a section."""
        entries = self._reader.entries(node)
        return [(code, value) for key, value in entries if (code := self._code(key, section))]

    def _pairs(self, node: Node | None, section: str, into: str) -> Mapping[str, str]:
        entries = self._entries(node, section)
        return {key: code for key, value in entries if (code := self._code(value, into))}

    def _state(self, kind: str, node: Node) -> StateSource:
        reader = self._reader
        found = reader.fields(node, _STATE) or {}
        return StateSource(
            kind,
            reader.choice(found.get("field"), _FIELDS) or "",
            reader.choice(found.get("flag"), _FLAGS) or "",
            self._codes(found.get("roles"), "roles"),
            reader.boolean(found.get("everyone")) or False,
            self._codes(found.get("begins"), "events"),
            self._codes(found.get("ends"), "events"),
        )

    def _request(self, node: Node) -> tuple[str, str]:
        found = self._reader.fields(node, _REQUEST) or {}
        return self._code(found.get("matter"), "matters") or "", self._code(found.get("to"), "bodies") or ""

    def _service(self, node: Node) -> ServiceEvent:
        found = self._reader.fields(node, _SERVICE) or {}
        documents = self._codes(found.get("documents"), "documents")
        result = self._code(found.get("result"), "service_results") or ""
        return ServiceEvent(
            documents, result, self._pairs(found.get("results"), "results", "service_results")
        )

    def _choices(self, node: Node | None) -> list[tuple[str, str]]:
        """Pairs of flags of the case."""
        reader = self._reader
        return [
            (one, other)
            for key, value in reader.entries(node)
            if (one := reader.choice(key, _FLAGS)) and (other := reader.choice(value, _FLAGS))
        ]

    def _until(self, node: Node) -> tuple[str, ...]:
        found = self._reader.fields(node, _LASTING) or {}
        return self._codes(found.get("until"), "events")
