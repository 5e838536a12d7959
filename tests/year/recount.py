"""The register's figures counted once more: in SQL, from the stored duties alone, on either database.

Nothing here is shared with what makes lists, boards and assessments, but the names of a duty's fields.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from policy.register import Duty


def field(connection: AsyncConnection, name: str) -> str:
    """SQL for a field of the duty of a row, as text."""
    place = Duty._fields.index(name)
    if connection.dialect.name == "postgresql":
        return f"(convert_from(duty, 'UTF8')::jsonb ->> {place})"
    return f"json_extract(CAST(duty AS TEXT), '$[{place}]')"


def each_of(connection: AsyncConnection, name: str) -> str:
    """SQL that joins each text of a field that is a list, as ``each_one.value``."""
    place = Duty._fields.index(name)
    if connection.dialect.name == "postgresql":
        whole = f"convert_from(duty, 'UTF8')::jsonb -> {place}"
        return f"CROSS JOIN LATERAL jsonb_array_elements_text({whole}) AS each_one(value)"
    return f"JOIN json_each(json_extract(CAST(duty AS TEXT), '$[{place}]')) AS each_one"


async def standing(connection: AsyncConnection) -> dict[str, dict[str, dict[str, str]]]:
    """By district and bearer: where each of its duties stands, by id."""
    query = (
        f"SELECT district, each_one.value AS body, {field(connection, 'id')} AS id, "  # noqa: S608
        f"{field(connection, 'state')} AS state FROM register_obligations {each_of(connection, 'bearers')}"
    )
    found: dict[str, dict[str, dict[str, str]]] = {}
    for district, body, identity, state in await connection.execute(text(query)):
        found.setdefault(district, {}).setdefault(body, {})[identity] = state
    return found


def _figures() -> dict[str, str]:
    """Each figure as a condition in SQL on ``d``, the duties as plain columns."""
    base = "(violated_at IS NOT NULL OR state NOT IN ('discharged', 'suspended', 'terminated'))"
    period = f"counted_at >= :since AND counted_at < :until AND {base}"
    owed = "modality = 'obligation' AND state IN ('pending', 'overdue', 'undetermined')"
    return {
        "open": owed,
        "past_due": "modality = 'obligation' AND state = 'overdue'",
        "suspended": "modality = 'obligation' AND state = 'suspended'",
        "due_today": f"{owed} AND state = 'pending' AND due_at BETWEEN :at AND :tonight",
        "duties": period,
        "in_time": f"{period} AND state = 'fulfilled'",
        "late": f"{period} AND state = 'fulfilled_late'",
        "overdue": f"{period} AND state = 'overdue'",
        "at_fault": f"{period} AND state <> 'undetermined' AND violated_at IS NOT NULL",
    }


FIGURES = tuple(_figures())
OF_A_PERIOD = ("in_time", "late", "overdue")
"""Those that assessments have, too, besides the duties themselves."""


async def figures(
    connection: AsyncConnection,
    district: str,
    reported: bool,
    rows: Mapping[str, str],
    asked: Mapping[str, int],
) -> dict[str, dict[str, int]]:
    """What a board has, by row and in all ("" ): ``rows`` says for which row a bearer's duties count.

    ``asked``: the moment ``at``, the end of its day ``tonight``, the period from ``since`` until ``until``.
    """
    texts = ("id", "modality", "force", "state")
    numbers = ("due_at", "arose_at", "violated_at")
    columns = [f"{field(connection, name)} AS {name}" for name in texts]
    columns += [f"CAST({field(connection, name)} AS BIGINT) AS {name}" for name in numbers]
    own = " ".join(f"WHEN '{bearer}' THEN '{row}'" for bearer, row in rows.items())
    row = f"CASE each_one.value {own} ELSE each_one.value END" if own else "each_one.value"
    counted = (
        "CASE WHEN modality = 'prohibition' THEN violated_at "
        "WHEN due_at > arose_at THEN due_at - 1 ELSE arose_at END"
    )
    duties = (
        f"SELECT {row} AS own, {', '.join(columns)} FROM register_obligations "  # noqa: S608
        f"{each_of(connection, 'bearers')} WHERE district = :district"
    )
    counts = ", ".join(
        f"count(DISTINCT id) FILTER (WHERE {condition}) AS {name}" for name, condition in _figures().items()
    )
    known = f"SELECT duties.*, {counted} AS counted_at FROM ({duties}) AS duties"  # noqa: S608
    kind = "modality <> 'permission'" + ("" if reported else " AND force <> 'reported'")
    found: dict[str, dict[str, int]] = {}
    for what, group in (("own", "GROUP BY own"), ("''", "")):
        query = f"SELECT {what}, {counts} FROM ({known}) AS d WHERE {kind} {group}"  # noqa: S608
        for name, *values in await connection.execute(text(query), {"district": district, **asked}):
            found[name] = dict(zip(FIGURES, values, strict=True))
    return found
