"""Keeps a test that configures logging from changing it for the others."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def restored_logging() -> Iterator[None]:
    """Handlers and levels are put back at the end."""
    root, ours = logging.getLogger(), logging.getLogger("linkage")
    before = (root.handlers[:], root.level, ours.level)
    try:
        yield
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        ours.setLevel(before[2])
