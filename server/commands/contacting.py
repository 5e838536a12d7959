"""``linkage contacts``: lists taken, given and shown, on the database itself.

Whoever may read the file of the keys may see whom to call; everybody else asks ContactService.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from google.protobuf import json_format

from linkage.v1 import contact_pb2, contact_service_pb2
from policy.cli.guard import CommandError
from policy.cli.options import Format
from policy.cli.output import print_json, write_bytes
from policy.facts.reading import TIME_MAX, TIME_MIN, FactsError
from policy.review.report.screen import Column, screen, table
from policy.text.characters import printable
from policy.text.messages import Words
from policy.text.source import os_reason
from policy.text.suggest import suggest
from policy.text.terminal import show
from policy.time.calendar import SHANGHAI
from server.api.contact_answers import ContactWords
from server.api.contact_service import exported, imported
from server.commands.common import coded_errors
from server.commands.times import time_of
from server.contacts.importing import Asked as Importing
from server.contacts.keeping import in_office, order
from server.contacts.reading import MAX_BYTES
from server.convert.violations import told
from server.process.offline import Offline, offline
from server.settings.config import Settings

WHO = "linkage contacts"
"""Stands in the register as who recorded what this command did."""


class Asked(NamedTuple):
    """What every one of these commands is asked."""

    settings: Settings
    district: str
    body: str
    lang: str
    output: Format

    def pick(self, zh: str, en: str) -> str:
        """A text in the language asked for."""
        return en if self.lang == "en" else zh


@asynccontextmanager
async def opened(asked: Asked) -> AsyncIterator[Offline]:
    """The register. Raises ``CommandError`` where there is none, or no such district or body in it."""
    async with offline(asked.settings, WHO) as found:
        if found is None:
            raise CommandError("LNK045")
        snapshot = found.register.rules.current.snapshot
        if asked.district not in snapshot.districts:
            labels = {name: snapshot.vocabulary.label("districts", name, "zh") for name in snapshot.districts}
            known = ", ".join(snapshot.districts)
            meant = suggest(asked.district, labels, labels)
            raise CommandError("LNK810", meant, name=asked.district, allowed=known)
        bodies = snapshot.districts[asked.district].vocabulary.codes("bodies")
        if asked.body and asked.body not in bodies:
            labels = {code: each.zh for code, each in bodies.items()}
            raise CommandError("LNK802", suggest(asked.body, labels, labels), name=asked.body)
        yield found


def show_contacts(asked: Asked, at: str | None, past: bool) -> None:
    """Prints who is in office, or (``past``) ever was. Raises ``CommandError``."""
    moment = None if at is None else time_of("--at", at)

    async def found() -> list[contact_pb2.Contact]:
        async with opened(asked) as offline_:
            district = offline_.contacts.district(asked.district)
            held = (await offline_.contacts.held(asked.district)).contacts.values()
            now = offline_.contacts.now() if moment is None else moment
            listed = sorted(held, key=order) if past else in_office(held, now)
            bodies = district.vocabulary.organs(asked.body) if asked.body else None
            words = ContactWords(district, asked.lang)
            return [words.contact(each) for each in listed if bodies is None or each.body in bodies]

    with coded_errors(asked.settings.rules, asked.lang):
        contacts = asyncio.run(found())
    if asked.output is Format.JSON:
        print_json({"contacts": [json_format.MessageToDict(each) for each in contacts]})
        return
    columns = [
        Column(asked.pick("单位", "unit"), 6, 3),
        Column(asked.pick("联系人", "contact"), 6, 3),
        Column(asked.pick("姓名", "name"), 6, 2),
        Column(asked.pick("电话", "telephone"), 11, 3),
        Column(asked.pick("任职", "in office"), 10, 1),
    ]
    console = screen()
    rows = [_row(each, asked) for each in contacts]
    console.print(table("", columns, rows, console.width))
    show(asked.pick(f"共 {len(contacts)} 人", f"{len(contacts)} in all"))


def _row(contact: contact_pb2.Contact, asked: Asked) -> list[str]:
    person = contact.person
    lines = [
        "\n".join(filter(None, (contact.body.name, contact.unit))),
        "\n".join(filter(None, (contact.role.name, contact.post.name, contact.id))),
        "\n".join(filter(None, (person.name, person.post, person.office)))
        or asked.pick("（已删除）", "(forgotten)"),
        "\n".join(filter(None, (person.telephone, person.mobile, person.email))),
        _days(contact),
    ]
    return [
        printable(line) if "\n" not in line else "\n".join(map(printable, line.split("\n"))) for line in lines
    ]


def _days(contact: contact_pb2.Contact) -> str:
    """The days in Shanghai of a time in office."""
    until = _day(contact.until.seconds - 1) if contact.HasField("until") else ""
    return f"{_day(contact.since.seconds)}–{until}"


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, SHANGHAI).date().isoformat()


def show_roles(asked: Asked) -> None:
    """Prints the kinds of contact that the district's document asks for. Raises ``CommandError``."""

    async def found() -> list[contact_pb2.ContactRole]:
        async with opened(asked) as offline_:
            return ContactWords(offline_.contacts.district(asked.district), asked.lang).roles()

    with coded_errors(asked.settings.rules, asked.lang):
        roles = asyncio.run(found())
    if asked.output is Format.JSON:
        print_json({"roles": [json_format.MessageToDict(each) for each in roles]})
        return
    comma = asked.pick("、", ", ")
    for role in roles:
        posts = comma.join(each.name for each in role.posts)
        show(f"{role.id}  {role.title}{f' ({posts})' if posts else ''}")
        show(f"  {asked.pick('依据', 'clauses')} {comma.join(role.basis)}")
        show(f"  {asked.pick('单位', 'bodies')} {comma.join(each.name for each in role.bodies)}")


def take_list(
    asked: Asked, file: Path, role: str, since: str | None, submitted: str | None, check: bool
) -> int:
    """Takes a list, or says what is wrong with it; the exit code: 1 where anything is. Raises
    ``CommandError``."""
    from_ = None if since is None else _moment("--since", since)
    handed_in = None if submitted is None else _moment("--submitted", submitted)
    data = _bytes(file)

    async def done() -> contact_service_pb2.ImportContactsResponse:
        async with opened(asked) as offline_:
            contacts = offline_.contacts
            wanted = Importing(role, contacts.now() if from_ is None else from_, handed_in, None)
            found = await imported(contacts, asked.district, data, wanted, check)
            return ContactWords(contacts.district(asked.district), asked.lang).imported(found)

    with coded_errors(asked.settings.rules, asked.lang):
        try:
            answer = asyncio.run(done())
        except FactsError as error:
            for each in told(error.violations, asked.lang):
                show(f"{each.field}: {printable(each.description)}")
            return 1
    if asked.output is Format.JSON:
        print_json(json_format.MessageToDict(answer, always_print_fields_with_no_presence=True))
    else:
        _show_answer(answer, file, check, asked)
    return int(bool(answer.mistakes))


def _moment(option: str, text: str) -> int:
    """Nanoseconds of what an option says. Raises ``CommandError``: LNK879, LNK812 for years of no fact."""
    moment = time_of(option, text)
    if not TIME_MIN <= moment < TIME_MAX:
        reason = Words("不在 2000 年至 2099 年之间", "not between 2000 and 2099")
        raise CommandError("LNK812", name=option, reason=reason)
    return moment


def _bytes(file: Path) -> bytes:
    """The file, no more of it than tells that it is too large. Raises ``CommandError`` (LNK902)."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError("LNK902", path=str(file), reason=os_reason(error)) from error


def _show_answer(
    answer: contact_service_pb2.ImportContactsResponse, file: Path, check: bool, asked: Asked
) -> None:
    for each in answer.mistakes:
        where = f"{each.sheet}!{each.cell}" if each.cell else each.sheet or file.name
        show(f"{printable(where)}  {each.code}  {printable(each.message)}")
    for note in answer.notes:
        show(f"{printable(f'{note.sheet}!{note.cell}')}  {note.message}")
    if answer.mistakes:
        count = len(answer.mistakes)
        show(asked.pick(f"有 {count} 处错误，什么也没有登记", f"{count} mistakes: nothing was recorded"))
        return
    new, changed, same = len(answer.appointed), len(answer.updated), answer.unchanged
    zh = f"到任 {new} 人，更新 {changed} 人，不变 {same} 人"
    en = f"{new} appointed, {changed} updated, {same} as they were"
    show(asked.pick(f"将会：{zh}" if check else zh, f"would be: {en}" if check else en))


def give_list(asked: Asked, out: Path) -> None:
    """Writes the list of those in office, for its owner alone. Raises ``CommandError``."""

    async def made() -> bytes:
        async with opened(asked) as offline_:
            return await exported(offline_.contacts, asked.district, asked.body, asked.lang)

    with coded_errors(asked.settings.rules, asked.lang):
        write_bytes(asyncio.run(made()), out, private=True)
