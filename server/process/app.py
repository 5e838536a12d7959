"""The running server: rules, log, handlers, health and reflection, started in order and drained in order.

start: rules loaded -> database migrated, rules archived -> log -> bound -> SERVING
stop:  NOT_SERVING -> (notice) -> no new calls, running ones finish (grace) -> log written -> database closed
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2_grpc

from policy.engines import NATIVE, engine_named
from policy.native import OTHER_BUILD, why_not
from server.api import assessment_service, log_service, server_service, vocabulary_service
from server.api.assessment_service import AssessmentService
from server.api.entry import Entry
from server.api.guard import Guard
from server.api.log_service import LogService
from server.api.malformed import SafeServer
from server.api.reading import Reading
from server.api.server_service import ServerService
from server.api.service import PolicyService, add_to
from server.api.vocabulary_service import VocabularyService
from server.contacts.book import Contacts
from server.convert.requests import Clock, system_clock
from server.decisions.active import Active, ActiveRules, Archive, Shared, following, whenever
from server.decisions.apart import Apart
from server.decisions.deciding import FAST, chosen
from server.decisions.evaluation import Evaluator
from server.decisions.fairness import Fairness
from server.decisions.repeats import Repeats
from server.decisions.second import SecondProcess
from server.decisions.shadow import Shadow
from server.http import Methods
from server.identity.rights import CALLS
from server.identity.transport import Transport
from server.listening import Listener, ListenError, address_of
from server.log.decisions import DecisionLog
from server.log.opening import open_log
from server.log.writer import GroupWriter
from server.notices.feed import Feed
from server.process import notify, registering
from server.process.accepting import make_server
from server.process.door import Parts, http_door, http_url
from server.process.notifying import Telling, notifying
from server.process.operations import operations
from server.process.protection import protection
from server.process.publications import publications_of
from server.process.registering import Alone, Deciding, Place, register_of, ticking
from server.process.signals import Signals
from server.process.watching import Watch
from server.publishing.following import Publications
from server.register.book import Register
from server.register.seals import seal_old
from server.settings.config import AUTO_ENGINE, Settings, ShadowSettings
from server.settings.limits import Limits
from server.settings.logs import Level, event
from server.store.archive import RuleArchive
from server.store.database import all_closed, database_file
from server.store.decisions import DecisionStore
from server.store.presence import DatabaseFile
from server.store.turns import Turns
from server.telemetry.exposition import Exposition
from server.telemetry.figures import WORKERS, WORKERS_WANTED, sampled
from server.telemetry.readiness import Readiness
from server.telemetry.recording import expect
from server.telemetry.traces import tracing

THREADS = 2
"""Threads for reading large requests: they share the interpreter, so more would not be faster."""

SWITCH_SECONDS = 0.0005
"""How long such a thread keeps the interpreter while the loop waits for it: a call needs the loop several
times, and Python's own 5 ms would make it as many times slower."""

HANDSHAKE_MS = 20_000
"""How long a connection may take to be one: gRPC would keep what says nothing for two minutes."""


class ServingError(Exception):
    """The server takes no calls any more, and nobody told it to stop."""


@dataclass(frozen=True)
class Running:
    """A server that serves. ``address`` has the port that was really bound."""

    address: str
    server: grpc.aio.Server
    rules: ActiveRules
    store: DecisionStore | None
    apart: Apart
    ended: asyncio.Task[bool]
    """Done once no calls are taken any more."""
    readiness: Readiness
    shadow: Shadow | None = None
    operations: str = ""
    """The address of figures and probes; "": none."""
    http: str = ""
    """The URL of the calls over HTTP; "": none."""
    register: Register | None = None
    contacts: Contacts | None = None
    publications: Publications | None = None
    """Where rules come from; None: from a folder."""

    async def until(self, stopping: asyncio.Event) -> None:
        """Waits until ``stopping`` is set. Raises ``ServingError`` where the server ends by itself."""
        told = asyncio.create_task(stopping.wait())
        await asyncio.wait({told, self.ended}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if self.ended.done() and not stopping.is_set():
            raise ServingError


class State:
    """What the pages of the operations address look at, from before the service is there."""

    def __init__(self, readiness: Readiness) -> None:
        self.readiness = readiness
        self.serving: asyncio.Task[bool] | None = None

    def live(self) -> dict[str, str]:
        """The tasks without which the process is of no use."""
        dead = self.serving is not None and self.serving.done() and not self.readiness.stopping
        return {"calls": "ended" if dead else ""}

    def ready(self) -> dict[str, str]:
        """The parts of the service."""
        return self.readiness.parts | {part: why for part, why in self.live().items() if why}


@asynccontextmanager
async def running(
    settings: Settings,
    clock: Clock = system_clock,
    shared: Shared | None = None,
    aside: str = "",
    ahead: bool = False,
) -> AsyncIterator[Running]:
    """Serves while the block lasts, then drains.

    ``shared``: this is one of several processes on one port, which all serve these rules; the database has
    been migrated. ``aside``: another address to listen on, of this process alone. ``ahead``: the process for
    heavy work is started, and given new rules, before it is needed; this one does nothing but serve. Raises
    ``PackError`` for rules with errors, ``PublishingError`` where none are to be had, ``StoreError`` and
    ``KeyFileError`` for a log that cannot be used, ``ExposedError`` and ``FileError`` for settings that do
    not protect it, and ``ListenError``; nothing is left running then.
    """
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(tracing(settings.traces.enabled))
        readiness = Readiness()
        state = State(readiness)
        if shared is None:
            own = operations(settings, Exposition(), state.live, state.ready)
            operated = await stack.enter_async_context(own)
        else:
            operated = ""  # the supervisor's is for all
        expect(call.rpartition("/")[2] for call in CALLS)
        protected = await stack.enter_async_context(protection(settings))
        # First, so that a decision which outlasts the stop is waited for when the log has been written.
        threads = stack.enter_context(ThreadPoolExecutor(THREADS, thread_name_prefix="linkage"))
        archive, store, place = await store_of(settings, stack, clock, alone=shared is None)
        apart = apart_of(settings.engine)
        stack.push_async_callback(apart.close)
        told = apart.expect if ahead else None
        native = apart.engine == NATIVE
        published = publications_of(settings.bundle) if shared is None else None
        rules = ActiveRules(
            Path(settings.rules),
            Path(settings.sources),
            archive,
            told,
            native=native,
            publications=published,
        )
        await rules.start(shared)
        if ahead:
            # They live as long as the process: the collector need not look at them again and again.
            gc.freeze()
        readiness.set("rules")
        protected.serve(lambda: rules.current.snapshot)
        fairness = Fairness(threads, THREADS, settings.limits.waiting_bytes)
        writer, log, repeats = None, None, None
        if store is not None:
            writer = GroupWriter(
                store.append,
                capacity=settings.log.queue,
                capacity_bytes=settings.log.queue_bytes,
                group=settings.log.group,
                acknowledge=settings.log.acknowledge,
            )
            writer.start()
            stack.push_async_callback(writer.close)
            log = DecisionLog(writer, clock)
            repeats = Repeats(store, rules, Path(settings.sources), fairness, apart)
        shadow = await _shadow(settings.shadow, stack)
        evaluator = Evaluator(rules, log, clock, fairness, apart, shadow, repeats)
        guard = Guard(settings.calls == "all", protected.gate.meter, protected.gate.tally)
        service = PolicyService(rules, evaluator, guard, settings.limits, clock, fairness, apart)
        entry = Entry(protected.gate, guard, settings.limits)
        server = make_server(server_options(settings.limits, shared is not None), settings.limits, entry)
        methods = Methods()
        safe: Any = SafeServer((server, methods), guard, protected.gate, Reading(fairness))
        names = [add_to(safe, service)]
        deciding = Deciding(rules, clock, fairness, apart)
        register = None if place is None else register_of(place, deciding, settings)
        kept = None if register is None else register.keeper
        assessments = AssessmentService(rules, guard, settings.limits, fairness, apart, clock, kept)
        names.append(assessment_service.add_to(safe, assessments))
        codes = VocabularyService(rules, guard, settings.limits, fairness)
        names.append(vocabulary_service.add_to(safe, codes))
        if store is not None:
            names.append(log_service.add_to(safe, LogService(store.tree, guard)))
        feed = None if register is None else Feed(register.keeper, settings.limits.watches)
        mover = None if register is None else registering.mover_of(register, clock, settings)
        contacts = None
        if mover is not None and place is not None and feed is not None:
            contacts = registering.contacts_of(mover.register, place, clock, settings)
            parts = registering.Parts(mover, contacts, feed)
            names += registering.add_to(safe, parts, deciding, guard, settings)
        names.append(server_service.add_to(safe, ServerService(rules, settings, names, guard, clock)))
        healthy = _add_health(safe, names, settings.reflection)
        address = _bound(server, settings.address, protected.transport)
        if aside:
            server.add_insecure_port(aside)
        door = http_door(
            settings,
            Parts(methods, entry, guard, fairness),
            lambda: rules.current.snapshot,
            protected.transport,
            shared is not None,
        )
        http = await stack.enter_async_context(door)
        await server.start()
        ended = state.serving = asyncio.create_task(server.wait_for_termination())
        stack.push_async_callback(asyncio.wait, {ended})
        watch = Watch(readiness, healthy, fairness, store, writer)
        stack.push_async_callback(_drain, settings, server, http, watch, feed)
        stack.enter_context(sampled(watch.sample))
        watching = asyncio.create_task(watch.follow())
        stack.push_async_callback(asyncio.wait, {watching})
        stack.callback(watching.cancel)
        if mover is not None and feed is not None and contacts is not None:
            telling = Telling(mover.register, contacts, feed, lambda: rules.current.snapshot, clock)
            await stack.enter_async_context(notifying(telling, settings.notices))
            await stack.enter_async_context(ticking(mover, clock, settings))
        await watch.begin()
        tls, callers = bool(protected.transport), bool(settings.identity.callers)
        event(Level.INFO, "serving", address=address, log=settings.log.enabled, tls=tls, identity=callers)
        url = "" if http is None else http_url(settings, http.address)
        yield Running(
            address,
            server,
            rules,
            store,
            apart,
            ended,
            readiness,
            shadow,
            operated,
            url,
            register,
            contacts,
            published,
        )


async def store_of(
    settings: Settings, stack: AsyncExitStack, clock: Clock, *, alone: bool
) -> tuple[Archive | None, DecisionStore | None, Place | None]:
    """How rules are archived, where decisions and cases go; nothing where the log is off."""
    if not settings.log.enabled:
        return None, None, None
    engine, keys, _ = await open_log(settings.database, settings.log.keys, migrate=alone)
    stack.push_async_callback(all_closed, engine)
    if alone:
        await seal_old(engine, keys)
    path = database_file(settings.database)
    # The log and the register write one SQLite file, each on a connection of its own.
    alike = Alone()
    turns = [
        None if path is None else alike if alone else stack.enter_context(closing(Turns(path)))
        for _ in ("log", "register")
    ]
    files = [None if path is None else DatabaseFile(path) for _ in turns]
    store, archive = DecisionStore(engine, keys, turns[0], files[0]), RuleArchive(engine)
    stack.push_async_callback(store.close)

    async def keep(active: Active) -> None:
        await archive.keep(active.snapshot.digest, active.files, clock())

    return keep, store, Place(engine, turns[1], files[1], keys) if settings.register.enabled else None


async def _shadow(settings: ShadowSettings, stack: AsyncExitStack) -> Shadow | None:
    """The shadow, running until the stack is closed; None where nothing is sampled."""
    if settings.share == 0.0:
        return None
    shadow = Shadow(settings, SecondProcess(settings.engine))
    shadow.start()
    stack.push_async_callback(asyncio.to_thread, shadow.close)
    return shadow


def apart_of(setting: str) -> Apart:
    """What decides beside the loop, with the engine of that setting. Raises ``ImportError``."""
    engine = chosen(setting)
    event(Level.INFO, "engine", engine=engine, setting=setting)
    if setting == AUTO_ENGINE and (code := why_not()) == OTHER_BUILD:
        event(Level.WARNING, "native_unusable", code=code)
    if engine not in FAST:
        engine_named(engine)
        event(Level.WARNING, "slow_engine", engine=engine)
    return Apart(engine)


def _add_health(safe: Any, names: list[str], reflected: bool) -> health.aio.HealthServicer:
    """Adds health, and reflection of the services of these names, to a ``SafeServer``."""
    healthy = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(healthy, safe)
    if reflected:
        every = (*names, health.SERVICE_NAME, reflection.SERVICE_NAME)
        add: Any = reflection_pb2_grpc.add_ServerReflectionServicer_to_server  # its types name no arguments
        add(reflection.aio.ReflectionServicer(every), safe)
    return healthy


def server_options(limits: Limits, share_port: bool = False) -> list[tuple[str, int]]:
    """gRPC's options of the server. ``share_port``: other processes of ours listen on the same port."""
    keepalive = round(limits.keepalive_seconds * 1000)
    return [
        ("grpc.max_receive_message_length", limits.request_bytes),
        ("grpc.max_send_message_length", limits.response_bytes),
        ("grpc.max_concurrent_streams", limits.connection_calls),
        # Without it, calls beyond that number are refused with RST_STREAM where clients should wait.
        ("grpc.http.overload_protection", 0),
        ("grpc.keepalive_time_ms", keepalive),
        ("grpc.keepalive_timeout_ms", 20_000),
        # A connection stays with the process that took it: without an end, all callers of a worker that died
        # would stay with the others, and a new one would have nothing to do. Calls under way are not ended.
        ("grpc.max_connection_age_ms", round(limits.connection_seconds * 1000)),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ("grpc.server_handshake_timeout_ms", HANDSHAKE_MS),
        # Two servers on one port share its connections at random: only where that is what is wanted.
        ("grpc.so_reuseport", int(share_port)),
    ]


def _bound(server: grpc.aio.Server, address: str, transport: Transport | None) -> str:
    host, _ = address_of(address)  # gRPC takes 99999 for 34463, and an empty host for every interface
    try:
        if transport is None:
            return f"{host}:{server.add_insecure_port(address)}"
        return f"{host}:{server.add_secure_port(address, transport.credentials())}"
    except RuntimeError as error:
        raise ListenError(address) from error


async def _drain(
    settings: Settings, server: grpc.aio.Server, http: Listener | None, watch: Watch, feed: Feed | None
) -> None:
    await watch.stop()
    event(Level.INFO, "draining", grace_seconds=settings.grace_seconds)
    await asyncio.sleep(settings.notice_seconds)
    if feed is not None:
        feed.close()
    ending: list[Coroutine[Any, Any, None]] = [server.stop(settings.grace_seconds)]
    if http is not None:
        ending.append(http.drain(settings.grace_seconds))
    await asyncio.gather(*ending)
    event(Level.INFO, "stopped")


async def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serves until SIGTERM or SIGINT, reloading the rules at SIGHUP; ``ready`` gets the bound address,
    then the URL of HTTP.

    Raises what ``running`` raises, and ``ServingError``.
    """
    patience = settings.notice_seconds + settings.grace_seconds
    with Signals(patience) as signals:
        async with running(settings, ahead=True) as service:
            for figure in (WORKERS, WORKERS_WANTED):
                figure.set(1)
            doing = [
                asyncio.create_task(whenever(signals.reload, notify.announced(service.rules.reload))),
                asyncio.create_task(notify.watchdog()),
            ]
            if service.publications is not None:
                looking = following(
                    service.publications,
                    settings.bundle.poll_seconds,
                    notify.announced(service.rules.reload),
                )
                doing.append(asyncio.create_task(looking))
            for each in filter(None, (service.address, service.http)):
                ready(each)
            notify.ready("serving")
            try:
                await service.until(signals.stopping)
            finally:
                notify.stopping()
                for task in doing:
                    task.cancel()
                await asyncio.gather(*doing, return_exceptions=True)


def run(settings: Settings, ready: Callable[[str], None]) -> None:
    """``serve`` on the fastest loop there is."""
    sys.setswitchinterval(SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(settings, ready))


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop's loops; asyncio's own on Windows, where uvloop does not exist."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop
