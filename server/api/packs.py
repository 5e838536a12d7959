"""The calls of PolicyService about packs: which there are, what is in them, what they read of a case."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct

from linkage.v1 import policy_service_pb2 as api
from policy.decide.snapshot import District, Snapshot
from policy.facts.json_schema import case_schema
from policy.facts.reading import FactsError, Violation
from policy.program.program import PackProgram
from server.api.guard import Guard
from server.convert.pack_facts import pack_facts
from server.convert.packs import pack_message, pack_summary
from server.convert.paging import Key, paged
from server.convert.requests import Clock, check_plain, language_of, unknown_district
from server.decisions.active import ActiveRules
from server.decisions.fairness import Fairness
from server.settings.limits import Limits

Context = Any
"""``grpc.aio.ServicerContext``; the generated base class names a mixture that only type checkers know."""


class PackCalls:
    """The calls about packs."""

    def __init__(
        self, rules: ActiveRules, guard: Guard, limits: Limits, clock: Clock, fairness: Fairness
    ) -> None:
        self._rules = rules
        self._guard = guard
        self._limits = limits
        self._clock = clock
        self._fairness = fairness

    async def ListPacks(self, request: api.ListPacksRequest, context: Context) -> api.ListPacksResponse:
        """Lists the active packs by district and first day in force."""
        with self._guard.call("ListPacks", request.language) as call:
            active = self._rules.current
            snapshot = active.snapshot
            check_plain(request)
            if request.district:
                call.view(request.district, snapshot.districts)
                _district(snapshot, request.district)
            wanted = [request.district] if request.district else call.districts(snapshot.districts)
            found = [(d, program) for d in map(snapshot.districts.get, wanted) if d for program in d.programs]
            page, token = paged(sorted(found, key=_place), _place, request, request.district, self._most)
            response = api.ListPacksResponse(snapshot_digest=snapshot.digest, next_page_token=token)
            for district, program in page:
                words = active.answers(district, language_of(request.language)).words
                response.packs.append(pack_summary(words, program))
            return response
        return await call.abort(context)

    async def GetPack(self, request: api.GetPackRequest, context: Context) -> api.GetPackResponse:
        """One pack for people to read; without a version, the one in force now."""
        with self._guard.call("GetPack", request.language) as call:
            check_plain(request)
            active = self._rules.current
            call.view(request.district, active.snapshot.districts)
            district, program = self._version(active.snapshot, request.district, request.version)
            words = active.answers(district, language_of(request.language)).words
            return await self._fairness.beside(0, pack_message, words, program)
        return await call.abort(context)

    async def GetPackFacts(
        self, request: api.GetPackFactsRequest, context: Context
    ) -> api.GetPackFactsResponse:
        """What one pack reads of a case; without a version, the one in force now."""
        with self._guard.call("GetPackFacts", request.language) as call:
            check_plain(request)
            active = self._rules.current
            call.view(request.district, active.snapshot.districts)
            district, program = self._version(active.snapshot, request.district, request.version)
            words = active.answers(district, language_of(request.language)).words
            return await self._fairness.beside(0, pack_facts, words, program)
        return await call.abort(context)

    async def GetCaseSchema(
        self, request: api.GetCaseSchemaRequest, context: Context
    ) -> api.GetCaseSchemaResponse:
        """The JSON Schema of a case of one district."""
        with self._guard.call("GetCaseSchema", request.language) as call:
            check_plain(request)
            snapshot = self._rules.current.snapshot
            call.view(request.district, snapshot.districts)
            district = _district(snapshot, request.district)
            return await self._fairness.beside(0, _schema, snapshot, district, request)
        return await call.abort(context)

    @property
    def _most(self) -> int:
        return self._limits.page_items

    def _version(self, snapshot: Snapshot, name: str, version: str) -> tuple[District, PackProgram]:
        """The version of that name, or the one in force now. Raises ``FactsError``."""
        district = _district(snapshot, name)
        if not version:
            program = district.in_force(self._clock())
            if program is None:
                raise FactsError((Violation("district", "LNK609", (("district", name),)),))
            return district, program
        versions = {program.pack.version: program for program in district.programs}
        if version not in versions:
            args = (("district", name), ("name", version[:64]))
            raise FactsError((Violation("version", "LNK608", args, tuple(sorted(versions))),))
        return district, versions[version]


def _place(found: tuple[District, PackProgram]) -> Key:
    district, program = found
    return district.code, program.since, program.pack.version


def _district(snapshot: Snapshot, name: str) -> District:
    """The district of that code. Raises ``FactsError``."""
    if not name:
        raise FactsError((Violation("district", "LNK801", (("field", "district"),)),))
    if name not in snapshot.districts:
        raise FactsError((unknown_district("district", name, snapshot),))
    return snapshot.districts[name]


def _schema(
    snapshot: Snapshot, district: District, request: api.GetCaseSchemaRequest
) -> api.GetCaseSchemaResponse:
    declared = {name: own for program in district.programs for name, own in program.pack.attributes.items()}
    found = case_schema(
        district.code,
        district.vocabulary,
        declared,
        language_of(request.language),
        camel=request.lower_camel_case,
    )
    schema = json_format.ParseDict(found, Struct())
    return api.GetCaseSchemaResponse(schema=schema, snapshot_digest=snapshot.digest)
