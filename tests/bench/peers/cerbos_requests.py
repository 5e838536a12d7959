"""The cases as ``CheckResources`` calls: each element that a duty can attach to is a resource of the case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf import json_format

from tests.bench.cases import BenchCase
from tests.bench.peers.cerbos_policies import ANY, FILING, ROLE, Duty, actions_by_code
from tests.bench.peers.cerbos_wire import ALLOW, Request, Response
from tests.bench.peers.protocol import Finding, ordered

Attributes = dict[str, Any]

_FLAGS = "flags"


class Calls:
    """Makes requests: for each element, the duties that its code can trigger."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._table = actions_by_code(duties)

    def request(self, cases: Sequence[BenchCase]) -> bytes:
        """One call for all ``cases``. Their ids differ."""
        facts = {case.message.id: attributes(case) for case in cases}
        resources = [entry for key, case in facts.items() for entry in self._entries(key, case)]
        principal = {"id": "court", "roles": [ROLE], "attr": {"cases": facts}}
        plain = {"principal": principal, "resources": resources}
        return bytes(json_format.ParseDict(plain, Request()).SerializeToString())

    def _entries(self, key: str, case: Attributes) -> Iterator[dict[str, Any]]:
        for kind, code, element in _elements(case):
            actions = self._actions(kind, code)
            if actions:
                attr = {**element, "case_id": key}
                resource = {"kind": kind, "id": f"{key}/{element['id']}", "attr": attr}
                yield {"actions": actions, "resource": resource}

    def _actions(self, kind: str, code: str) -> list[str]:
        table = self._table[kind]
        return [action for key in {code: None, ANY: None} for action in table.get(key, ())]


def findings(answer: bytes) -> dict[str, list[Finding]]:
    """Id of each case that has any -> its findings."""
    found: dict[str, list[Finding]] = {}
    for result in Response.FromString(answer).results:
        case, _, element = result.resource.id.partition("/")
        dues = {output.action: _due(output.val) for output in result.outputs}
        for action, effect in result.actions.items():
            if effect == ALLOW:
                found.setdefault(case, []).append((action, element, dues.get(action)))
    return {case: ordered(list_) for case, list_ in found.items()}


def _due(value: Any) -> int | None:
    return int(value.number_value) if value.WhichOneof("kind") == "number_value" else None


def attributes(case: BenchCase) -> Attributes:
    """The facts as attributes: what is absent is empty or false, absent moments are left out."""
    plain = _complete(case.message)
    plain["as_of"], plain["three_months_ago"] = case.plain["as_of"], case.plain["three_months_ago"]
    return plain


def _complete(message: Any) -> Attributes:
    plain: Attributes = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.is_repeated:
            items = (
                value.values() if field.message_type and field.message_type.GetOptions().map_entry else value
            )
            plain[field.name] = [_plain(item) for item in items]
        elif field.message_type and field.message_type.name == "Timestamp":
            if message.HasField(field.name):
                plain[field.name] = value.seconds
        else:
            plain[field.name] = _plain(value)
    return plain


def _plain(value: Any) -> Any:
    return _complete(value) if hasattr(value, "DESCRIPTOR") else value


def _elements(case: Attributes) -> Iterator[tuple[str, str, Attributes]]:
    """Kind, triggering code and attributes of everything that a duty can attach to."""
    for event in case["events"]:
        yield "event", event["type"], event
        for party in case["parties"]:
            yield FILING, event["type"], {**party, "type": event["type"], "id": event["id"]}
    for request in case["requests"]:
        yield "request", request["matter"], request
    for document in case["documents"]:
        for service in document["services"]:
            yield "service", document["type"], {**service, "type": document["type"]}
    for party in case["parties"]:
        yield "party", ANY, party
