"""The file of subscriptions: who is told of what, and how.

subscriptions:
  liwan_police:
    role: department                 # or integrator: the court's own system, which sees everything
    districts: [liwan]
    bodies: [public_security]        # whose own it is told, as ListObligations would list it
    kinds: [created, due_soon, overdue, ended]   # nothing: all
    language: zh
    since: now                       # or start
    webhook:
      url: https://police.example/linkage
      secrets: [police.secret]       # files beside this one; each signs, so that one can take another's place
    mail: …                          # instead of webhook: server.notices.mail
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policy.pack.reader import Reader, Schema
from policy.review.wording import LANGUAGES
from policy.text import nodes
from policy.text.diagnostics import Faults, Words
from policy.text.nodes import Node
from policy.text.source import SourceError, read_source, whole
from policy.text.suggest import suggest
from server.identity.caller import EVERY_DISTRICT, Caller, Grant, Role
from server.identity.callers import ALL
from server.identity.watched import FileError
from server.notices.kinds import KINDS
from server.notices.mail import Correspondents, Mail, read_sender
from server.notices.ports import Channel, Clock
from server.notices.webhook import Webhook, read_receiver

MOST_AT_ONCE = 64

_FILE = Schema(Words("订阅文件", "the file of subscriptions"), ("subscriptions",))
_SUBSCRIPTION = Schema(
    Words("订阅", "a subscription"),
    ("role", "districts"),
    ("bodies", "kinds", "language", "since", "at_once", "webhook", "mail"),
)
_WAYS = Schema(Words("订阅", "a subscription"), ("webhook",))
_ONE_WAY = Words("webhook 和 mail 只写一个", "either webhook or mail, and not both")
_ROLES = (Role.DEPARTMENT, Role.INTEGRATOR)
_NOW, _START = "now", "start"
_AT_ONCE = Words(f"1 到 {MOST_AT_ONCE} 的整数", f"an integer from 1 to {MOST_AT_ONCE}")


@dataclass(frozen=True)
class Subscription:
    """Who is told, of which kinds of changes (none: of all), by which channel.

    ``caller`` has the rights by which it is decided what it may see. ``settings`` names the receiver as it is
    set up now.
    """

    name: str
    caller: Caller
    kinds: frozenset[str]
    from_start: bool
    at_once: int
    channel: Channel
    settings: str


@dataclass(frozen=True)
class Subscriptions:
    """All of them by name, and the files that they were read from."""

    by_name: Mapping[str, Subscription] = field(default_factory=dict)
    files: tuple[Path, ...] = ()


def read_subscriptions(
    path: Path, clock: Clock, correspondents: Correspondents | None = None
) -> Subscriptions:
    """The subscriptions of a file, whose channels tell the time by ``clock``. Raises ``FileError``.

    ``correspondents`` says who is written to; without them mail sends nothing but trials.
    """
    faults = Faults()
    try:
        source = read_source(path, path.name)
    except SourceError as error:
        faults.add(error.code, whole(path.name), "", **error.details)
        raise FileError(faults) from error
    found = _File(Reader(faults), path.parent, clock, correspondents).read(nodes.parse(source, faults))
    if faults.errors:
        raise FileError(faults)
    return found


def unknown_codes(
    found: Subscriptions, districts: Collection[str], bodies: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Each district and body of a subscription that does not exist: its name, the code, what was meant."""
    for subscription in found.by_name.values():
        for grant in subscription.caller.grants:
            for codes, known in ((grant.districts - {EVERY_DISTRICT}, districts), (grant.bodies, bodies)):
                for code in sorted(codes.difference(known)):
                    yield subscription.name, code, suggest(code, known)


class _File:
    def __init__(
        self, reader: Reader, folder: Path, clock: Clock, correspondents: Correspondents | None
    ) -> None:
        self._reader = reader
        self._folder = folder
        self._clock = clock
        self._correspondents = correspondents
        self._files: list[Path] = []

    def read(self, root: Node | None) -> Subscriptions:
        found = self._reader.fields(root, _FILE) or {}
        by_name = {}
        for key, node in self._reader.entries(found.get("subscriptions")):
            name = self._reader.name(key)
            if name and (made := self._subscription(name, node)):
                by_name[name] = made
        return Subscriptions(by_name, tuple(self._files))

    def _subscription(self, name: str, node: Node) -> Subscription | None:
        reader, found = self._reader, self._reader.fields(node, _SUBSCRIPTION) or {}
        grant = self._grant(node, found)
        kinds = reader.distinct(
            reader.one_or_more(found.get("kinds")), lambda item: reader.choice(item, KINDS)
        )
        language = reader.choice(found["language"], LANGUAGES) if "language" in found else LANGUAGES[0]
        since = reader.choice(found["since"], (_NOW, _START)) if "since" in found else _NOW
        at_once = self._number(found["at_once"]) if "at_once" in found else 8
        way = self._way(node, found, language or LANGUAGES[0])
        if grant is None or way is None or at_once is None:
            return None
        channel, settings = way
        caller = Caller(name, (grant,))
        return Subscription(name, caller, frozenset(kinds), since == _START, at_once, channel, settings)

    def _way(self, node: Node, found: Mapping[str, Node], language: str) -> tuple[Channel, str] | None:
        """The one channel of a subscription, and a name of its settings."""
        reader, folder = self._reader, self._folder
        if "webhook" in found and "mail" in found:
            reader.faults.add("LNK951", found["mail"].span, name="mail", expected=_ONE_WAY)
            return None
        if "mail" in found:
            mail = read_sender(reader, found["mail"], folder, language)
            self._files += () if mail is None else mail.files
            return None if mail is None else (Mail(mail.sender, self._correspondents), mail.settings)
        if "webhook" not in found:
            reader.require(_WAYS, (), node.span)
            return None
        read = read_receiver(reader, found["webhook"], folder, language)
        self._files += () if read is None else read.files
        return None if read is None else (Webhook(read.receiver, self._clock), read.settings)

    def _grant(self, node: Node, found: Mapping[str, Node]) -> Grant | None:
        reader = self._reader
        role = reader.choice(found.get("role"), _ROLES)
        districts = reader.distinct(reader.one_or_more(found.get("districts")), self._code)
        bodies = reader.distinct(reader.one_or_more(found.get("bodies")), self._code)
        if role is None or not districts:
            return None
        if (role == Role.DEPARTMENT) != bool(bodies):
            reader.faults.add("LNK949", node.span, role=role)
        every = frozenset((EVERY_DISTRICT,)) if ALL in districts else frozenset(districts)
        return Grant(Role(role), every, frozenset(bodies))

    def _code(self, node: Node) -> str | None:
        return self._reader.name(self._reader.scalar(node))

    def _number(self, node: Node) -> int | None:
        text = self._reader.string(node)
        if text is None:
            return None
        if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_AT_ONCE:
            return int(text)
        self._reader.faults.add("LNK951", node.span, name="at_once", expected=_AT_ONCE)
        return None
