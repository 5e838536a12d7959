"""Why a whole bulk job cannot go on. What is wrong with single rows never gets here."""

from __future__ import annotations

from collections.abc import Mapping

from policy.text.diagnostics import Words


class BulkError(Exception):
    """A code of the catalog and the arguments of its message. It passes between processes."""

    def __init__(self, code: str, args: Mapping[str, str | Words] | None = None) -> None:
        super().__init__(code, args)
        self.code = code
        self.details = dict(args or {})
