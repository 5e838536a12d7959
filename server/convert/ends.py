"""What a call can end with beside an answer and a fault of its facts; ``errors`` has the words of each."""

from __future__ import annotations


class Unrepeatable(Exception):
    """A repeated call was logged, and its decision cannot be given again.

    It was erased or removed, or another version of the engine made it.
    """


class NoAnswer(Exception):
    """What decides gave no answer; another time it may."""


class OutOfTime(Exception):
    """The call's deadline left no time for this item."""


class ResponseTooLarge(Exception):
    """An answer of ``size`` bytes, to a request that takes ``limit`` of at most ``most``."""

    def __init__(self, size: int, limit: int, most: int) -> None:
        super().__init__()
        self.size = size
        self.limit = limit
        self.most = most


class ResponseFull(Exception):
    """The answer to a batch has no room for this item: it takes ``limit`` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
