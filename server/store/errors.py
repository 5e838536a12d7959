"""What the database did not do, as one exception with a code of docs/faults.md."""

from __future__ import annotations


class StoreError(Exception):
    """The database did not do what was asked, and left nothing half done. ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotKept(StoreError):
    """The same of the register: what was sent is not recorded, or cannot be read."""
