"""What the register keeps of an obligation: plain data, free of language, the same bytes on every machine.

Obligation --policy.register.state--> Duty --plain_bytes--> the stored row --duty_from--> Duty
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from policy.decide.decision import ENDED, State


class Handling(StrEnum):
    """How far those who must do something have come with it (派单、接单、退回、回单、核单)."""

    OPEN = "open"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REPORTED = "reported"
    REJECTED = "rejected"
    CONFIRMED = "confirmed"


class Handled(NamedTuple):
    """How a duty is handled: since when, by whom (a key, no name), for what reason it was returned.

    ``objected_at``: since when an objection waits for its reply. ``event`` is the path of the event that made
    it so; moments are nanoseconds since 1970 UTC.
    """

    status: Handling
    at: int | None = None
    event: str = ""
    handler: str = ""
    reason: str = ""
    objected_at: int | None = None


class Progress(NamedTuple):
    """When something was first done with a duty, whatever became of it afterwards; None: it never was."""

    accepted_at: int | None = None
    returned_at: int | None = None
    objected_at: int | None = None
    rejected_at: int | None = None


class Duty(NamedTuple):
    """One obligation, prohibition or permission as it stands. Moments are nanoseconds since 1970 UTC.

    ``handled`` is None for what is no duty. ``matters`` are the codes of what was asked for, ``missing`` the
    facts that decide its state and are not known. ``original_due``: when it was due before its time was
    extended; None where it was not. ``progress``: None where nothing was done with it.
    """

    id: str
    rule: str
    version: str
    modality: str
    force: str
    bearers: tuple[str, ...]
    bearer_party: str
    bearer_unit: str
    counterparties: tuple[str, ...]
    counterparty_party: str
    action: str
    about: str
    matters: tuple[str, ...]
    basis: tuple[str, ...]
    bound: tuple[str, ...]
    trigger: str
    triggered_at: int | None
    arose_at: int | None
    due_at: int | None
    provisional: bool
    soon: bool
    state: State
    state_at: int | None
    state_event: str
    violated_at: int | None
    missing: tuple[str, ...]
    handled: Handled | None
    original_due: int | None = None
    progress: Progress | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing is owed of it any more."""
        return self.state in ENDED

    @property
    def shown(self) -> Duty:
        """The duty as its readers see it: how it stands, without what was first done with it and when."""
        return self if self.progress is None else self._replace(progress=None)

    @property
    def etag(self) -> str:
        """Names this very state of the duty."""
        return hashlib.sha256(plain_bytes(self.shown)).hexdigest()[:20]


def plain_bytes(duty: Duty) -> bytes:
    """The duty as UTF-8 JSON: its fields in order, as an array, without those at the end that say nothing.

    So a field that is added at the end changes nothing of duties, and their etags, that do not have it.
    """
    values: list[Any] = list(duty)
    while len(values) > _NEEDED and values[-1] == Duty._field_defaults[Duty._fields[len(values) - 1]]:
        values.pop()
    return orjson.dumps(values, default=tuple)


def duty_from(data: bytes) -> Duty:
    """The duty again. Raises ``ValueError`` for bytes that are none."""
    return duty_of(orjson.loads(data))


def duty_of(values: Any) -> Duty:
    """The duty of a JSON array. Raises ``ValueError`` where it is none."""
    try:
        if not _NEEDED <= len(values) <= len(Duty._fields):
            raise ValueError("no duty")
        told: dict[str, Any] = dict(zip(Duty._fields, values, strict=False))
        told |= {name: tuple(told[name]) for name in _LISTS} | {"state": State(told["state"])}
        if told["handled"] is not None:
            handled = Handled(*told["handled"])
            told["handled"] = handled._replace(status=Handling(handled.status))
        if told.get("progress") is not None:
            told["progress"] = Progress(*told["progress"])
        return Duty(**told)
    except TypeError as error:
        raise ValueError("no duty") from error


_NEEDED = len(Duty._fields) - len(Duty._field_defaults)
_LISTS = ("bearers", "counterparties", "matters", "basis", "bound", "missing")
