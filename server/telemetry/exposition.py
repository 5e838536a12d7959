"""The figures as text for Prometheus: of this process, or of all that serve together.

Beside what is counted stand facts of the moment: which rules serve, what runs, what each process takes.
"""

from __future__ import annotations

import asyncio
import os
import platform
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from policy.decide.decision import ENGINE_VERSION
from server.telemetry import figures
from server.telemetry.figures import READY
from server.telemetry.helpers import helpers
from server.telemetry.served import PUBLISHED, SERVED
from server.telemetry.version import version

SUPERVISOR = "supervisor"
"""The name of the process that reads the figures of all."""

BUILD, RULES, PACKS = "linkage_build_info", "linkage_rules_info", "linkage_pack_info"
BUNDLE = "linkage_bundle_info"
ABOUT = (
    (BUILD, ("version", "engine_version", "python"), "Versions of the service, its engine and Python; 1."),
    (RULES, ("digest",), "The digest of the rules that serve; 1."),
    (PACKS, ("district", "pack_version"), "The packs of these rules; 1."),
    (BUNDLE, ("digest",), "The digest of the bundle that serves, where one was published; 1."),
)
"""Facts of the moment, whose labels are what they tell."""

_ATTEMPTS = 3
"""How often files are read that another process may just be making."""


class Exposition:
    """What is read of the service. ``pids``: its processes by name, None where there is this one alone."""

    def __init__(
        self, folder: Path | None = None, pids: Callable[[], Mapping[str, int]] | None = None
    ) -> None:
        self._folder = folder
        self._pids = pids

    async def page(self, accept: str = "") -> tuple[bytes, str]:
        """The text, and its media type, in the form that the scraper accepts.

        Gauges are set on the loop, whose queues they tell of; the rest takes milliseconds, beside it.
        """
        figures.sample()
        return await asyncio.to_thread(self._encoded, accept)

    def _encoded(self, accept: str) -> tuple[bytes, str]:
        registry = CollectorRegistry()
        for collector in (_Gathered(self.families()), _About(), _Processes(self._pids)):
            registry.register(collector)
        encode, media_type = choose_encoder(accept)
        return encode(registry), media_type

    def families(self) -> Iterable[Metric]:
        """The figures that were recorded, of every process."""
        if self._folder is None:
            return list(figures.REGISTRY.collect())
        collector: Any = MultiProcessCollector
        for attempt in range(_ATTEMPTS):
            try:
                return list(collector(None, str(self._folder)).collect())
            except (OSError, RuntimeError, ValueError, struct.error):
                if attempt == _ATTEMPTS - 1:
                    raise
        return []

    def parts(self) -> dict[str, dict[str, bool]]:
        """Which parts are ready, in each process that lives."""
        found: dict[str, dict[str, bool]] = {}
        for family in self.families():
            for sample in family.samples if family.name == READY.name else ():
                process = found.setdefault(sample.labels.get("pid", ""), {})
                process[sample.labels["part"]] = bool(sample.value)
        return found


def forget(folder: Path, process: str) -> None:
    """That process is gone: what it had is no more; what it counted stays."""
    mark: Any = mark_process_dead
    mark(process, str(folder))


class _Gathered(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


class _About(Collector):
    def collect(self) -> Iterable[Metric]:
        values: Mapping[str, Iterable[Sequence[str]]] = {
            BUILD: [(version(), ENGINE_VERSION, platform.python_version())],
            RULES: [(SERVED.digest,)] if SERVED.digest else [],
            PACKS: SERVED.packs,
            BUNDLE: [(PUBLISHED.bundle,)] if PUBLISHED.bundle else [],
        }
        for name, labels, says in ABOUT:
            family = GaugeMetricFamily(name, says, labels=labels)
            for each in values[name]:
                family.add_metric(each, 1)
            yield family


class _Processes(Collector):
    """``process_*`` of each process; those beside the first of a service have a label ``process``."""

    def __init__(self, pids: Callable[[], Mapping[str, int]] | None) -> None:
        self._pids = pids

    def collect(self) -> Iterable[Metric]:
        merged: dict[str, Metric] = {}
        own = {"": os.getpid()} if self._pids is None else self._pids()
        for name, pid in (*own.items(), *helpers(own)):
            for family in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
                into = merged.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    labels = sample.labels | ({"process": name} if name else {})
                    into.add_sample(sample.name, labels, sample.value)
        return merged.values()
