"""``linkage register calendar``: what a body has to do, as a calendar, from the database itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

from linkage.v1 import case_service_pb2 as api
from policy.cli.options import Format
from policy.cli.output import write_bytes
from server.api.case_requests import wanted_of
from server.api.register_answers import calendar_answer
from server.commands.common import coded_errors
from server.commands.contacting import Asked, opened
from server.identity.rights import EVERYTHING
from server.settings.config import Settings


def write_calendar(settings: Settings, district: str, body: str, events: bool, out: Path, lang: str) -> None:
    """Writes the calendar. Raises ``CommandError``."""
    asked = Asked(settings, district, body, lang, Format.TEXT)

    async def made() -> bytes:
        async with opened(asked) as found:
            wanted = wanted_of(
                api.ListObligationsRequest(district=district, body=body),
                EVERYTHING,
                found.contacts.district(district),
            )
            request = api.GetCalendarRequest(district=district, body=body, events=events)
            answer = await calendar_answer(found.register, wanted, request, found.contacts.now(), lang)
            return bytes(answer.calendar)

    with coded_errors(settings.rules, lang):
        write_bytes(asyncio.run(made()), out)
