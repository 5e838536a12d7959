"""A notice as a letter: plain text, simple HTML, and where it has a due time the calendar entry beside it.

A letter says what the list of obligations says of the duty, and what became of it: no fact of the case.
"""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from server.agenda.calendar import Item, calendar_of, description
from server.notices.kinds import OVERDUE

KINDS = {
    "created": ("新的义务", "a new duty"),
    "annulled": ("义务不复存在", "a duty that never was"),
    "ended": ("义务已了结", "a duty ended"),
    "reopened": ("义务恢复", "a duty is owed again"),
    "state": ("状态变化", "a duty changed"),
    "moved": ("到期时间变化", "a new due time"),
    "due_soon": ("即将到期", "due soon"),
    OVERDUE: ("已逾期", "overdue"),
    "handled": ("办理进展", "handled"),
    "amended": ("义务有变化", "a duty changed"),
}
_SUBJECT = 150
"""Longest title in a subject, in characters."""
_NAME = {"zh": "联动", "en": "Linkage"}


class Letter(NamedTuple):
    """What is written: what became of a duty (a word of ``kinds``), its title, and the duty as it stands now.

    ``item`` None: it is none any more. ``case_id``: of the case. ``made``: when it became so was recorded.
    """

    kind: str
    title: str
    case_id: str
    item: Item | None
    made: datetime


def letter_of(letter: Letter, sender: str, to: list[str], identity: str, lang: str) -> EmailMessage:
    """The letter as a message (RFC 5322, MIME). Raises ``ValueError`` for a header that would be two."""
    english = lang == "en"
    kind = KINDS.get(letter.kind, KINDS["amended"])[english]
    title = " ".join(letter.title.split())[:_SUBJECT]
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"[Linkage] {kind}: {title}" if english else f"【联动】{kind}：{title}"
    message["From"] = Address(_NAME[lang], addr_spec=sender)
    message["To"] = [Address(addr_spec=address) for address in to]
    message["Message-ID"] = identity
    message["Date"] = format_datetime(letter.made)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
    message["Content-Language"] = "en" if english else "zh-CN"
    lines = _lines(letter, english)
    values = {"english": english, "kind": kind, "title": title, "lines": lines}
    message.set_content(_rendered("letter.txt.j2", values), cte="base64")
    message.add_alternative(_rendered("letter.html.j2", values), subtype="html", cte="base64")
    if letter.item is not None and letter.item.obligation.HasField("due_at"):
        entry = calendar_of([letter.item], title, lang, events=True, method="PUBLISH")
        message.add_attachment(
            entry, maintype="text", subtype="calendar", filename="linkage.ics", params={"method": "PUBLISH"}
        )
    return message


def _lines(letter: Letter, english: bool) -> list[tuple[str, str]]:
    """What is told of the duty, a name and a value each."""
    if letter.item is None:
        return [("Case" if english else "案件", letter.case_id)]
    found = description(letter.item, "en" if english else "zh").split("\n")
    colon = ": " if english else "："
    return [(name, value) for name, _, value in (line.partition(colon) for line in found)]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("server.notices", ""),
        autoescape=select_autoescape(("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def _rendered(template: str, values: dict[str, object]) -> str:
    return _environment().get_template(template).render(**values)
