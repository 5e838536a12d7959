"""What the service takes at most. docs/limits.md is made from this table; a test keeps it so."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from policy.decide.run import MAX_ROUNDS
from policy.engines.compiled import MAX_HITS
from policy.facts.reading import MAX_ELEMENTS, MAX_TEXT, MAX_TEXTS, MAX_VIOLATIONS
from policy.pack.read_pack import MAX_UNITS
from policy.pack.search import MAX_QUERY
from policy.program.cost import DECISION_STEPS, LOADED_STEPS, RULE_STEPS
from policy.program.strata import MAX_STRATA
from policy.program.typer import MAX_TERM_LEVELS
from policy.text.source import MAX_FILE_BYTES, MAX_FILES, MAX_TOTAL_BYTES, MAX_YAML_DEPTH, MAX_YAML_NODES

KIB = 1024
MIB = 1024 * 1024

MAX_VALUES = 50_000
"""Most values in one request, or one item of a batch or stream: fields, and elements of lists, of every
message in it. A case of 1,000 elements with every field stated has fewer."""
MAX_NAMED = 1000
"""Most districts or rules that one request names."""
MAX_PATHS = 200
"""Most paths of one read_mask."""
MAX_BOARD_ROWS = 2_000
"""Most rows of a board: units are as many as the texts by which cases name them."""
MAX_SUGGESTED = 5
"""Most different codes of one request for which the nearest one is looked for: each takes a millisecond."""


def bounded(default: int | float, low: float, high: float, says: str) -> Any:
    """A field with its default, its smallest and largest value, and what it is."""
    return field(default=default, metadata={"low": low, "high": high, "says": says})


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of calls; each is a setting ``limits.NAME``."""

    request_bytes: int = bounded(4 * MIB, 1 * KIB, 64 * MIB, "largest message of a request, in bytes")
    response_bytes: int = bounded(
        64 * MIB, 64 * KIB, 512 * MIB, "largest message of an answer that a request may ask for, in bytes"
    )
    default_response_bytes: int = bounded(
        4 * MIB, 64 * KIB, 512 * MIB, "largest message of an answer where the request says nothing, in bytes"
    )
    batch_items: int = bounded(200, 1, 10_000, "cases in one BatchEvaluate")
    stream_window: int = bounded(64, 1, 1_000, "answers of one EvaluateStream in the making")
    assessed_cases: int = bounded(20_000, 1, 1_000_000, "cases of one assessment")
    page_items: int = bounded(
        200, 1, 10_000, "packs or codes on one page; a larger page_size gives this many"
    )
    concurrent_calls: int = bounded(1_000, 1, 100_000, "calls at once; further ones get RESOURCE_EXHAUSTED")
    connection_calls: int = bounded(200, 1, 10_000, "calls at once on one connection; further ones wait")
    caller_calls_per_second: float = bounded(
        500.0, 0.1, 1_000_000, "calls of one caller in a second, in each process; a case of a batch is a call"
    )
    caller_burst: int = bounded(1_000, 1, 1_000_000, "calls of one caller that may come at once")
    caller_calls_at_once: int = bounded(100, 1, 100_000, "calls of one caller that run at once")
    waiting_bytes: int = bounded(
        64 * MIB,
        1 * MIB,
        4_096 * MIB,
        "bytes of large requests that wait for their turn; then RESOURCE_EXHAUSTED",
    )
    peer_share: float = bounded(
        0.8,
        0.01,
        1.0,
        "share of `concurrent_calls`, and of the places of health, for one client's address",
    )
    peer_failures: int = bounded(
        20, 1, 1_000_000, "refused credentials of one address in a minute; then no new ones are looked at"
    )
    message_seconds: float = bounded(
        10.0, 0.1, 3_600.0, "time for the message of a call to come, after its headers"
    )
    stream_idle_seconds: float = bounded(
        300.0, 0.1, 86_400.0, "time in which a stream may neither send a message nor take an answer"
    )
    watches: int = bounded(
        200, 1, 100_000, "watches of obligations at once; further ones get RESOURCE_EXHAUSTED"
    )
    keepalive_seconds: float = bounded(60.0, 1.0, 7_200.0, "idle time after which a connection is pinged")
    connection_seconds: float = bounded(
        600.0, 1.0, 86_400.0, "age at which clients are asked to connect anew (calls under way go on)"
    )
    http_connections: int = bounded(
        1_000, 1, 100_000, "connections of HTTP at once; the one that has waited longest makes room"
    )
    http_head_seconds: float = bounded(
        10.0, 0.1, 600.0, "time for the headers of a request over HTTP, and for a TLS handshake"
    )
    http_idle_seconds: float = bounded(
        75.0, 1.0, 3_600.0, "idle time after which a connection of HTTP is closed"
    )


def share_of(limits: Limits, places: int) -> int:
    """The places that one peer or caller has of so many: one at least."""
    return max(1, int(limits.peer_share * places))


#: Limits that are no settings: they keep a single case or pack from hanging the service.
FIXED: tuple[tuple[str, str, int], ...] = (
    ("case_elements", "elements of a case, all lists together", MAX_ELEMENTS),
    ("list_texts", "codes or ids in one list of an element", MAX_TEXTS),
    ("text_characters", "characters in one text of a case", MAX_TEXT),
    ("request_values", "values in one request, or one item of a batch or stream", MAX_VALUES),
    ("named", "districts or rules that one request names", MAX_NAMED),
    ("mask_paths", "paths of one read_mask", MAX_PATHS),
    ("query_characters", "characters of a word that codes are looked for by", MAX_QUERY),
    ("board_rows", "rows of a board", MAX_BOARD_ROWS),
    ("violations", "violations of one request that are listed", MAX_VIOLATIONS),
    ("suggestions", "codes of one request for which a similar one is looked for", MAX_SUGGESTED),
    ("obligations", "obligations of one decision", MAX_HITS),
    (
        "rule_steps",
        "steps of one rule on a case: combinations and elements it looks at, 32 parts of a condition each",
        RULE_STEPS,
    ),
    ("decision_steps", "steps of all rules of one decision", DECISION_STEPS),
    (
        "loaded_steps",
        "steps of one rule on a case of 30 elements in each list, for its pack to be loaded",
        LOADED_STEPS,
    ),
    ("breach_rounds", "breaches that follow from breaches, in a row", MAX_ROUNDS),
    ("term_levels", "terms that use one another, in a row", MAX_TERM_LEVELS),
    ("deemed_levels", "deemed facts that rest on one another, in a row", MAX_STRATA),
    ("units", "units that a pack lists for one body", MAX_UNITS),
    ("file_bytes", "bytes in one file of the rules", MAX_FILE_BYTES),
    ("files", "files of the rules", MAX_FILES),
    ("total_bytes", "bytes in all files of the rules", MAX_TOTAL_BYTES),
    ("yaml_depth", "depth of a YAML file", MAX_YAML_DEPTH),
    ("yaml_nodes", "nodes of a YAML file", MAX_YAML_NODES),
)
"""Name, what it is, and the limit; GetServerInfo tells them, too."""

_HEAD = """\
# Limits

What is larger gets a coded error and no partial work. The first table's limits are settings (`limits.NAME`
in the settings file, `LINKAGE_LIMITS_NAME` in the environment, `--set limits.NAME=…`); the second's are
fixed. This page is made from `server/settings/limits.py` by `python -m server.api.pages`; a test keeps it so.

A client's own limit on messages it receives is 4 MiB unless it sets `grpc.max_receive_message_length`, and so
no answer is larger unless its request says how much the client receives (`max_response_bytes`). Whole answers
of 16 KB fill 4 MiB with 260 cases, brief ones (`DECISION_VIEW_BASIC`) with 2,000. Once the answer to a batch
is full, the cases that are left are not decided: each has an error with the reason `RESPONSE_FULL` in its
place. A single answer that is too large is refused with `RESPONSE_TOO_LARGE`.

Details of errors travel in trailers, which clients limit to 8 KiB: an error lists as many violations as fit
in 4 KiB, and says how many there are.

Limits of a caller hold for configured callers ([security.md](security.md)), each of whom may have others of
its own; what is beyond them gets `RESOURCE_EXHAUSTED` with the reason `CALLER_LIMIT` and, in `RetryInfo`,
when to come back. A stream beyond its rate is slowed down instead.
"""


def limits_page() -> str:
    """The whole page as Markdown."""
    lines = [_HEAD, "| setting | default | from | to | what |", "|---|---:|---:|---:|---|"]
    for item in fields(Limits):
        low, high = item.metadata["low"], item.metadata["high"]
        lines.append(
            f"| `{item.name}` | {item.default:,.10g} | {low:,.10g} | {high:,.10g} | {item.metadata['says']} |"
        )
    lines += ["", "| fixed | limit | what |", "|---|---:|---|"]
    lines += [f"| `{name}` | {limit:,} | {says} |" for name, says, limit in FIXED]
    return "\n".join(lines) + "\n"
