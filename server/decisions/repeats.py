"""Calls that are repeated: the same key and the same request get the decision that was logged the first time.

    caller, key --> the logged decision --rules of the time--> decided again == as logged --> the same answer

Only what was logged counts: an answer that never became durable was never given, and the call is made anew.
"""

from __future__ import annotations

import hashlib
import re
from functools import partial
from pathlib import Path

from linkage.v1 import policy_service_pb2 as api
from policy.facts.reading import FactsError, Violation
from policy.text.diagnostics import PackError
from server.convert.ends import Unrepeatable
from server.decisions.active import ActiveRules, Rules
from server.decisions.apart import Apart
from server.decisions.fairness import Fairness
from server.decisions.work import Question
from server.store.decisions import DecisionStore
from server.store.record import Call

LONGEST_KEY = 128
_KEY = re.compile(f"[!-~]{{1,{LONGEST_KEY}}}")


def call_of(who: str, request: api.EvaluateRequest) -> Call | None:
    """The call, where it has a key. Raises ``FactsError`` (LNK898) for a key that is none."""
    key = request.idempotency_key
    if not key:
        return None
    if not _KEY.fullmatch(key):
        raise FactsError((Violation("idempotency_key", "LNK898", (("limit", str(LONGEST_KEY)),)),))
    asked = api.EvaluateRequest(case=request.case)
    if request.HasField("as_of"):
        asked.as_of.CopyFrom(request.as_of)
    digest = hashlib.sha256(asked.SerializeToString(deterministic=True)).hexdigest()
    return Call(hashlib.sha256(f"{who}\0{key}".encode()).hexdigest(), digest)


class Repeats:
    """Finds what was logged for a call, and has it decided again, apart, under the rules of the time."""

    def __init__(
        self, store: DecisionStore, rules: ActiveRules, sources: Path, fairness: Fairness, apart: Apart
    ) -> None:
        self._store = store
        self._rules = rules
        self._sources = sources
        self._fairness = fairness
        self._apart = apart

    async def answer(self, call: Call, asked: Question) -> bytes | None:
        """The answer of the decision that was logged for the call, as ``asked`` for now; None where none was.

        Raises ``FactsError`` (LNK897) where the key was used for another request, ``Unrepeatable``, ``Busy``,
        ``NoAnswer`` and ``StoreError``.
        """
        found = await self._store.call(call.id)
        if found is None:
            return None
        identity, request = found
        if request != call.request:
            raise FactsError((Violation("idempotency_key", "LNK897"),))
        record = await self._store.get(identity)
        if record is None or hashlib.sha256(record.outcome).hexdigest() != record.digest:
            raise Unrepeatable  # removed; erased, or damaged
        rules = await self._rules_of(record.snapshot, record.bundle or "")
        then = asked._replace(district=record.district, as_of=record.as_of)
        work = partial(self._apart.evaluate, rules, then, record.facts, identity)
        try:
            made, answer, _ = await self._fairness.apart(len(record.facts), work)
        except PackError as error:  # this version of the engine does not take them any more
            raise Unrepeatable from error
        if made.outcome != record.outcome:
            raise Unrepeatable
        return answer

    async def _rules_of(self, digest: str, bundle: str) -> Rules:
        """The rules of this digest: those that serve, else out of the archive."""
        current = self._rules.current
        if (digest, bundle) == (current.snapshot.digest, current.bundle):
            return current.rules
        files = await self._store.archive.files_of(digest)
        return Rules(f"{digest} {bundle}".strip(), files, sources=str(self._sources), bundle=bundle)
