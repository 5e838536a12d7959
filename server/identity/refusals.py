"""Why a call is not let in. ``server.convert.errors`` gives each its status, its reason and its words."""

from __future__ import annotations

from enum import StrEnum


class Why(StrEnum):
    """Why credentials were refused, for the log; callers are not told, save that a token has expired."""

    NONE = "no_credentials"
    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    SIGNATURE = "signature"
    KEY = "unknown_key"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET = "not_yet_valid"
    CLAIMS = "claims"
    TYPE = "type"
    REVOKED = "revoked"
    UNKNOWN = "unknown_caller"


class Unauthenticated(Exception):
    """The call brings no credentials, or none that are good."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class Counted(Exception):
    """The call is one too many. ``limit``: of what; ``seconds``: when to come back.

    Whoever sends many such calls has no line of the log for each: they are counted.
    """

    def __init__(self, limit: str, seconds: float) -> None:
        super().__init__(limit)
        self.limit = limit
        self.seconds = seconds


class Crowded(Counted):
    """So many calls are answered, in all or of this peer, that no more is taken."""


class TooManyFailures(Counted):
    """Credentials of this peer were refused so often that no more is looked at for a while."""

    def __init__(self, seconds: float) -> None:
        super().__init__("peer_failures", seconds)


class Late(Exception):
    """Nothing of the call moved for so many ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Denied(Exception):
    """The caller is known and may not make this call: anywhere, or on this district."""

    def __init__(self, call: str, district: str = "") -> None:
        super().__init__(call)
        self.call = call
        self.district = district


class OverLimit(Exception):
    """The caller has had what it may have. ``limit``: of what; ``seconds``: for how long (0: for good)."""

    def __init__(self, limit: str, seconds: float) -> None:
        super().__init__(limit)
        self.limit = limit
        self.seconds = seconds


def reason_of(error: Exception) -> str:
    """Why a call was not let in, as a word of a closed set; "" for any other error."""
    if isinstance(error, Unauthenticated):
        return error.why.value
    if isinstance(error, OverLimit | Counted):
        return error.limit
    return "denied" if isinstance(error, Denied) else ""


class Busy(Exception):
    """So many large requests wait for a thread that no more is taken."""
