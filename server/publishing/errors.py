"""What is refused of bundles, keys and repositories: a code of the catalog with its arguments."""

from __future__ import annotations

from policy.text.messages import Words


class PublishingError(Exception):
    """Something that is not published, or not taken: ``code`` says why, ``details`` fill its message."""

    def __init__(self, code: str, suggestion: str = "", **details: str | Words) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion
        self.details = details
