"""Whether the service would start with these settings: every fault of every part at once.

What a start would only log as a warning is a warning here, too. Nothing is written, migrated or made.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from policy.decide.snapshot import Snapshot
from policy.native import OTHER_BUILD, why_not
from policy.text.diagnostics import Fault, PackError, Severity, fault
from policy.text.source import whole
from policy.text.suggest import suggest
from server.convert.requests import system_clock
from server.decisions.active import Active
from server.decisions.deciding import unusable
from server.identity.authentication import Authentication
from server.identity.caller import CallerLimits
from server.identity.callers import Callers, read_callers, unknown_codes
from server.identity.exposure import ExposedError, check_exposure
from server.identity.keys import read_keys
from server.identity.keysets import KeySet
from server.identity.transport import read_material
from server.identity.watched import FileError
from server.listening import ListenError, address_of
from server.listening.addresses import close_all, sockets_of
from server.log.opening import key_file, reading
from server.notices.subscriptions import read_subscriptions
from server.notices.subscriptions import unknown_codes as unknown_in
from server.process.door import http_address
from server.process.operations import AUTO, operations_address
from server.process.protection import check_whole
from server.process.publications import rules_now
from server.process.workers import supervisor
from server.proof.keys import KeyFileError
from server.publishing.errors import PublishingError
from server.settings.config import AUTO_ENGINE, SETTINGS, Given, unknown_variables
from server.settings.logs import kept_events
from server.store.database import database_file
from server.store.errors import StoreError
from server.telemetry.traces import PROTOCOLS, ProtocolError, check_packages


class Check(NamedTuple):
    """One part: the settings that it is about, and what is wrong with it."""

    name: str
    settings: tuple[str, ...]
    faults: tuple[Fault, ...]


class Checks:
    """The checks of some settings. ``running``: the service runs with them, and has its addresses."""

    def __init__(self, given: Given, environment: Mapping[str, str], running: bool) -> None:
        self._given = given
        self._settings = given.settings
        self._environment = environment
        self._running = running
        self._active: Active | None = None

    def all(self) -> Iterator[Check]:
        """Each part in turn; rules come before what is looked at beside them."""
        parts: tuple[tuple[str, tuple[str, ...], Callable[[], Iterator[Fault]]], ...] = (
            ("settings", (), self._values),
            ("rules", ("rules", "bundle.repository", "bundle.root", "sources"), self._rules),
            ("engines", ("engine", "shadow.engine", "traces.enabled"), self._engines),
            (
                "addresses",
                ("address", "http.address", "operations.address", "workers", "insecure"),
                self._addresses,
            ),
            ("tls", ("tls.certificate", "tls.key", "tls.client_ca"), self._tls),
            ("identity", ("identity.callers", "identity.keys"), self._identity),
            ("notices", ("notices.subscriptions",), self._notices),
            ("database", ("database", "log.keys"), self._database),
        )
        for name, settings, look in parts:
            with kept_events() as events:
                faults = list(look())
            told = (fields for _, _, fields in events if str(fields.get("code", "")) not in ("", "LNK945"))
            faults += [_told(fields) for fields in told]
            yield Check(name, settings, tuple(dict.fromkeys(faults)))

    @property
    def _snapshot(self) -> Snapshot | None:
        return None if self._active is None else self._active.snapshot

    def _values(self) -> Iterator[Fault]:
        yield from self._given.faults
        variables = {setting.variable for setting in SETTINGS.values()}
        for name in unknown_variables(self._environment):
            # A variable that is no setting is ignored, as at a start.
            yield Fault("LNK952", Severity.WARNING, whole(name), (("name", name),), suggest(name, variables))

    def _rules(self) -> Iterator[Fault]:
        settings = replace(self._settings, rules=str(SETTINGS["rules"].default))
        published = bool(self._settings.bundle.repository)
        try:
            self._active = rules_now(settings if published else self._settings)
        except PublishingError as error:
            yield fault(error.code, whole("bundle.repository"), error.suggestion, **error.details)
        except PackError as error:
            yield from error.faults

    def _engines(self) -> Iterator[Fault]:
        wanted = {self._settings.engine: "engine"}
        if self._settings.shadow.share:
            wanted.setdefault(self._settings.shadow.engine, "shadow.engine")
        for engine, setting in wanted.items():
            if code := unusable(engine):
                yield fault(code, whole(setting), engine=engine)
        yield from self._native()
        if self._settings.traces.enabled:
            yield from _traces()

    def _native(self) -> Iterator[Fault]:
        """What a start would log of the native core."""
        if self._settings.engine == AUTO_ENGINE and (code := why_not()) == OTHER_BUILD:
            yield Fault(code, Severity.WARNING, whole("engine"))

    def _addresses(self) -> Iterator[Fault]:
        settings = self._settings
        if settings.workers > 1 and supervisor.SYSTEM != "linux":
            yield fault("LNK995", whole("workers"))
        found = {"address": settings.address}
        if settings.http.address != AUTO:  # which takes a free port where its own is taken
            found["http.address"] = http_address(settings)
        if settings.operations.address != AUTO:  # and so does this
            found["operations.address"] = operations_address(settings)
        taken: dict[str, str] = {}
        for name, address in found.items():
            if not address:
                continue
            try:
                port = address_of(address)[1]
                if port and address in taken:
                    args = {"name": name, "other": taken[address], "address": address}
                    yield fault("LNK919", whole(name), **args)
                    continue
                taken[address] = name
                if not self._running:
                    close_all(sockets_of(address, share_port=False))
            except ListenError:
                yield fault("LNK953", whole(name), address=address)
        try:
            check_exposure(settings)
        except ExposedError as error:
            yield fault("LNK945", whole("address"), address=error.address)
        else:
            with kept_events() as events:
                check_exposure(settings)
            for _, _, fields in events:
                yield fault("LNK910", whole("insecure"), address=str(fields["address"]))

    def _tls(self) -> Iterator[Fault]:
        tls = self._settings.tls
        yield from (each for each in self._halves() if _name(each).startswith("tls."))
        if tls.certificate and tls.key:
            yield from _file_faults(partial(read_material, tls))

    def _identity(self) -> Iterator[Fault]:
        identity = self._settings.identity
        yield from (each for each in self._halves() if _name(each).startswith("identity."))
        keys = Path(identity.keys) if identity.keys else None
        found = [] if keys is None else list(_file_faults(partial(read_keys, keys)))
        if identity.callers:
            path, limits = Path(identity.callers), CallerLimits()
            try:
                found += self._callers(read_callers(path, limits))
            except FileError as error:
                found += error.faults
            if not found:
                Authentication(path, keys, limits)  # which warns of what others can write
        yield from found

    def _callers(self, table: Callers) -> Iterator[Fault]:
        """What fits together of callers, rules and issuers; the issuers are asked for their keys."""
        for issuer in table.issuers.values():
            yield from _file_faults(KeySet(issuer).load)
        if self._snapshot is not None:
            bodies = self._snapshot.vocabulary.codes("bodies")
            for caller, code, meant in unknown_codes(table, self._snapshot.districts, bodies):
                file = Path(self._settings.identity.callers).name
                yield fault("LNK990", whole(file), meant, caller=caller, name=code)

    def _notices(self) -> Iterator[Fault]:
        file = self._settings.notices.subscriptions
        if not file:
            return
        path = Path(file)
        try:
            found = read_subscriptions(path, system_clock)
        except FileError as error:
            yield from error.faults
            return
        if self._snapshot is not None:
            bodies = self._snapshot.vocabulary.codes("bodies")
            for name, code, meant in unknown_in(found, self._snapshot.districts, bodies):
                yield fault("LNK069", whole(path.name), meant, caller=name, name=code)

    def _halves(self) -> list[Fault]:
        """Parts of a protection without the others."""
        return list(_file_faults(partial(check_whole, self._settings)))

    def _database(self) -> Iterator[Fault]:
        if not self._settings.log.enabled:
            return
        url, keys = self._settings.database, self._settings.log.keys
        try:
            file = database_file(url)
            if file is not None and not file.exists():
                yield from _new_database(file, key_file(url, keys))
                return
            asyncio.run(_opened(url, keys))
            if file is not None and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
                yield fault("LNK963", whole("database"))
        except StoreError as error:
            if error.code != _OLD_SCHEMA:  # which the service migrates when it starts
                yield fault(error.code, whole("database"))
        except KeyFileError as error:
            yield fault(error.code, whole("log.keys"), path=str(error.path))


_ADDRESSES = ("address", "http.address", "operations.address", "workers", "insecure")
_OLD_SCHEMA = "LNK866"


async def _opened(url: str, keys: str) -> None:
    async with reading(url, keys):
        pass


def _new_database(file: Path, keys: Path) -> Iterator[Fault]:
    """What the first start of all would meet."""
    for setting, path in (("database", file), ("log.keys", keys)):
        if not os.access(path.parent, os.W_OK | os.X_OK):
            code, args = ("LNK963", {}) if setting == "database" else ("LNK873", {"path": str(path)})
            yield fault(code, whole(setting), **args)
            return
    yield fault("LNK920", whole("database"), path=str(file))


def _traces() -> Iterator[Fault]:
    try:
        check_packages()
    except ImportError:
        yield fault("LNK909", whole("traces.enabled"))
    except ProtocolError as error:
        yield fault("LNK951", whole(error.variable), name=error.variable, expected=" / ".join(PROTOCOLS))


def _file_faults(read: Callable[[], object]) -> Iterator[Fault]:
    try:
        read()
    except FileError as error:
        yield from error.faults


def _told(fields: Mapping[str, object]) -> Fault:
    """An event that has a fault code, as that fault."""
    place = next((str(fields[name]) for name in ("file", "issuer") if fields.get(name)), "")
    args = {name: str(value) for name, value in fields.items() if name != "code"}
    return fault(str(fields["code"]), whole(place) if place else None, str(fields.get("meant", "")), **args)


def _name(item: Fault) -> str:
    """The setting that a fault of a setting names."""
    return str(dict(item.args).get("name", ""))
