"""What boards count: a narrow row for each obligation, filled from the duties that are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

from server.store.dialects import AnyText

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_FAR = 2**62
_BATCH = 5_000
_ENDED = ("fulfilled", "fulfilled_late", "discharged", "terminated")
_FIELDS = (
    "id",
    "rule",
    "version",
    "modality",
    "force",
    "bearers",
    "bearer_party",
    "bearer_unit",
    "counterparties",
    "counterparty_party",
    "action",
    "about",
    "matters",
    "basis",
    "bound",
    "trigger",
    "triggered_at",
    "arose_at",
    "due_at",
    "provisional",
    "soon",
    "state",
    "state_at",
    "state_event",
    "violated_at",
    "missing",
    "handled",
    "original_due",
)
"""Of a duty as it was stored then, without the last where it says nothing."""
_STORED = sa.table(
    "register_obligations",
    sa.column("district", sa.String),
    sa.column("id", sa.String),
    sa.column("year", sa.Integer),
    sa.column("duty", sa.LargeBinary),
)
_INDEXES = {
    "register_figures_by_period": "counts_at",
    "register_figures_by_end": "ended_at",
    "register_figures_by_start": "arose_at",
    "register_figures_by_violation": "violated_at",
}


def upgrade() -> None:
    """Adds the table and fills it.

    When something was first accepted, returned, objected to or rejected no stored duty says: cases in which
    anything of the kind happened are looked at again by the service, which then has it from their entries.
    """
    figures = op.create_table(
        "register_figures",
        sa.Column("district", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("bearers", sa.Text, nullable=False),
        sa.Column("matters", sa.Text, nullable=False),
        sa.Column("clauses", sa.Text, nullable=False),
        sa.Column("unit", AnyText(256), nullable=False),
        sa.Column("modality", sa.String(16), nullable=False),
        sa.Column("force", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked", sa.Boolean, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
        sa.Column("counts_at", sa.BigInteger),
        sa.Column("arose_at", sa.BigInteger),
        sa.Column("violated_at", sa.BigInteger),
        sa.Column("suspended_at", sa.BigInteger),
        sa.Column("accepted_at", sa.BigInteger),
        sa.Column("returned_at", sa.BigInteger),
        sa.Column("objected_at", sa.BigInteger),
        sa.Column("rejected_at", sa.BigInteger),
        sa.Column("confirmed_at", sa.BigInteger),
    )
    connection = op.get_bind()
    for page in _stored(connection):
        rows = [_row(district, year, duty) for district, _, year, duty in page]
        connection.execute(figures.insert(), rows)
    for name, column in _INDEXES.items():
        op.create_index(name, "register_figures", ["district", column])
    connection.execute(
        sa.text(
            "UPDATE register_cases SET next_at = as_of + 1 WHERE fault = '' AND ("
            "EXISTS (SELECT 1 FROM register_obligations o WHERE o.district = register_cases.district"
            " AND o.case_id = register_cases.case_id AND o.handling NOT IN ('', 'open'))"
            " OR EXISTS (SELECT 1 FROM register_changes c WHERE c.district = register_cases.district"
            " AND c.case_id = register_cases.case_id"
            " AND (c.kind = 'handled' OR c.kind = 'state' AND c.why = 'entries')))"
        )
    )


def downgrade() -> None:
    """Drops it: everything in it follows from what the other tables have. Duties are stored as they were."""
    connection = op.get_bind()
    change = (
        sa.update(_STORED)
        .where(_STORED.c.district == sa.bindparam("d"), _STORED.c.id == sa.bindparam("i"))
        .values(duty=sa.bindparam("duty", type_=sa.LargeBinary))
    )
    for page in _stored(connection):
        longer = [(district, id_, duty) for district, id_, _, duty in page if len(duty) > len(_FIELDS)]
        if longer:
            connection.execute(change, [{"d": d, "i": i, "duty": _shorter(duty)} for d, i, duty in longer])
    op.drop_table("register_figures")


def _shorter(duty: list[Any]) -> bytes:
    """The duty with no more than it had then."""
    cut = len(_FIELDS)
    return orjson.dumps(duty[:cut] if duty[cut - 1] is not None else duty[: cut - 1])


def _stored(connection: sa.Connection) -> Iterator[list[tuple[str, str, int, list[Any]]]]:
    """District, id, year and duty of every obligation, some at a time, in the order of their keys."""
    key = _STORED.c.district, _STORED.c.id, _STORED.c.year
    query = sa.select(*_STORED.c).order_by(*key).limit(_BATCH)
    after: tuple[Any, ...] | None = None
    while True:
        page = query if after is None else query.where(sa.tuple_(*key) > sa.tuple_(*after))
        rows = connection.execute(page).all()
        if not rows:
            return
        yield [(row.district, row.id, row.year, orjson.loads(row.duty)) for row in rows]
        after = rows[-1].district, rows[-1].id, rows[-1].year


def _row(district: str, year: int, values: Sequence[Any]) -> dict[str, Any]:
    duty = dict(zip(_FIELDS, values, strict=False))
    state, at, handled = duty["state"], duty["state_at"], duty["handled"]
    return {
        "district": district,
        "id": duty["id"],
        "year": year,
        "bearers": " ".join(sorted(set(duty["bearers"]))),
        "matters": " ".join(sorted(set(duty["matters"]))),
        "clauses": " ".join(sorted(set(duty["basis"]))),
        "unit": duty["bearer_unit"],
        "modality": duty["modality"],
        "force": duty["force"],
        "state": state,
        "asked": bool(duty["matters"]) and any(path.startswith("requests[") for path in duty["bound"]),
        "due": _FAR if duty["due_at"] is None else duty["due_at"],
        "ended_at": at if state in _ENDED and at is not None else _FAR,
        "counts_at": _counts_at(duty),
        "arose_at": duty["arose_at"],
        "violated_at": duty["violated_at"],
        "suspended_at": at if state == "suspended" else None,
        "confirmed_at": handled[1] if handled is not None and handled[0] == "confirmed" else None,
    }


def _counts_at(duty: dict[str, Any]) -> int | None:
    found: int | None
    if duty["modality"] == "prohibition":
        found = duty["violated_at"]
    elif duty["due_at"] is None or duty["arose_at"] is None:
        found = duty["arose_at"]
    else:
        found = max(duty["due_at"] - 1, duty["arose_at"])
    return found
