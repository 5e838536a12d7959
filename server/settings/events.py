"""The events of the log, by name: stable, for whoever searches and alerts. docs/operations.md has this table.

A line has ``time`` (UTC), ``level``, ``event`` and the fields below; ``worker`` where there are several; of
a call, on every line that it brings about, ``request_id``, ``caller``, ``by`` (how the caller was told),
``peer``, and ``trace_id`` where it has a trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EVENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "call": (
            "info, warning",
            "a call has ended: method, districts, code, ms, items, failed_items; where it failed, reason, "
            "fault codes (faults), why credentials were refused; with `calls: failures` those alone",
        ),
        "calls_refused": (
            "warning",
            "refusals that have no line of their own: reason, how many in so many seconds, from how many "
            "addresses, one of them (peer)",
        ),
        "http_refused": ("info", "what is no call came over HTTP: reason, status"),
        "serving": ("info", "calls are taken: address, log, tls, identity; workers where there are several"),
        "http": ("info", "the address for HTTP: address, tls"),
        "http_taken": ("warning", "HTTP's usual address is taken, another one is used: address"),
        "operations": ("info", "the address for figures and probes: address"),
        "operations_taken": ("warning", "the usual address is taken, another one is used: address"),
        "operations_reachable": ("warning", "others reach the figures: address"),
        "draining": ("info", "the service has been told to stop: grace_seconds"),
        "stopped": ("info", "all calls have ended"),
        "stop_overdue": ("error", "LNK999: the process ends without having stopped in time"),
        "unknown_variable": ("warning", "LNK952: name of a variable that is no setting, what was meant"),
        "insecure": ("error", "LNK945: the address, which others reach, and what is missing (tls, identity)"),
        "engine": ("info", "what decides: engine, and the setting that says so"),
        "native_core": ("info", "the native core has the rules: districts that it decides"),
        "native_unusable": ("warning", "LNK613: the core that is installed was built for another version"),
        "native_failed": (
            "error",
            "LNK616: the core failed over a case, which compiled decided: district, place of the error",
        ),
        "slow_engine": ("warning", "an engine that is there to check the first decides: engine"),
        "rules_loaded": ("info", "rules serve: digest, districts, warnings"),
        "draft_left_out": (
            "info",
            "LNK241: a draft does not serve: its folder, and the district that it is of",
        ),
        "rules_refused": ("error", "new rules do not: fault codes, number of faults, digest still_serving"),
        "publication": ("info", "a publication serves: bundle (digest), number, who signed it (signed)"),
        "publication_reached": ("info", "the repository is well again"),
        "publication_refused": (
            "warning, error",
            "nothing is taken of the repository, and what serves goes on: the fault code, LNK472 (expired) "
            "and LNK473 (away) as warnings; which file, and why",
        ),
        "publication_not_kept": ("error", "LNK908: a restart would not begin with it: number"),
        "workers_switched": ("info", "new rules serve in all workers: digest, workers"),
        "worker_ended": ("error", "LNK996: worker, pid, exit code, seconds until it is started again"),
        "worker_restarted": ("info", "worker"),
        "worker_killed": ("error", "it did not answer: worker, pid"),
        "worker_failed": ("error", "it did not start: worker, pid, exit code; fault code"),
        "work_failed": (
            "error",
            "a job beside the loop failed as nobody expects: type and place of the error",
        ),
        "work_process_died": ("warning", "the process for them ended: exit code; another is started"),
        "register_behind": (
            "warning",
            "cases of the register could not be brought up to now, and will be tried again: code, type and "
            "place of the error",
        ),
        "register_stuck": (
            "error",
            "a case of the register that today's rules cannot derive is put aside: district, fault code",
        ),
        "register_clock": (
            "error",
            "this machine's clock is far ahead of the database's: time stands still for the register until "
            "it is right: code, by how many seconds",
        ),
        "register_rules_wait": (
            "warning",
            "rules would change open obligations and wait for their adoption: district, cases, digest, "
            "engine",
        ),
        "register_sealed": (
            "info",
            "entries of former releases were closed under keys of their cases: cases",
        ),
        "notices_behind": (
            "warning",
            "changes could not be read, or notices not sent; tried again: code, type and place of the error",
        ),
        "notice_dead": (
            "error",
            "a notice was given up: subscription, district, position, attempts, why; `linkage notices "
            "replay` sends it anew",
        ),
        "receiver_gone": (
            "error",
            "a receiver says that it is gone (410): subscription, why; nothing is sent to it any more",
        ),
        "subscriptions_changed": ("info", "the file of subscriptions, or a secret, was taken up: files"),
        "subscriptions_refused": ("error", "it cannot be used, the last one goes on: files, fault codes"),
        "database_gone": ("error", "fault code; no call is answered until it is there again"),
        "database_there": ("warning", "it is"),
        "database_tightened": ("warning", "LNK863: file, and the mode with which others could read it"),
        "database_readable": ("warning", "LNK864: file, and the mode with which others can read it"),
        "decision_log_write_failed": ("error", "fault code, records, type and place of the error"),
        "decision_log_lost": (
            "error",
            "records answered and never written (log.acknowledge: false)",
        ),
        "log_imported": ("info", "records from before proofs that were given their leaves"),
        "identity_changed": ("info", "files of TLS, callers or API keys taken up"),
        "identity_refused": ("error", "files that cannot be used, left out: fault codes"),
        "key_set_read": ("info", "issuer, number of keys"),
        "key_set_refused": ("error", "LNK937: issuer"),
        "right_of_nothing": (
            "warning",
            "LNK990, of a subscription LNK069: caller, name of no district or body, what was meant",
        ),
        "certificate_expires": ("warning", "LNK946: file, days, end"),
        "authority_expires": ("warning", "LNK993: file, days, end"),
        "key_file_readable": ("warning", "LNK940: file"),
        "file_writable": ("warning", "LNK969: file"),
        "shadow_started": ("info", "engine, share"),
        "shadow": ("info", "sampled, agreed, disagreed, dropped, failed so far"),
        "shadow_stopped": ("info", "the same at the end"),
        "shadow_disagreed": (
            "error",
            "LNK913: digests of both decisions, packs, rules that differ",
        ),
        "shadow_failed": ("warning", "LNK914: engine, type and place of the error"),
        "connection_lost": ("warning", "a connection over HTTP could not be taken up: error"),
        "other_grpcio": ("warning", "a version of grpcio that the service was not written for: version"),
        "unexpected_error": ("error", "what, and of the error its type and place; never its text"),
        "library": (
            "any",
            "a message of another library, gRPC's core too: its template or first words, without the values; "
            "logger, and its place in the source",
        ),
    }
)
"""Name -> level, and what the line says."""
