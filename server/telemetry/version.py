"""Which version of the service this is."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, metadata

PACKAGE = "linkage-policy"


@lru_cache
def version() -> str:
    """The version that is installed; "unknown" where the code runs from a folder that nobody installed."""
    try:
        return metadata(PACKAGE)["Version"]
    except PackageNotFoundError:
        return "unknown"
