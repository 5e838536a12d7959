"""Calls that are repeated: the same key and the same request get the decision that was logged the first time.

    caller, key --> the logged decision --rules of the time--> decided again == as logged --> the same answer

Only what was logged counts: an answer that never became durable was never given, and the call is made anew.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from linkage.v1 import facts_pb2
from linkage.v1 import policy_service_pb2 as api
from policy.decide import decide
from policy.decide.decision import Decision
from policy.decide.snapshot import District
from policy.facts.reading import FactsError, Violation
from policy.text.diagnostics import PackError
from server.convert.errors import Unrepeatable
from server.decisions.active import Active, ActiveRules, load_texts
from server.decisions.fairness import Fairness
from server.store.decisions import DecisionStore
from server.store.record import Call

LONGEST_KEY = 128
_KEY = re.compile(f"[!-~]{{1,{LONGEST_KEY}}}")
_KEPT = 2
"""Rules of former times kept in memory: who repeats calls does so soon."""


class Again(NamedTuple):
    """A logged decision made again."""

    active: Active
    district: District
    decision: Decision


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
    """Finds what was logged for a call, and decides it again under the rules of the time."""

    def __init__(self, store: DecisionStore, rules: ActiveRules, sources: Path, fairness: Fairness) -> None:
        self._store = store
        self._rules = rules
        self._sources = sources
        self._fairness = fairness
        self._kept: OrderedDict[str, Active] = OrderedDict()

    async def logged(self, call: Call) -> str | None:
        """The id of the decision that answered the call, if one did.

        Raises ``FactsError`` (LNK897) where the key was used for another request, ``StoreError``.
        """
        found = await self._store.call(call.id)
        if found is None:
            return None
        identity, request = found
        if request != call.request:
            raise FactsError((Violation("idempotency_key", "LNK897"),))
        return identity

    async def again(self, identity: str) -> Again:
        """The logged decision. Raises ``Unrepeatable``, ``Busy`` and ``StoreError``."""
        record = await self._store.get(identity)
        if record is None or hashlib.sha256(record.outcome).hexdigest() != record.digest:
            raise Unrepeatable  # removed; erased, or damaged
        active = await self._active(record.snapshot)
        district = active.snapshot.districts[record.district]
        case = facts_pb2.Case.FromString(record.facts)
        size = len(record.facts)
        decision = await self._fairness.beside(size, decide, district, case, record.as_of)
        if decision.canonical_bytes != record.outcome:
            raise Unrepeatable
        return Again(active, district, decision)

    async def _active(self, digest: str) -> Active:
        """The rules of this digest: those that serve, else out of the archive."""
        if digest == self._rules.current.snapshot.digest:
            return self._rules.current
        found = self._kept.get(digest)
        if found is None:
            files = await self._store.archive.files_of(digest)
            try:
                found = await self._fairness.beside(0, load_texts, files, self._sources)
            except PackError as error:  # this version of the engine does not take them any more
                raise Unrepeatable from error
            self._kept[digest] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found
