"""Nothing of a citizen in any line of the log, however many there are and whatever the calls were.

A million lines take some minutes: ``LINKAGE_TEST_LINES=1000000 pytest tests/server/identity/test_lines.py``.
"""

import base64
import os
import random
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format

from linkage.v1 import policy_service_pb2 as api
from policy.decide import decide
from policy.engines import COMPILED
from server.api.gate import Gate
from server.api.guard import Guard
from server.api.malformed import SafeServer
from server.api.reading import Reading
from server.api.service import PolicyService, add_to
from server.decisions import work
from server.decisions.active import ActiveRules
from server.decisions.apart import Apart
from server.decisions.evaluation import Evaluator
from server.decisions.fairness import Fairness
from server.identity import tally
from server.identity.authentication import Authentication
from server.identity.caller import CallerLimits
from server.identity.failures import Failures
from server.settings.limits import Limits
from server.settings.logs import Level, configure
from tests.server.cases import NOW, SEIZURE
from tests.server.identity.world import World
from tests.server.logging_state import restored_logging

LINES = int(os.environ.get("LINKAGE_TEST_LINES", "10000"))
NAME = "赵钱孙"
NUMBER = "-".join(("4401", "0619", "9003", "0712"))
"""Who must not be told: a name, and what looks like a number of theirs."""
TRACES = [
    text
    for secret in (NAME, NUMBER)
    for text in (
        secret,
        secret.encode("unicode_escape").decode(),
        base64.b64encode(secret.encode()).decode().rstrip("="),
        secret.encode().hex(),
        secret.encode().decode("latin-1"),
    )
]


class Lines:
    """A stream that counts lines and keeps those that tell something."""

    def __init__(self) -> None:
        self.count = 0
        self.telling: list[str] = []

    def write(self, text: str) -> None:
        self.count += text.count("\n")
        if any(trace in text for trace in TRACES):
            self.telling.append(text)

    def flush(self) -> None:
        """There is nothing to flush."""


class Aborted(grpc.aio.AbortError):
    """What ``abort`` raises."""


class Calling:
    """A servicer's context without a connection."""

    def __init__(self, metadata: tuple[tuple[str, str], ...]) -> None:
        self._metadata = metadata

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return self._metadata

    def auth_context(self) -> dict[str, list[bytes]]:
        return {}

    def peer(self) -> str:
        return "ipv4:192.0.2.1:40000"

    def set_trailing_metadata(self, _: Any) -> None:
        """Nobody reads it."""

    def time_remaining(self) -> None:
        """There is no deadline."""

    async def abort(self, *_: Any) -> None:
        raise Aborted


class Registered:
    """Keeps the handlers that a server would be given."""

    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}

    def add_registered_method_handlers(self, _: str, handlers: dict[str, Any]) -> None:
        self.handlers |= handlers


@pytest.fixture
async def handlers(small_rules: Path, world: World) -> AsyncIterator[dict[str, Any]]:
    """The calls as a server has them, with everything around them."""
    rules = ActiveRules(small_rules, small_rules)
    await rules.start()
    failures = Failures(LINES)  # all of them from one address
    known = Authentication(world.folder / "callers.yaml", None, CallerLimits(), failures=failures)
    gate, server = Gate(known.caller), Registered()
    guard = Guard(True, gate.meter)
    with ThreadPoolExecutor(1) as threads:
        fairness = Fairness(threads, 1, Limits().waiting_bytes)
        apart = Apart(COMPILED.name)
        evaluator = Evaluator(rules, None, lambda: NOW, fairness, apart)
        service = PolicyService(rules, evaluator, guard, Limits(), lambda: NOW, fairness, apart)
        registering: Any = server
        add_to(SafeServer((registering,), guard, gate, Reading(fairness)), service)
        yield server.handlers
        await apart.close()


def told(chance: random.Random, value: Any) -> Any:
    """A case with a citizen in one place or several of it."""
    if isinstance(value, dict):
        return {key: told(chance, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [told(chance, inner) for inner in value]
    if isinstance(value, str) and chance.random() < 0.1:
        return chance.choice((NAME, NUMBER, f"{value}-{NUMBER}", f"{value}{NAME}"))
    return value


FULL: dict[str, Any] = SEIZURE | {
    "parties": [{"id": NAME, "role": "debtor", "kind": "natural_person", "household": {"community": NAME}}],
    "requests": [{"id": NUMBER, "matter": "tax_query", "to": "tax", "unit": NAME, "party": NAME}],
    "documents": [{"id": f"{NAME}1", "type": "assistance_notice", "services": [{"id": NUMBER + "s"}]}],
}


def some_case(chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = told(chance, FULL)
    return found


def message(chance: random.Random) -> tuple[str, bytes]:
    """A call and its bytes; now and then bytes that are none."""
    text = chance.choice((NAME, NUMBER, "qiaonan", ""))
    makers: dict[str, Callable[[], Any]] = {
        "Evaluate": lambda: {"case": some_case(chance), "language": chance.choice(("", "en", text))},
        "BatchEvaluate": lambda: {"requests": [{"case": some_case(chance)}, {"case": {"id": NAME}}]},
        "Explain": lambda: {"case": some_case(chance), "rules": chance.choice(([], [text]))},
        "Compare": lambda: {"case": some_case(chance), "districts": chance.choice(([], [text]))},
        "ListPacks": lambda: {"district": text, "pageToken": chance.choice(("", NUMBER))},
        "GetPack": lambda: {"district": "qiaonan", "version": text},
    }
    weights = (6, 1, 1, 1, 12, 12)  # a line each, but not equally dear
    name = chance.choices(list(makers), weights)[0]
    method = api.DESCRIPTOR.services_by_name["PolicyService"].methods_by_name[name]
    try:
        parsed = json_format.ParseDict(makers[name](), getattr(api, method.input_type.name)())
    except json_format.ParseError:
        return name, b"\xff" + NAME.encode()
    data: bytes = parsed.SerializeToString()
    return name, data if chance.random() < 0.95 else data[:-1] + b"\xff"


async def test_no_line_tells_of_a_citizen(
    handlers: dict[str, Any], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20_260_131)  # noqa: S311 - the same calls each time
    lines, messages = Lines(), [message(chance) for _ in range(2_000)]
    good = world.token()
    credentials = (good, good, good, f"lk_{NUMBER}", NAME, world.token(sub="nobody"))

    def decides(*arguments: Any) -> Any:
        if chance.random() < 0.05:
            raise ValueError(f"{NAME} {NUMBER}")
        return decide(*arguments)

    monkeypatch.setattr(work, "decide", decides)
    monkeypatch.setattr(tally, "LINES", LINES)
    with restored_logging():
        stream: Any = lines
        configure(Level.DEBUG, stream)
        while lines.count < LINES:
            name, data = chance.choice(messages)
            identity = chance.choice((NAME, NUMBER + " ", "r-1"))
            bearer = f"Bearer {chance.choice(credentials)}"
            context = Calling((("x-request-id", identity), ("authorization", bearer), ("user-agent", NAME)))
            before = lines.count
            with suppress(Aborted):
                await handlers[name].unary_unary(data, context)
            assert lines.count > before  # no call without a line
    assert lines.telling == []
