"""Notices by mail, to a real mail server: to who is in office, encrypted, each known by its id."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from policy.text.diagnostics import render
from server.identity.caller import Caller, Grant, Role
from server.identity.watched import FileError
from server.notices.correspondence import RegisterCorrespondents
from server.notices.delivering import notice_id
from server.notices.letters import letter_of
from server.notices.mail import Mail, Sender
from server.notices.ports import Delivered, Notice, Refused, TryAgain
from server.notices.subscriptions import Subscription, read_subscriptions
from server.register.rows import Told
from tests.golden import check
from tests.server.contacts.conftest import MOBILE, Book, with_contacts
from tests.server.contacts.mailbox import Mailbox, authority_in, mailbox
from tests.server.register.conftest import HOUR, Starting, asked, seized
from tests.server.waiting import until

HERE = Path(__file__).parent
IN_OFFICE = "police@example.cn"


class Post:
    """What sends of one subscription: the traffic police's, in both languages."""

    def __init__(self, book: Book, sender: Sender, *bodies: str) -> None:
        self.book = book
        grant = Grant(Role.DEPARTMENT, frozenset(("qiaonan",)), frozenset(bodies or ("traffic_police",)))
        contacts = book.registered.running.contacts
        assert contacts is not None
        people = RegisterCorrespondents(book.registered.register, contacts, lambda: {"police": self.own})
        self.channel = Mail(sender, people)
        self.own = Subscription("police", Caller("police", (grant,)), frozenset(), True, 8, self.channel, "s")

    async def notice(self, rule: str = "qiaonan.vehicle.notify") -> Notice:
        """The last change of a rule's duty, as it would be sent."""
        duties = await self.book.registered.duties(include_ended=True)
        told: Told = (await self.book.registered.keeper.history("qiaonan", duties[rule].id))[-1]
        titles = {"zh": "查扣车辆后通知法院", "en": "notify the court"}
        return Notice(notice_id("d1", told), "d1", "police", 1, told, titles)


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[tuple[Mailbox, Sender]]:
    """A mail server with STARTTLS, and how it is reached."""
    server, client = authority_in(tmp_path)
    async with mailbox(server) as found:
        yield found, Sender("localhost", found.port, "starttls", "linkage@court.example", trust=client)


async def prepared(book: Book) -> None:
    """A seized car, and the traffic police's contact."""
    await book.registered.open()
    book.registered.clock.now += HOUR
    await book.registered.record(seized(), asked("r1", "tax_query", "tax"))
    person = {"name": "郑某某", "mobile": MOBILE, "email": IN_OFFICE}
    await book.appoint("p1", "a", body="traffic_police", person=person)


def text_of(letter: EmailMessage, kind: str) -> str:
    """A part of a letter."""
    found = next(part for part in letter.walk() if part.get_content_type() == kind)
    return str(found.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_who_is_in_office_is_written_to(
    on_sqlite: Book, box: tuple[Mailbox, Sender], lang: str, update_golden: bool
) -> None:
    received, sender = box
    await prepared(on_sqlite)
    post = Post(on_sqlite, sender._replace(language=lang))
    notice = await post.notice()
    assert await post.channel.send(notice) == Delivered()
    assert await post.channel.send(notice._replace(attempt=2)) == Delivered()
    first, again = received.letters
    assert received.sent_to == [[IN_OFFICE], [IN_OFFICE]]
    assert received.encrypted == [True, True]
    assert first["Message-ID"] == again["Message-ID"] == f"<{notice.id}.police@court.example>"
    check(
        HERE / f"letter.{lang}.golden", f"{first['Subject']}\n\n{text_of(first, 'text/plain')}", update_golden
    )
    check(HERE / f"letter.{lang}.html", text_of(first, "text/html"), update_golden)
    entry = Calendar.from_ical(text_of(first, "text/calendar"))
    (event,) = entry.walk("VEVENT")
    assert str(event["uid"]) == notice.told.obligation
    assert str(entry["method"]) == "PUBLISH"
    assert "郑" not in str(first)
    assert MOBILE not in str(first)


async def test_what_the_server_answers_is_what_becomes_of_it(
    on_sqlite: Book, box: tuple[Mailbox, Sender]
) -> None:
    received, sender = box
    await prepared(on_sqlite)
    post = Post(on_sqlite, sender)
    notice = await post.notice()
    for answer, outcome in (
        ("451 try later", TryAgain(None, "smtp_451")),
        ("552 too large", Refused("smtp_552")),
    ):
        received.answer = answer
        assert await post.channel.send(notice) == outcome
    received.answer = "250 OK"
    for answer, refused in (
        ("450 busy", TryAgain(None, "smtp_450")),
        ("550 nobody", Refused("smtp_550")),
    ):
        received.recipient[IN_OFFICE] = answer
        assert await post.channel.send(notice) == refused
    # One of two is taken: the other is tried again where that may help, and only there.
    both = Post(on_sqlite, sender._replace(addresses=("office@example.cn",)))
    received.recipient[IN_OFFICE] = "450 busy"
    assert await both.channel.send(notice) == TryAgain(None, "smtp_450")
    received.recipient[IN_OFFICE] = "550 nobody"
    assert await both.channel.send(notice) == Delivered()
    assert received.sent_to == [["office@example.cn"]]  # and who has it is not written to again
    received.recipient[IN_OFFICE] = "450 busy"
    assert await both.channel.send(notice) == TryAgain(None, "smtp_450")
    del received.recipient[IN_OFFICE]
    assert await both.channel.send(notice) == Delivered()
    assert received.sent_to[1:] == [["office@example.cn"], [IN_OFFICE]]


async def test_of_many_receivers_none_is_left_out(on_sqlite: Book, box: tuple[Mailbox, Sender]) -> None:
    received, sender = box
    await prepared(on_sqlite)
    others = tuple(f"office{number}@example.cn" for number in range(60))
    post = Post(on_sqlite, sender._replace(addresses=others))
    notice = await post.notice()
    assert await post.channel.send(notice) == Delivered()
    assert [each for letter in received.sent_to for each in letter] == [IN_OFFICE, *others]
    assert len(received.sent_to) == 2
    received.answer = "451 try later"
    assert await post.channel.send(notice) == TryAgain(None, "smtp_451")


async def test_nobody_in_office_is_nobody_to_write_to(on_sqlite: Book, box: tuple[Mailbox, Sender]) -> None:
    received, sender = box
    await prepared(on_sqlite)
    on_sqlite.registered.clock.now += HOUR
    await on_sqlite.call("EndContact", contact_id="p1")
    post = Post(on_sqlite, sender)
    assert await post.channel.send(await post.notice()) == Refused("no_address")
    fallback = Post(on_sqlite, sender._replace(contacts=False, addresses=("office@example.cn",)))
    assert await fallback.channel.send(await fallback.notice()) == Delivered()
    assert received.sent_to == [["office@example.cn"]]


async def test_nothing_goes_in_the_clear(on_sqlite: Book, tmp_path: Path) -> None:
    await prepared(on_sqlite)
    server, client = authority_in(tmp_path)
    async with mailbox(None) as plain:
        sender = Sender("localhost", plain.port, "starttls", "linkage@court.example", trust=client)
        post = Post(on_sqlite, sender)
        notice = await post.notice()
        assert await post.channel.send(notice) == TryAgain(None, "tls")
        assert not plain.letters
        asked_for = Post(on_sqlite, sender._replace(security="none"))
        assert await asked_for.channel.send(notice) == Delivered()
    async with mailbox(server) as encrypted:
        stranger = ssl.create_default_context()
        doubtful = Post(on_sqlite, sender._replace(port=encrypted.port, trust=stranger))
        assert await doubtful.channel.send(notice) == TryAgain(None, "tls")
    async with mailbox(server, starttls=False) as wrapped:
        tls = Post(on_sqlite, sender._replace(port=wrapped.port, security="tls"))
        assert await tls.channel.send(notice) == Delivered()
        assert len(wrapped.letters) == 1
    assert isinstance(await post.channel.send(notice), TryAgain)  # nobody listens any more


async def test_a_password_and_a_trial(on_sqlite: Book, box: tuple[Mailbox, Sender]) -> None:
    received, sender = box
    await prepared(on_sqlite)
    good = Mail(sender._replace(user="linkage", password="right"), None)  # noqa: S106 - the test server's
    assert await good.trial("t1") == Delivered()
    assert received.logins == [("linkage", "right")]
    wrong = Mail(sender._replace(user="linkage", password="wrong"), None)  # noqa: S106
    assert await wrong.trial("t2") == TryAgain(None, "smtp_535")
    assert not received.letters


async def test_no_text_becomes_a_header_of_its_own(on_sqlite: Book, box: tuple[Mailbox, Sender]) -> None:
    received, sender = box
    await prepared(on_sqlite)
    post = Post(on_sqlite, sender)
    notice = await post.notice()
    evil = "标题\r\nBcc: all@example.cn\r\n\r\n<script>alert(1)</script>"
    assert await post.channel.send(notice._replace(titles={"zh": evil})) == Delivered()
    (letter,) = received.letters
    assert letter["Bcc"] is None
    assert "<script>" not in text_of(letter, "text/html")
    found = await post.channel._correspondents.letter(notice, "zh")  # type: ignore[union-attr]
    # A letter of a duty that never was has a date, too (RFC 5322, 3.6), and the same whenever it is sent.
    never = letter_of(found._replace(item=None), "l@court.example", ["a@b.cn"], "<i@court.example>", "zh")
    assert never["Date"].datetime == letter["Date"].datetime
    for address in ("a@b.cn\r\nBcc: all@b.cn", "a@b.cn, c@d.cn"):
        with pytest.raises(ValueError, match=r"."):
            letter_of(found, "linkage@court.example", [address], "<i@court.example>", "zh")


GOOD = """\
subscriptions:
  police:
    role: department
    districts: [qiaonan]
    bodies: [traffic_police]
    mail:
      server: smtp.example.cn
      from: linkage@court.example
      user: u
      password: good.password
      to: [contacts, a@b.cn]
"""

WRONG = {
    "mail and webhook": ("mail:\n", "webhook: {url: 'https://a.example', secrets: x}\n    mail:\n"),
    "nothing": ("mail:\n", "note:\n"),
    "port": ("smtp.example.cn", "smtp.example.cn:99999"),
    "address": ("a@b.cn", '"a@b.cn\\nBcc: c@d.cn"'),
    "in the clear": ("user: u", "security: none\n      user: u"),
    "password alone": ("      user: u\n", ""),
    "no such file": ("good.password", "bad.password"),
}


def test_the_file_says_who_is_written_to(tmp_path: Path, update_golden: bool) -> None:
    (tmp_path / "good.password").write_text("secret-of-ours\n", encoding="utf-8")
    path = tmp_path / "subscriptions.yaml"
    path.write_text(GOOD, encoding="utf-8")
    found = read_subscriptions(path, lambda: 0).by_name["police"]
    assert isinstance(found.channel, Mail)
    sender: Any = found.channel._sender
    assert (sender.host, sender.port, sender.security) == ("smtp.example.cn", 587, "starttls")
    assert (sender.password, sender.contacts, sender.addresses) == ("secret-of-ours", True, ("a@b.cn",))
    told = []
    for name, (before, after) in WRONG.items():
        path.write_text(GOOD.replace(before, after), encoding="utf-8")
        with pytest.raises(FileError) as error:
            read_subscriptions(path, lambda: 0)
        for lang in ("zh", "en"):
            told.append(f"# {name}\n" + "\n".join(render(each, lang) for each in error.value.faults))
    text = "\n\n".join(told) + "\n"
    assert "secret-of-ours" not in text
    check(HERE / "subscriptions.golden", text, update_golden)


def test_who_is_sent_what_is_another_receiver(tmp_path: Path) -> None:
    (tmp_path / "good.password").write_text("x\n", encoding="utf-8")
    path = tmp_path / "subscriptions.yaml"
    settings = set()
    for address in ("a@b.cn", "c@b.cn"):
        path.write_text(GOOD.replace("a@b.cn", address), encoding="utf-8")
        settings.add(read_subscriptions(path, lambda: 0).by_name["police"].settings)
    assert len(settings) == 2


async def test_a_running_server_writes(start_register: Starting, tmp_path: Path) -> None:
    """From the event to the letter, as an operator sets it up."""
    server, _ = authority_in(tmp_path)
    (tmp_path / "mail.password").write_text("right\n", encoding="utf-8")
    async with mailbox(server) as received:
        path = tmp_path / "subscriptions.yaml"
        text = GOOD.replace("smtp.example.cn", f"localhost:{received.port}\n      ca: mail-ca.pem")
        path.write_text(text.replace("good.password", "mail.password"), encoding="utf-8")
        rules = with_contacts(tmp_path / "rules")
        options = {"rules": str(rules), "notices__subscriptions": str(path), "notices__poll_seconds": "0.05"}
        async with start_register(f"sqlite:///{tmp_path / 'r.sqlite3'}", **options) as found:
            book = Book(found)
            person = {"name": "郑某某", "email": IN_OFFICE}
            await book.appoint("p1", "a", body="traffic_police", person=person)
            await found.open()
            found.clock.now += HOUR
            await found.record(seized())
            await until(lambda: bool(received.letters))
    assert received.sent_to[0] == [IN_OFFICE, "a@b.cn"]
    assert received.logins == [("u", "right")]
    assert "查扣车辆后通知法院" in str(received.letters[0]["Subject"])
