"""Decisions to be logged, and what checking a log finds."""

from server.log.opening import OpenLog
from server.log.verify import Verification, Witness
from server.store.decisions import DecisionStore
from server.store.record import LoggedDecision


def record(number: int, **changes: object) -> LoggedDecision:
    """Decision ``number``: of case c0, c1 or c2, with an id and a time that grow."""
    made = LoggedDecision(
        f"{number:026d}", 10**18 + number, "d", f"c{number % 3}", number, b"", "s" * 64, b"{}", "d" * 64
    )
    return made._replace(**changes)  # type: ignore[arg-type]


async def logged(log: OpenLog, *records: LoggedDecision) -> None:
    """Writes these, in one group."""
    store = DecisionStore(log.engine, log.keys)
    await store.append(records)
    await store.close()


async def findings(log: OpenLog, *witnesses: Witness) -> list[str]:
    """The codes of all that is wrong."""
    check = Verification(log.engine, log.keys.verifier, log.keys, witnesses)
    return [found.code async for found in check.findings()]
