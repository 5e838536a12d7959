"""The handlers of VocabularyService: every code, by kind, by a word. What goes wrong is ``guard``'s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from linkage.v1 import vocabulary_service_pb2 as api
from linkage.v1 import vocabulary_service_pb2_grpc as stubs
from policy.facts.reading import FactsError, Violation
from policy.pack.search import MAX_QUERY, folded
from policy.pack.vocabulary import SECTIONS
from server.api.guard import Guard
from server.convert.catalogue import Catalogue, Key
from server.convert.paging import PageRequest, paged
from server.convert.requests import check_plain, unknown_district
from server.decisions.active import ActiveRules
from server.decisions.fairness import Fairness
from server.settings.limits import Limits

Context = Any

_PLACES = {kind: place for place, kind in enumerate(SECTIONS)}


class VocabularyService:
    """VocabularyService over the active rules."""

    def __init__(self, rules: ActiveRules, guard: Guard, limits: Limits, fairness: Fairness) -> None:
        self._rules = rules
        self._guard = guard
        self._limits = limits
        self._fairness = fairness

    @property
    def _catalogue(self) -> Catalogue:
        return self._rules.current.catalogue

    async def ListCodeKinds(
        self, request: api.ListCodeKindsRequest, context: Context
    ) -> api.ListCodeKindsResponse:
        """The kinds of codes."""
        with self._guard.call("ListCodeKinds", request.language) as call:
            check_plain(request)
            catalogue = self._catalogue
            return api.ListCodeKindsResponse(kinds=catalogue.kinds(), vocabulary_digest=catalogue.digest)
        return await call.abort(context)

    async def ListCodes(self, request: api.ListCodesRequest, context: Context) -> api.ListCodesResponse:
        """Codes of a kind, or all of them, in order."""
        with self._guard.call("ListCodes", request.language) as call:
            check_plain(request)
            _check_kind(request.kind)
            catalogue = self._catalogue
            keys = await self._fairness.beside(0, catalogue.keys, request.kind)
            page, token = paged(keys, _place, request, f"codes {request.kind}", self._limits.page_items)
            return api.ListCodesResponse(
                codes=_codes(catalogue, page),
                next_page_token=token,
                total_size=len(keys),
                vocabulary_digest=catalogue.digest,
            )
        return await call.abort(context)

    async def SearchCodes(self, request: api.SearchCodesRequest, context: Context) -> api.SearchCodesResponse:
        """Codes that fit a word, the nearest first."""
        with self._guard.call("SearchCodes", request.language) as call:
            check_plain(request)
            _check_query(request.query)
            _check_kind(request.kind)
            snapshot = self._rules.current.snapshot
            if request.district and request.district not in snapshot.districts:
                raise FactsError((unknown_district("district", request.district, snapshot),))
            catalogue = self._catalogue
            keys = await self._fairness.beside(
                0, catalogue.found, request.query, request.kind, request.district
            )
            of = f"search {request.kind} {request.district} {folded(request.query)}"
            page, token = _ranked(keys, request, of, self._limits.page_items)
            return api.SearchCodesResponse(
                codes=_codes(catalogue, page), next_page_token=token, total_size=len(keys)
            )
        return await call.abort(context)

    async def GetCode(self, request: api.GetCodeRequest, context: Context) -> api.GetCodeResponse:
        """One code."""
        with self._guard.call("GetCode", request.language) as call:
            check_plain(request)
            wanted = (("kind", request.kind), ("code", request.code))
            if missing := [
                Violation(name, "LNK801", (("field", name),)) for name, text in wanted if not text
            ]:
                raise FactsError(missing)
            _check_kind(request.kind)
            catalogue = self._catalogue
            found = catalogue.get(Key(request.kind, request.code))
            if found is None:
                known = tuple(key.code for key in catalogue.keys(request.kind))
                args = (("kind", request.kind), ("name", request.code[:64]))
                raise FactsError((Violation("code", "LNK318", args, known),))
            return api.GetCodeResponse(code=found)
        return await call.abort(context)


def _check_kind(kind: str) -> None:
    if kind and kind not in SECTIONS:
        raise FactsError((Violation("kind", "LNK317", (("name", kind[:64]),), tuple(SECTIONS)),))


def _check_query(query: str) -> None:
    if not folded(query[: MAX_QUERY + 1]) or len(query) > MAX_QUERY:
        raise FactsError((Violation("query", "LNK869", (("limit", str(MAX_QUERY)),)),))


def _place(key: Key) -> tuple[int, str]:
    return _PLACES[key.kind], key.code


def _ranked(keys: Sequence[Key], request: PageRequest, of: str, most: int) -> tuple[list[Key], str]:
    """A page of what has been found, by its place there."""
    page, token = paged(list(enumerate(keys)), lambda found: (found[0],), request, of, most)
    return [key for _, key in page], token


def _codes(catalogue: Catalogue, keys: Sequence[Key]) -> list[api.VocabularyCode]:
    return [code for key in keys if (code := catalogue.get(key)) is not None]


def add_to(server: Any, service: VocabularyService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_VocabularyServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.VocabularyService"
