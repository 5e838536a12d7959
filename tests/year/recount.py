"""The register's figures counted once more: in SQL, from the stored duties alone, on either database.

Nothing here is shared with what makes lists, boards and assessments, but the names of a duty's fields.
"""

from __future__ import annotations

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
