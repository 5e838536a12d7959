"""The active rules: one immutable snapshot, swapped in one assignment.

folder --read--> files in memory --> snapshot      (the archive keeps the very texts it was made from)
parent --------> files in memory --> snapshot      (one of several processes that serve together)
archive --------> files in memory --> snapshot      (replay)
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from policy.decide.snapshot import District, Snapshot, collector_resting, snapshot_of
from policy.documents.sources import Sources, read_sources
from policy.pack import read_split, rules_of
from policy.pack.folder import TESTS, Files
from policy.review.ruletest.local import with_values
from policy.text.diagnostics import Faults, PackError, Severity
from policy.text.source import Source
from server.convert.answers import Answers
from server.convert.catalogue import Catalogue
from server.decisions.cores import Cores
from server.proof.keys import KeyFileError
from server.publishing.errors import PublishingError
from server.settings.logs import Level, event, place_of
from server.store.errors import StoreError
from server.telemetry.recording import reloaded
from server.telemetry.served import SERVED

if TYPE_CHECKING:  # which imports what fetches and verifies, for the process that follows a repository alone
    from server.publishing.following import Publications

Texts = Mapping[str, str]
"""Files of the rules without the rule tests: name -> text."""


Quotes = Sequence[tuple[str, str, Mapping[str, str]]]
"""The words of clauses that answers quote: district, version, and each clause's."""

_NUMBERS = count()
_KEPT_WITH_VALUES = 4
"""Districts with parameters of a request that are kept: compiling one takes as long as a hundred cases."""


class Shared(NamedTuple):
    """Rules that somebody has read: their texts, the digest of the published bundle that they are of, and
    which publication it is; "" and 0 where they are of a folder."""

    texts: Texts
    bundle: str = ""
    publication: int = 0


class Rules(NamedTuple):
    """Everything that answers are made from, for another process to make the same of.

    ``key`` tells them from others: a document may be attached anew. ``sources``: the folder of the documents,
    where they have not been read; else ``quotes`` has their words. ``bundle``: its digest, "" for a folder.
    """

    key: str
    files: Texts
    quotes: Quotes = ()
    sources: str = ""
    bundle: str = ""

    def load(self) -> Active:
        """The rules, made here. Raises ``PackError`` for rules that this version does not take."""
        if self.sources:
            return load_shared(Shared(self.files, self.bundle), Path(self.sources))
        snapshot = _compiled(_sources_of(self.files), Faults(), ONCE_ALLOWED)
        sources = Sources({(district, version): words for district, version, words in self.quotes}, {})
        return Active(snapshot, self.files, sources, 0, self.bundle)


@dataclass(frozen=True)
class Active:
    """A snapshot, the texts (name -> text, without the rule tests) that it was made from, what answers quote.

    No decision depends on the documents that are quoted: they are not archived.
    """

    snapshot: Snapshot
    files: Texts
    sources: Sources
    warnings: int
    bundle: str = ""
    """The digest of the bundle that these are of; "" where they are of a folder."""
    publication: int = 0
    """Which publication it is."""
    _answers: dict[tuple[str, str], Answers] = field(default_factory=dict, repr=False)
    _with_values: dict[tuple[str, ...], District] = field(default_factory=dict, repr=False)

    @property
    def packs(self) -> list[tuple[str, str]]:
        """District and version of each pack, in order."""
        districts = self.snapshot.districts.items()
        return [(code, program.pack.version) for code, district in districts for program in district.programs]

    @cached_property
    def catalogue(self) -> Catalogue:
        """Every code; made at its first use."""
        return Catalogue(self.snapshot)

    @cached_property
    def cores(self) -> Cores:
        """The districts in the native core."""
        return Cores(self.snapshot, self.answers)

    @cached_property
    def rules(self) -> Rules:
        """What another process makes the same rules of."""
        quotes = [(*key, texts) for key, texts in self.sources.texts.items()]
        return Rules(f"{self.snapshot.digest} {next(_NUMBERS)}", self.files, quotes, bundle=self.bundle)

    def with_values(self, code: str, values: Mapping[str, str | int | float | bool | None]) -> District:
        """A district with these values of its parameters in place of its own; the last few are kept."""
        if not values:
            return self.snapshot.districts[code]
        key = (code, *(f"{name}={value}" for name, value in sorted(values.items())))
        found = self._with_values.pop(key, None) or with_values(self.snapshot.districts[code], values)
        self._with_values[key] = found
        if len(self._with_values) > _KEPT_WITH_VALUES:
            self._with_values.pop(next(iter(self._with_values)), None)
        return found

    def answers(self, district: District, lang: str) -> Answers:
        """The converter of a district's answers in a language, made at its first use."""
        key = (district.code, lang)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = Answers(district, lang, self.sources, self.bundle)
        return found


def load(root: Path, sources: Path) -> Active:
    """The rules of a folder, each file read once, and the documents attached to them.

    Raises ``PackError`` with every fault of the rules; a document that cannot be used is a warning.
    """
    faults = Faults()
    return _active(_read(root, faults), sources, faults)


def load_shared(shared: Shared, sources: Path) -> Active:
    """``load`` of rules that somebody else has read. Raises ``PackError``."""
    active = _active(_sources_of(shared.texts), sources, Faults())
    return replace(active, bundle=shared.bundle, publication=shared.publication)


def read_texts(root: Path) -> Texts:
    """The files of a folder as ``Shared`` has them, not yet checked. Raises ``PackError``."""
    faults = Faults()
    files = _read(root, faults)
    if faults.errors:
        raise PackError(faults)
    return _texts_of(files)


def _read(root: Path, faults: Faults) -> Files:
    """The files of the rules; drafts (LNK241) are left where they are."""
    files = read_split(root, faults)
    if files is None:
        raise PackError(faults)
    for one in files.drafts:
        event(Level.INFO, "draft_left_out", code="LNK241", folder=one.folder, district=one.district)
    return files.issued


def _active(files: Files, sources: Path, faults: Faults) -> Active:
    snapshot = _compiled(files, faults)
    packs = [program.pack for district in snapshot.districts.values() for program in district.programs]
    attached = read_sources(sources, packs, faults)
    warnings = sum(item.severity is Severity.WARNING for item in faults)
    return Active(snapshot, _texts_of(files), attached, warnings)


def _texts_of(files: Files) -> Texts:
    return {name: source.text for name, source in files.items() if source is not None and not _is_test(name)}


def _sources_of(texts: Texts) -> Files:
    return {name: Source(name, text) for name, text in sorted(texts.items())}


ONCE_ALLOWED = frozenset(("LNK430",))
"""Faults that earlier versions did not know: rules that have them served, and are still replayed."""


def rebuilt(files: Texts) -> Snapshot:
    """The snapshot of archived texts. Raises ``PackError`` where this version of the service refuses them."""
    return _compiled(_sources_of(files), Faults(), ONCE_ALLOWED)


def _compiled(files: Files, faults: Faults, despite: Container[str] = ()) -> Snapshot:
    with collector_resting():
        rules = rules_of(files, faults, despite)
        snapshot = snapshot_of(rules, faults) if rules is not None else None
    if snapshot is None or faults.errors_beyond(despite):
        raise PackError(faults)
    return snapshot


def _is_test(name: str) -> bool:
    return TESTS in name.split("/")[:-1]


Archive = Callable[[Active], Awaitable[None]]


class ActiveRules:
    """Holds the rules that serve. ``archive`` is awaited before new rules decide anything; ``told`` hears
    of those that do from now on. ``native``: the core decides, and has each district before they serve.
    ``publications``: where rules come from in place of the folder."""

    def __init__(
        self,
        root: Path,
        sources: Path,
        archive: Archive | None = None,
        told: Callable[[Active], None] | None = None,
        *,
        native: bool = False,
        publications: Publications | None = None,
    ) -> None:
        self._publications = publications
        self._told = told
        self._native = native
        self._root = root
        self._sources = sources
        self._archive = archive
        self._reloading = asyncio.Lock()
        self._current: Active | None = None

    @property
    def current(self) -> Active:
        """The rules in use; ``start`` comes first."""
        if self._current is None:
            raise RuntimeError("the rules have not been loaded")
        return self._current

    async def start(self, shared: Shared | None = None) -> None:
        """Takes the first rules: of the folder or the repository, or ``shared``. Raises ``PackError``,
        ``StoreError`` and ``PublishingError``."""
        if self._publications is not None and shared is None:
            found = await asyncio.to_thread(self._publications.first)
            shared = Shared(*found)
        self.switch(await self._archived(self._loaded(shared)))
        await self._took()

    async def reload(self) -> bool:
        """Loads the folder again, or the newest publication, beside the calls that go on; whether these
        rules now serve.

        Rules with errors, or that the archive cannot keep, leave the last good ones serving and are logged by
        their codes.
        """
        async with self._reloading:
            try:
                active = await self.prepared()
            except Exception as error:  # whatever the new rules are, the old ones go on serving
                codes, faults = refusal_of(error)
                log_refusal(codes, faults, self.current.snapshot.digest)
                reloaded(ok=False)
                return False
            self.switch(active)
            reloaded(ok=True)
            await self._took()
            return True

    async def prepared(self, shared: Shared | None = None) -> Active:
        """New rules, of folder, repository or ``shared``, compiled beside the calls that go on and archived.

        They do not serve before ``switch``. Raises ``PackError``, ``StoreError`` and ``PublishingError``.
        """
        return await self._archived(await asyncio.to_thread(self._loaded, shared))

    def switch(self, active: Active) -> None:
        """From now on ``active`` decides."""
        replaces, self._current = self._current is not None, active
        if self._told is not None:
            self._told(active)
        if replaces:
            # Those they replace are full of cycles and are looked at once more, to be freed.
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        digest, districts = active.snapshot.digest, len(active.snapshot.districts)
        SERVED.take(digest, active.packs)
        event(Level.INFO, "rules_loaded", digest=digest, districts=districts, warnings=active.warnings)
        if self._native:
            active.cores.report()

    def _loaded(self, shared: Shared | None) -> Active:
        if shared is None and self._publications is not None:
            found = self._publications.read()
            shared = Shared(*found)
        active = load(self._root, self._sources) if shared is None else load_shared(shared, self._sources)
        if self._native:
            active.cores.load()
        return active

    async def _took(self) -> None:
        """The publication that serves is kept, beside the loop."""
        if self._publications is not None:
            await asyncio.to_thread(self._publications.took, self.current.bundle)

    async def _archived(self, active: Active) -> Active:
        if self._archive is not None:
            await self._archive(active)
        return active


async def following(
    publications: Publications, seconds: float, reload: Callable[[], Awaitable[bool]]
) -> None:
    """Looks at the repository every so many seconds, and reloads where it has something newer, until it is
    cancelled."""
    while True:
        await asyncio.sleep(seconds)
        if await _looked(publications):
            await reload()


async def _looked(publications: Publications) -> bool:
    """``changed``, on a thread that nobody waits for where the service stops: a server may not answer."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[bool] = loop.create_future()

    def tell(changed: bool) -> None:
        if not found.done():
            found.set_result(changed)

    def look() -> None:
        changed = publications.changed()
        with suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(tell, changed)

    threading.Thread(target=look, name="linkage-repository", daemon=True).start()
    return await found


async def whenever(wanted: asyncio.Event, reload: Callable[[], Awaitable[bool]]) -> None:
    """Reloads each time that ``wanted`` is set, until it is cancelled; what is asked for meanwhile, once."""
    while await wanted.wait():
        wanted.clear()
        await reload()


def refusal_of(error: Exception) -> tuple[str, int]:
    """Why rules were refused: the fault codes in one text, and how many faults there are."""
    if isinstance(error, PackError):
        codes = sorted({item.code for item in error.faults if item.severity is Severity.ERROR})
        return ",".join(codes), len(error.faults)
    if isinstance(error, (StoreError, KeyFileError, PublishingError)):
        return error.code, 1
    return place_of(error), 1


def log_refusal(codes: str, faults: int, still_serving: str) -> None:
    """Logs that new rules were refused, and the digest of those that go on serving."""
    event(Level.ERROR, "rules_refused", codes=codes, faults=faults, still_serving=still_serving)
