"""The parent of the workers: starts them, starts them again, switches their rules together, stops them."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from server.convert.requests import system_clock
from server.decisions.active import (
    Shared,
    Texts,
    following,
    load,
    load_shared,
    log_refusal,
    read_texts,
    refusal_of,
    whenever,
)
from server.listening import ListenError
from server.log.opening import open_log
from server.process import notify
from server.process.door import OFF, http_address, http_url, instead
from server.process.operations import operations
from server.process.protection import read_protection
from server.process.publications import publications_of
from server.process.signals import Signals
from server.process.workers.port import reserved
from server.process.workers.probe import aside, hangs
from server.process.workers.process import Worker
from server.publishing.following import Publications
from server.register.seals import seal_old
from server.settings.config import Settings, settings_text
from server.settings.logs import Level, event, place_of
from server.store.archive import RuleArchive
from server.telemetry import figures
from server.telemetry.exposition import SUPERVISOR, Exposition, forget
from server.telemetry.figures import WORKER_ENDS, WORKERS, WORKERS_WANTED
from server.telemetry.readiness import PARTS, STOPPING
from server.telemetry.recording import reloaded
from server.telemetry.served import PUBLISHED, SERVED

SYSTEM = sys.platform
"""Elsewhere SO_REUSEPORT does not exist, or gives every connection to the last process that took the port."""

FIRST_DELAY, LONGEST_DELAY = 0.1, 30.0
"""Seconds before a worker that ended is started again: twice as long each time, up to the longest."""

STEADY_SECONDS = 60.0
"""A worker that lived as long as this is started again without delay."""

KILL_SECONDS = 10.0
"""How much longer than a drain may take a worker may live before it is killed."""


STOPPED = {"serving": STOPPING}
"""All that is said of a service that has been told to stop."""

FIGURES = "figures"
"""The folder, within the private one, in which all processes count."""


class SharingError(Exception):
    """This system cannot share a port between processes."""


class WorkerError(Exception):
    """A worker did not start when the service did."""


def run(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serves with ``settings.workers`` processes until SIGTERM or SIGINT; SIGHUP loads the rules again.

    ``ready`` gets the address once all of them serve. Raises what a single server does, ``SharingError`` and
    ``WorkerError``; nothing is left then.
    """
    if SYSTEM != "linux":
        raise SharingError
    publications = publications_of(settings.bundle)
    shared, digest = _checked(settings, publications)
    with ExitStack() as held, asyncio.Runner() as runner:
        http = http_address(settings)
        http = held.enter_context(_held_http(settings, http)) if http else OFF
        address = held.enter_context(reserved(settings.address))
        had = replace(settings, address=address, http=replace(settings.http, address=http))
        runner.run(_serve(settings, had, shared, digest, publications, ready, held.close))


@contextmanager
def _held_http(settings: Settings, wanted: str) -> Iterator[str]:
    """``reserved`` for HTTP's address, or what is had in its place."""
    with ExitStack() as stack:
        try:
            found = stack.enter_context(reserved(wanted))
        except ListenError:
            found = stack.enter_context(reserved(instead(settings, wanted)))
        yield found


def _checked(settings: Settings, publications: Publications | None) -> tuple[Shared, str]:
    """The rules, with every fault told before anything starts. Compiled ones are the workers' to keep."""
    read_protection(settings)
    sources = Path(settings.sources)
    if publications is None:
        active = load(Path(settings.rules), sources)
    else:
        found = publications.first()
        active = load_shared(Shared(*found), sources)
        publications.took(found.bundle)
    SERVED.take(active.snapshot.digest, active.packs)
    return Shared(active.files, active.bundle, active.publication), active.snapshot.digest


async def _serve(
    given: Settings,
    settings: Settings,
    shared: Shared,
    digest: str,
    publications: Publications | None,
    ready: Callable[[str], None],
    release: Callable[[], None],
) -> None:
    """``run`` with ``settings`` that have the addresses which were had in place of those that were ``given``.

    ``release`` gives the ports back: whoever follows need not wait until this has drained.
    """
    patience = settings.notice_seconds + settings.grace_seconds + KILL_SECONDS
    with Signals(patience) as signals, tempfile.TemporaryDirectory(prefix="linkage-") as place:
        if settings.log.enabled:
            await _prepare_database(settings, shared.texts, digest)
        folder = Path(place)
        supervisor = Supervisor(settings, shared, digest, folder, publications)

        def state() -> dict[str, str]:
            return supervisor.ready(exposition.parts()) if not signals.stopping.is_set() else STOPPED

        async with AsyncExitStack() as stack:
            exposition = stack.enter_context(_shared_figures(folder, settings.workers, supervisor.pids))
            await stack.enter_async_context(operations(given, exposition, supervisor.live, state))
            try:
                await supervisor.start(signals.stopping)
                if not signals.stopping.is_set():
                    event(Level.INFO, "serving", address=settings.address, workers=settings.workers)
                    ready(settings.address)
                    if settings.http.address != OFF:
                        ready(http_url(settings, settings.http.address))
                    notify.ready("serving")
                doing = [
                    asyncio.create_task(whenever(signals.reload, notify.announced(supervisor.reload))),
                    asyncio.create_task(notify.watchdog()),
                ]
                if publications is not None:
                    reload = notify.announced(supervisor.reload)
                    looking = following(publications, settings.bundle.poll_seconds, reload)
                    doing.append(asyncio.create_task(looking))
                await signals.stopping.wait()
                notify.stopping()
                release()
                for task in doing:
                    task.cancel()
                await asyncio.gather(*doing, return_exceptions=True)
            finally:
                await supervisor.stop()


async def _prepare_database(settings: Settings, texts: Texts, digest: str) -> None:
    """Migrates the database, makes the log's keys and archives the rules, once for all workers."""
    engine, keys, _ = await open_log(settings.database, settings.log.keys)
    try:
        await seal_old(engine, keys)
        await RuleArchive(engine).keep(digest, texts, system_clock())
    finally:
        await engine.dispose()


@contextmanager
def _shared_figures(
    folder: Path, workers: int, pids: Callable[[], Mapping[str, int]]
) -> Iterator[Exposition]:
    """The figures of all processes, kept in ``folder`` while the block lasts."""
    (folder / FIGURES).mkdir()
    figures.begin(folder / FIGURES, SUPERVISOR)
    SERVED.show()
    PUBLISHED.show()
    WORKERS_WANTED.set(workers)
    try:
        yield Exposition(folder / FIGURES, pids)
    finally:
        figures.begin()


class Supervisor:
    """The workers of one service, and the rules that all of them serve."""

    def __init__(
        self,
        settings: Settings,
        shared: Shared,
        digest: str,
        folder: Path,
        publications: Publications | None = None,
    ) -> None:
        """``folder``: a place for the workers' own sockets, which nobody else may enter."""
        self._settings = settings
        self._folder = folder
        self._shared = shared
        self._publications = publications
        self._digest = digest
        self._live: dict[int, Worker] = {}
        self._keepers: list[asyncio.Task[None]] = []
        # Held while a worker starts or rules change: a worker never starts with rules of yesterday.
        self._changing = asyncio.Lock()
        self._stopping = False

    async def start(self, stopping: asyncio.Event) -> None:
        """Starts every worker; returns once all serve, or ``stopping`` is set. Raises ``WorkerError``."""
        numbers = range(self._settings.workers)
        started = asyncio.gather(*map(self._started, numbers))
        told = asyncio.create_task(stopping.wait())
        either: list[asyncio.Future[Any]] = [started, told]
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not started.done():
            self._stopping = True
            for worker in self._live.values():
                worker.stop()
            await started
            return
        if not all(started.result()):
            raise WorkerError
        self._keepers = [asyncio.create_task(self._keep(number)) for number in numbers]

    async def reload(self) -> bool:
        """Loads the folder again, or the newest publication; whether these rules now serve: in every worker,
        or in none."""
        async with self._changing:
            try:
                shared = await asyncio.to_thread(self._read)
            except Exception as error:  # whatever the new rules are, the old ones go on serving
                log_refusal(*refusal_of(error), self._digest)
                switched = False
            else:
                switched = await self._switch(shared)
            reloaded(ok=switched)
            return switched

    def _read(self) -> Shared:
        if self._publications is None:
            return Shared(read_texts(Path(self._settings.rules)))
        return Shared(*self._publications.read())

    async def _switch(self, shared: Shared) -> bool:
        workers = list(self._live.values())
        # One that died meanwhile answers nothing; it will start with whatever rules serve then.
        told = await asyncio.gather(*(worker.ask({"prepare": [*shared]}) for worker in workers))
        answers = [answer for answer in told if answer is not None]
        refused = next((answer for answer in answers if "refused" in answer), None)
        if refused is not None or not answers:
            await asyncio.gather(*(worker.ask({"drop": True}) for worker in workers))
            codes, faults = ("LNK996", 1) if refused is None else (refused["refused"], refused["faults"])
            log_refusal(codes, faults, self._digest)
            return False
        self._shared, self._digest = shared, answers[0]["prepared"]
        SERVED.take(self._digest, answers[0]["packs"])
        await asyncio.gather(*(worker.ask({"switch": self._digest}) for worker in workers))
        if self._publications is not None:
            await asyncio.to_thread(self._publications.took, shared.bundle)
        event(Level.INFO, "workers_switched", digest=self._digest, workers=len(answers))
        return True

    async def stop(self) -> None:
        """Tells every worker to drain, waits for them, kills what does not end."""
        self._stopping = True
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        workers = list(self._live.values())
        for worker in workers:
            worker.stop()
        patience = self._settings.notice_seconds + self._settings.grace_seconds + KILL_SECONDS
        await asyncio.gather(*(worker.gone(patience) for worker in workers))

    async def _started(self, number: int) -> bool:
        """Starts a worker; whether it serves. One that does not is gone."""
        try:
            worker = await Worker.start(number)
        except OSError as error:  # no more processes or memory: later, perhaps
            event(Level.ERROR, "worker_failed", worker=number, code="LNK997", error=place_of(error))
            return False
        self._live[number] = worker
        if self._stopping:
            worker.stop()
        hello = {"number": number, "settings": settings_text(self._settings), "rules": [*self._shared]}
        places = {"aside": aside(self._folder, number), "figures": str(self._folder / FIGURES)}
        answer = await worker.ask(hello | places)
        if answer is None:
            worker.stop()
            await worker.gone(KILL_SECONDS)
            self._drop(number)
            if not self._stopping:
                process = {"worker": number, "pid": worker.pid, "exit": worker.exit_code}
                event(Level.ERROR, "worker_failed", code="LNK997", **process)
        WORKERS.set(len(self._live))
        return answer is not None

    def _drop(self, number: int) -> None:
        """That worker is gone."""
        del self._live[number]
        forget(self._folder / FIGURES, str(number))
        WORKERS.set(len(self._live))

    def live(self) -> dict[str, str]:
        """The tasks that look after the workers: none of them ends before the service does."""
        dead = not self._stopping and any(keeper.done() for keeper in self._keepers)
        return {"supervisor": "ended" if dead else ""}

    def ready(self, parts: Mapping[str, Mapping[str, bool]]) -> dict[str, str]:
        """Each part, and why it is not ready; ``parts`` as the workers tell. One ready worker will do."""
        found = {"workers": "" if self._live else "none", "serving": ""}
        workers = [parts[str(number)] for number in self._live if str(number) in parts]
        best = max(workers, key=lambda each: sum(each.values()), default={})
        for part in PARTS:
            found[part] = "" if best.get(part) else "in no worker"
        return found

    def pids(self) -> dict[str, int]:
        """The processes of the service by their names."""
        return {SUPERVISOR: os.getpid()} | {str(n): worker.pid for n, worker in sorted(self._live.items())}

    async def _ended(self, worker: Worker) -> float:
        """Waits for its end, and kills it where it hangs; gives the seconds that it lived."""
        hanging = asyncio.create_task(hangs(aside(self._folder, worker.number)))
        hanging.add_done_callback(lambda task: None if task.cancelled() else worker.kill())
        try:
            return await worker.ended()
        finally:
            hanging.cancel()

    async def _keep(self, number: int) -> None:
        """Starts the worker again whenever it ends, later and later while it keeps ending."""
        delay = FIRST_DELAY
        while True:
            worker = self._live.get(number)
            if worker is not None:
                lived = await self._ended(worker)
                self._drop(number)
                WORKER_ENDS.add()
                delay = FIRST_DELAY if lived > STEADY_SECONDS else delay
                process = {"worker": number, "pid": worker.pid, "exit": worker.exit_code}
                event(Level.ERROR, "worker_ended", code="LNK996", restart_seconds=delay, **process)
            await asyncio.sleep(delay)
            delay = min(2 * delay, LONGEST_DELAY)
            async with self._changing:
                if await self._started(number):
                    event(Level.INFO, "worker_restarted", worker=number)
