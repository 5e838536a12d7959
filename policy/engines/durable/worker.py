"""The worker process: durable-rules alone, fed by frames on standard input, answering on standard output.

It is run as a file, by itself: nothing of the service is imported here. A frame is its length (four bytes,
big end first) and JSON:

    in   {"load": {ruleset: {rule: pattern}}, "ask": {ruleset: [message, …]}}
    out  {"fired": [[rule, id of the message], …]}

Every ruleset gets one rule more, which fires on the last message: a ruleset that does not get so far has
failed. Whatever goes wrong ends the process; its parent then knows, and starts another. Handlers take exactly
one argument; a session (``sid``) that is not deleted is kept for ever, and there is room for 1,024.

Deleting a session frees two pointers of its record that durable-rules 2.0.28 has never set: where that memory
was used before, the process dies. So rulesets are made on zeroed memory.
"""

from __future__ import annotations

import ctypes
import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

from durable.engine import MessageNotHandledException, Ruleset

END = "end"
SESSION = "s"
_M_PERTURB = -6
_ZEROES = 255


def main(reader: BinaryIO, writer: BinaryIO) -> None:
    """Answers frames until there are no more."""
    rulesets: dict[str, Ruleset] = {}
    fired: list[tuple[str, int | str]] = []
    while head := reader.read(4):
        request = json.loads(reader.read(int.from_bytes(head, "big")))
        fired.clear()
        for name, rules in request["load"].items():
            rulesets[name] = _ruleset(name, rules, fired)
        for name, messages in request["ask"].items():
            _ask(rulesets[name], messages)
            if not fired or fired.pop() != (END, END):
                raise RuntimeError("not every message was read")
        answer = json.dumps({"fired": fired}).encode()
        writer.write(len(answer).to_bytes(4, "big") + answer)
        writer.flush()


def _ruleset(name: str, rules: dict[str, Any], fired: list[tuple[str, int | str]]) -> Ruleset:
    """A ruleset whose rules note that they fired. Without a host: that would start threads."""
    definition = {
        rule: {"all": [{"m": pattern}], "run": _noting(rule, fired)} for rule, pattern in rules.items()
    }
    definition[END] = {"all": [{"m": {END: 1}}], "run": _noting(END, fired)}
    with _zeroed_memory():
        return Ruleset(name, None, definition)


@contextmanager
def _zeroed_memory() -> Iterator[None]:
    """What is allocated within is zero: mallopt(3) fills it with the byte's complement. Only glibc can."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt"):
        yield
        return
    libc.mallopt(_M_PERTURB, _ZEROES)
    try:
        yield
    finally:
        libc.mallopt(_M_PERTURB, 0)


def _noting(rule: str, fired: list[tuple[str, int | str]]) -> Any:
    def run(context: Any) -> None:
        fired.append((rule, context.m.id))

    return run


def _ask(ruleset: Ruleset, messages: list[dict[str, Any]]) -> None:
    """Asserts the messages as facts, so that each fires every rule it satisfies, and forgets them."""
    with suppress(MessageNotHandledException):  # a message that satisfies no rule
        ruleset.assert_facts([{**message, "sid": SESSION} for message in messages])
    state = ruleset.assert_fact({"id": END, "sid": SESSION, END: 1})
    ruleset.do_actions(state, _complete)
    ruleset.delete_state(SESSION)


def _complete(error: object, _state: object) -> None:
    if error is not None:
        raise RuntimeError("durable-rules failed")


if __name__ == "__main__":
    for told in ("SIGTERM", "SIGINT", "SIGHUP"):
        # Sent to everything of the service: calls that still run need this process. It ends with its input.
        signal.signal(getattr(signal, told, signal.SIGTERM), signal.SIG_IGN)
    main(sys.stdin.buffer, sys.stdout.buffer)
