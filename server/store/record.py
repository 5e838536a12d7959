"""One logged decision: what was asked, under which rules, and what came out."""

from __future__ import annotations

from typing import NamedTuple


class Call(NamedTuple):
    """A call that may be repeated: the digest of its caller and key, and that of what it asks."""

    id: str
    request: str


class Made(NamedTuple):
    """What is kept of a decision, wherever it was made: codes, ids and digests, no object of the rules.

    ``as_of`` is in nanoseconds since 1970 UTC, ``outcome`` the canonical form, ``digest`` its sha256;
    ``rules`` and ``bodies`` are the codes of those that have an obligation, sorted, a space between them.
    ``obligations`` and ``undetermined`` count; ``errors`` are the codes of rules that failed, one for each.
    """

    district: str
    case: str
    as_of: int
    outcome: bytes
    digest: str
    facts_digest: str
    rules: str
    bodies: str
    obligations: int
    undetermined: int
    errors: tuple[str, ...]


class LoggedDecision(NamedTuple):
    """A row of the log. Moments are nanoseconds since 1970 UTC.

    ``facts`` is the ``linkage.v1.Case`` in deterministic serialisation; ``snapshot`` the digest of the
    rules, which the archive keeps; ``outcome`` the decision in canonical form, and ``digest`` its sha256.
    ``caller`` and ``request_id`` say who asked, in which call; empty in rows from before callers were known.
    ``rules`` and ``bodies`` are the codes of those that have an obligation, sorted, a space between them.
    ``bundle`` is the digest of the published bundle that the rules are of, None where they are of a folder.
    ``erased``: its key was destroyed, and ``facts`` and ``outcome`` are empty.
    """

    id: str
    received_at: int
    district: str
    case_id: str
    as_of: int
    facts: bytes
    snapshot: str
    outcome: bytes
    digest: str
    caller: str = ""
    request_id: str = ""
    rules: str = ""
    bodies: str = ""
    bundle: str | None = None
    erased: bool = False
    call: Call | None = None
