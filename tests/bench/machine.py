"""What a measurement was made on and with: never the host's name or a path."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "zen-engine",
    "clipspy",
    "durable-rules",
    "regopy",
    "cel-expr-python",
    "pyarrow",
    "protobuf",
    "grpcio",
    "uvloop",
)
DAY, LOAD = "day", "load before"
VARYING = {DAY, LOAD}
"""What differs from run to run on the same machine."""


def machine_facts() -> dict[str, str]:
    """Facts by name, in the order they are shown; packages that are not installed are left out."""
    facts = {
        DAY: datetime.now(UTC).date().isoformat(),
        LOAD: f"{os.getloadavg()[0]:.1f}",
        "processor": _processor(),
        "cores": str(os.cpu_count() or 1),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    return facts | {name: found for name in PACKAGES if (found := _version(name))}


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
