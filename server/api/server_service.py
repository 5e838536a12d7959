"""The handler of ServerService: versions, digests, limits. What goes wrong is ``guard``'s."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, cast

from linkage.v1 import server_service_pb2 as api
from linkage.v1 import server_service_pb2_grpc as stubs
from policy.decide.decision import ENGINE_VERSION
from policy.review.wording import LANGUAGES
from server.api.guard import Guard
from server.convert.requests import Clock
from server.convert.words import set_moment
from server.decisions.active import ActiveRules
from server.decisions.deciding import chosen
from server.settings.config import Settings
from server.settings.limits import FIXED, Limits
from server.telemetry.served import PUBLISHED
from server.telemetry.version import version

Context = Any


class ServerService:
    """ServerService of a server with these settings; ``services`` are the full names of all of its own."""

    def __init__(
        self, rules: ActiveRules, settings: Settings, services: Sequence[str], guard: Guard, clock: Clock
    ) -> None:
        self._rules = rules
        self._settings = settings
        self._services = services
        self._guard = guard
        self._clock = clock

    async def GetServerInfo(
        self, _request: api.GetServerInfoRequest, context: Context
    ) -> api.GetServerInfoResponse:
        """What serves."""
        with self._guard.call("GetServerInfo", "") as call:
            active, settings = self._rules.current, self._settings
            snapshot = active.snapshot
            response = api.GetServerInfoResponse(
                version=version(),
                engine=chosen(settings.engine),
                engine_version=ENGINE_VERSION,
                snapshot_digest=snapshot.digest,
                vocabulary_digest=snapshot.vocabulary.digest,
                calendar_digest=snapshot.calendar.digest,
                calendar_years=snapshot.calendar.years,
                limits=list(_limits(settings.limits)),
                services=self._services,
                languages=LANGUAGES,
                logged=settings.log.enabled,
                bundle=active.bundle,
                publication=active.publication,
                repository_fault=PUBLISHED.code,
            )
            set_moment(response.time, self._clock())
            return response
        return await call.abort(context)


def _limits(limits: Limits) -> Iterator[api.Limit]:
    for item in fields(limits):
        yield api.Limit(name=item.name, value=getattr(limits, item.name), description=item.metadata["says"])
    for name, says, value in FIXED:
        yield api.Limit(name=name, value=value, description=says)


def add_to(server: Any, service: ServerService) -> str:
    """Registers the service with a ``SafeServer``; its full name."""
    stubs.add_ServerServiceServicer_to_server(cast(Any, service), server)
    return "linkage.v1.ServerService"
