"""The channel that sends mail: one letter a notice, over SMTP that is encrypted, unless the operator gave
that up.

    subscriptions:
      liwan_justice:
        role: department
        districts: [liwan]
        bodies: [justice]
        mail:
          server: smtp.example.cn:587
          from: linkage@court.example.cn
          user: linkage
          password: smtp.password      # a file beside the file of subscriptions
          to: [contacts]               # who is in office; and, or instead, addresses

A letter's Message-ID is that of its notice for this receiver, so that one which comes twice is known.
aiosmtplib speaks SMTP; the standard library writes the letter, and refuses a header that would be two. RFC
5321, 5322, 3207.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple, Protocol

import aiosmtplib

from policy.pack.reader import Reader, Schema
from policy.text.diagnostics import Words
from policy.text.nodes import Node
from policy.text.source import SourceError, read_source
from server.contacts.offices import is_address
from server.notices.letters import Letter, letter_of
from server.notices.ports import Delivered, Notice, Outcome, Refused, TryAgain
from server.notices.webhook import trust_of

SECONDS = 15.0
"""Longest time for one step of the conversation with the mail server."""
CONTACTS = "contacts"
"""Stands among the addresses for whoever is in office."""
MOST_ADDRESSES = 50
"""Most receivers of one letter: of more there are several, and nobody is left out."""
_REMEMBERED = 10_000
"""Letters of which it is kept in mind who has them already."""

_SECURITY = ("starttls", "tls", "none")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_MAIL = Schema(
    Words("mail", "mail"),
    ("server", "from"),
    ("security", "insecure", "user", "password", "to", "ca"),
)
_A_SERVER = Words("主机:端口，如 smtp.example.cn:587", "host:port, such as smtp.example.cn:587")
_AN_ADDRESS = Words("邮箱地址，或 contacts", "an e-mail address, or contacts")
_ENCRYPTED = Words(
    "starttls 或 tls；确要不加密的，另写 insecure: true", "starttls or tls; for none say insecure: true"
)
_BOTH = Words("user 和 password 都写，或都不写", "user and password both, or neither")


class Sender(NamedTuple):
    """By which mail server, as whom, to whom. ``addresses``: beside, or instead of, the contacts."""

    host: str
    port: int
    security: str
    address: str
    user: str = ""
    password: str = ""
    contacts: bool = True
    addresses: tuple[str, ...] = ()
    trust: ssl.SSLContext | None = None
    language: str = "zh"

    @property
    def domain(self) -> str:
        """The domain of the sender's address."""
        return self.address.rpartition("@")[2]


class Correspondents(Protocol):
    """Who is written to of a notice, and what a letter says of its duty."""

    async def addresses(self, notice: Notice) -> Sequence[str]:
        """The addresses of those in office whose it is."""

    async def letter(self, notice: Notice, language: str) -> Letter:
        """What is written."""


class Mail:
    """Writes to the receivers of one subscription."""

    def __init__(self, sender: Sender, correspondents: Correspondents | None) -> None:
        """``correspondents`` None: only trials are sent."""
        self._sender = sender
        self._correspondents = correspondents
        self._taken: dict[str, set[str]] = {}

    async def send(self, notice: Notice) -> Outcome:
        """Sends a letter to all that are to have it; nobody to write to: it will never be taken."""
        if self._correspondents is None:
            return TryAgain(None, "no_register")
        own = await self._correspondents.addresses(notice) if self._sender.contacts else ()
        to = list(dict.fromkeys((*own, *self._sender.addresses)))
        if not to:
            return Refused("no_address")
        letter = await self._correspondents.letter(notice, self._sender.language)
        identity, lang = self._identity(notice), self._sender.language
        # One who is refused for now, perhaps for days, is no reason to write to the others again and again.
        taken = self._taken.pop(identity, set())
        outcomes: list[Outcome] = [Delivered()] if taken else []
        rest = [address for address in to if address not in taken]
        for first in range(0, len(rest), MOST_ADDRESSES):
            part = rest[first : first + MOST_ADDRESSES]
            message = letter_of(letter, self._sender.address, part, identity, lang)
            outcomes.append(await self._said(message, part, taken))
        outcome = min(outcomes, key=lambda each: _FIRST.index(type(each)))
        if isinstance(outcome, TryAgain) and taken:
            self._taken[identity] = taken
            if len(self._taken) > _REMEMBERED:
                del self._taken[next(iter(self._taken))]
        return outcome

    def _identity(self, notice: Notice) -> str:
        """The Message-ID: the same whenever the notice is sent to this receiver."""
        return f"<{notice.id}.{notice.subscription}@{self._sender.domain}>"

    async def trial(self, identity: str) -> Outcome:
        """Asks whether the mail server would take a letter of ours; none is sent."""
        return await self._said(None, (), set())

    async def close(self) -> None:
        """Keeps nothing open."""

    async def _said(self, message: EmailMessage | None, to: Sequence[str], taken: set[str]) -> Outcome:
        """What becomes of a letter; ``taken`` gets the addresses that have it."""
        sender = self._sender
        client = aiosmtplib.SMTP(
            hostname=sender.host,
            port=sender.port,
            local_hostname=sender.domain,
            use_tls=sender.security == "tls",
            start_tls=sender.security == "starttls",
            tls_context=sender.trust,
            timeout=SECONDS,
        )
        try:
            async with client:
                if sender.user:
                    await client.login(sender.user, sender.password)
                if message is None:
                    await client.mail(sender.address)
                    await client.rset()
                    return Delivered()
                refused, _ = await client.send_message(message, sender=sender.address, recipients=list(to))
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return _meaning(error)
        # Some were taken: who was refused for now is tried again.
        taken.update(address for address in to if address not in refused)
        later = [each.code for each in refused.values() if each.code < _FOR_GOOD]
        return TryAgain(None, f"smtp_{later[0]}") if later else Delivered()


_FIRST = (TryAgain, Delivered, Refused)
"""What is said of several letters of one notice: the first of these. Who had one knows it by its id."""
_FOR_GOOD = 500
"""From here on a reply says that it will never be (RFC 5321, 4.2.1)."""


def _meaning(error: Exception) -> Outcome:
    """What an error of the conversation means for the letter."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        codes = [each.code for each in error.recipients]
        worst = min(codes, default=_FOR_GOOD)
        return TryAgain(None, f"smtp_{worst}") if worst < _FOR_GOOD else Refused(f"smtp_{worst}")
    if isinstance(
        error, aiosmtplib.SMTPAuthenticationError
    ):  # the operator's to mend, not the letter's fault
        return TryAgain(None, f"smtp_{error.code}")
    if isinstance(error, aiosmtplib.SMTPConnectError | aiosmtplib.SMTPServerDisconnected):
        return TryAgain(None, "tls" if _by_tls(error) else "unreachable")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        code = f"smtp_{error.code}"
        return Refused(code) if error.code >= _FOR_GOOD else TryAgain(None, code)
    if isinstance(error, aiosmtplib.SMTPTimeoutError | TimeoutError):
        return TryAgain(None, "timeout")
    return TryAgain(
        None, "tls" if _by_tls(error) or isinstance(error, aiosmtplib.SMTPException) else "unreachable"
    )


def _by_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


# -- read from a subscription


class Read(NamedTuple):
    """A channel's settings as read: the sender, the files it was read from, and a name of all that."""

    sender: Sender
    files: tuple[Path, ...]
    settings: str


def read_sender(reader: Reader, node: Node | None, folder: Path, language: str) -> Read | None:
    """The mail of a subscription; its files are beside the file of subscriptions."""
    found = reader.fields(node, _MAIL)
    if found is None or node is None:
        return None
    security = reader.choice(found["security"], _SECURITY) if "security" in found else _SECURITY[0]
    insecure = bool(reader.boolean(found["insecure"])) if "insecure" in found else False
    if security == "none" and not insecure:
        reader.faults.add("LNK951", found["security"].span, name="security", expected=_ENCRYPTED)
    server = _server(reader, found.get("server"), _PORTS[security or _SECURITY[0]])
    address = _address(reader, found.get("from"), "from")
    listed = reader.distinct(
        reader.one_or_more(found.get("to")), lambda item: _address(reader, item, "to", CONTACTS)
    )
    if ("user" in found) != ("password" in found):
        reader.faults.add("LNK951", node.span, name="user", expected=_BOTH)
    files: list[Path] = []
    user = reader.string(found.get("user")) or ""
    password = _password(reader, found.get("password"), folder, files)
    trust = trust_of(reader, found["ca"], folder, files) if "ca" in found else None
    if server is None or address is None or security is None:
        return None
    contacts = not listed or CONTACTS in listed
    others = tuple(each for each in listed if each != CONTACTS)
    sender = Sender(*server, security, address, user, password, contacts, others, trust, language)
    named = "\n".join((*map(str, server), address, *listed))
    return Read(sender, tuple(files), hashlib.sha256(named.encode()).hexdigest()[:16])


def _server(reader: Reader, node: Node | None, usual: int) -> tuple[str, int] | None:
    text = reader.string(node)
    if text is None or node is None:
        return None
    host, colon, port = text.rpartition(":")
    if not colon:
        host, port = text, str(usual)
    good = host and host.isascii() and not set(host) & set(" \t\r\n/@") and port.isdigit()
    if good and 0 < int(port[:6]) < 65_536:
        return host.strip("[]"), int(port)
    reader.faults.add("LNK951", node.span, name="server", expected=_A_SERVER)
    return None


def _address(reader: Reader, node: Node | None, name: str, word: str = "") -> str | None:
    text = reader.string(node)
    if text is None or node is None:
        return None
    if is_address(text) or (word and text == word):
        return text
    reader.faults.add("LNK951", node.span, name=name, expected=_AN_ADDRESS)
    return None


def _password(reader: Reader, node: Node | None, folder: Path, files: list[Path]) -> str:
    name = reader.string(node)
    if name is None or node is None:
        return ""
    path = folder / name
    files.append(path)
    try:
        return read_source(path, path.name).text.strip()
    except SourceError as error:
        reader.faults.add(error.code, node.span, "", **error.details)
        return ""
