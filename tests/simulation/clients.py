"""What courts and departments do in the simulated world: they open, record, correct, act, and ask again.

A client that gets no answer, or one that says that nothing is kept, sends the same again, to whichever
process is there; some send everything twice. What it was told at last is compared with what is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import Any

from linkage.v1 import case_service_pb2 as api
from linkage.v1 import facts_pb2, register_pb2
from policy.facts.reading import FactsError
from policy.time.moment import NANO
from server.api.case_requests import entries_of
from server.identity.rights import EVERYTHING
from server.register import acts
from server.register.acts import Asked
from server.register.book import OPENING, Register
from server.register.sent import Outcome
from server.store.errors import NotKept
from tests.simulation.committed import Committed
from tests.simulation.plan import SECONDS, Plan
from tests.simulation.service import DISTRICT, Service, Unanswered
from tests.simulation.world import HOUR, World

TRIES = 6
LATE = (0, 0, 1, 23, 24, 25, 48)
"""So many hours ago something happened that is recorded now."""

Do = Callable[[Register], Awaitable[Outcome]]


class Clients:
    """Everything that is done to the register in one world."""

    def __init__(self, world: World, plan: Plan, services: Sequence[Service], committed: Committed) -> None:
        """``services`` are those that are there now, each in its place."""
        self._world = world
        self._plan = plan
        self._services = services
        self._committed = committed
        self.told: dict[tuple[str, str], str] = {}
        """What clients know of each entry of a case: ``kept``, ``refused``, or ``unknown``."""
        self._seized: dict[str, list[str]] = {}

    async def run(self) -> None:
        """Does all of it; ends when everything was answered, or given up."""
        opening = [self._open(number) for number in range(self._plan.cases)]
        await asyncio.gather(*opening, *(self._intent(number) for number in self._plan.intents))

    async def _open(self, number: int) -> None:
        dice = self._world.dice(f"case {number}")
        name = f"c{number}"
        kind = "district" if dice.random() < 0.15 else "enforcement"
        case = facts_pb2.Case(id=name, district=DISTRICT, kind=kind)
        if kind == "enforcement":
            case.properties.add(id="car", type="vehicle")
        await asyncio.sleep(dice.uniform(0.0, 10.0))
        await self._surely(dice, name, OPENING, lambda register: register.open(case))

    async def _intent(self, number: int) -> None:
        dice = self._world.dice(f"intent {number}")
        case = f"c{dice.randrange(self._plan.cases)}"
        await asyncio.sleep(dice.uniform(2.0, SECONDS))
        doing = dice.choice(
            (self._seize, self._seize, self._seize, self._notify, self._correct, self._act, self._act)
        )
        await doing(dice, case, f"e{number}")

    async def _seize(self, dice: Random, case: str, key: str) -> None:
        event = facts_pb2.Event(id=key, type="vehicle_seized", actor="traffic_police", property="car")
        self._seized.setdefault(case, []).append(key)
        await self._record(dice, case, register_pb2.CaseEntry(id=key, event=self._at(event, dice)))

    async def _notify(self, dice: Random, case: str, key: str) -> None:
        event = facts_pb2.Event(id=key, type="court_notified", actor="traffic_police")
        event.about = dice.choice(self._seized.get(case, ["nothing"]))
        await self._record(dice, case, register_pb2.CaseEntry(id=key, event=self._at(event, dice)))

    async def _correct(self, dice: Random, case: str, key: str) -> None:
        entry = register_pb2.CaseEntry(id=key, supersedes=dice.choice(self._seized.get(case, ["nothing"])))
        if dice.random() < 0.6:
            event = facts_pb2.Event(id=key, type="vehicle_seized", actor="traffic_police", property="car")
            entry.event.CopyFrom(self._at(event, dice))
        await self._record(dice, case, entry)

    async def _act(self, dice: Random, case: str, key: str) -> None:
        """Accepts, objects to, fulfils or confirms some duty of the case."""
        try:
            kept = await self._services[dice.randrange(len(self._services))].call(
                lambda r: r.kept(DISTRICT, case)
            )
        except (FactsError, NotKept, Unanswered):
            return
        if not kept.state.duties:
            return
        duty = dice.choice(kept.state.duties)
        names: dict[str, Any] = {"district": DISTRICT, "obligation_id": duty.id, "event_id": key}
        if duty.ended:
            request: Any = api.ConfirmObligationRequest(**names, reject=dice.random() < 0.5)
            doing = acts.confirm
        elif dice.random() < 0.4:
            request, doing = api.FulfilObligationRequest(**names), acts.fulfil
        elif dice.random() < 0.5:
            request, doing = api.AcceptObligationRequest(**names, handler="h1"), acts.accept
        else:
            request, doing = api.RaiseObjectionRequest(**names), acts.object_to
        prepare = doing(Asked(request, EVERYTHING, "en"))
        await self._surely(dice, case, key, lambda register: register.change(DISTRICT, case, prepare))

    async def _record(self, dice: Random, case: str, entry: register_pb2.CaseEntry) -> None:
        request = api.RecordEventsRequest(district=DISTRICT, case_id=case, entries=[entry])
        await self._surely(
            dice, case, entry.id, lambda register: register.change(DISTRICT, case, entries_of(request))
        )

    def _at(self, event: facts_pb2.Event, dice: Random) -> facts_pb2.Event:
        now = self._world.now()
        event.at.seconds = (now - now % HOUR - dice.choice(LATE) * HOUR) // NANO
        return event

    async def _surely(self, dice: Random, case: str, key: str, do: Do) -> None:
        """Sends it until it is answered."""
        if dice.random() < 0.15:
            await asyncio.gather(self._sent(dice, case, key, do), self._sent(dice, case, key, do))
        else:
            await self._sent(dice, case, key, do)

    async def _sent(self, dice: Random, case: str, key: str, do: Do) -> None:
        name = (case, key)
        known = "refused"
        for attempt in range(TRIES):
            service = self._services[dice.randrange(len(self._services))]
            there = name in self._committed.entries
            try:
                outcome = await service.call(do)
            except FactsError as error:
                codes = {each.code for each in error.violations}
                self._world.say("refused", case, key, *sorted(codes))
                # Of an obligation that never was, by now, nobody is told that it was acted on.
                if there and codes != {"LNK002"}:
                    self._world.is_wrong(f"{case} {key} is recorded, and was refused when it was sent again")
                if "LNK031" not in codes:
                    break
            except (NotKept, Unanswered) as error:
                known = "unknown"
                self._world.say("unanswered", case, key, getattr(error, "code", ""))
            except Exception as error:  # a call ends with an answer or with a fault that has a code
                self._world.is_wrong(f"{case} {key}: {type(error).__name__}")
                break
            else:
                self._world.say("kept", case, key)
                if all(entry.id != key for entry in outcome.kept.entries):
                    self._world.is_wrong(f"{case} {key} was acknowledged and is not in the answer")
                known = "kept"
                break
            await asyncio.sleep(dice.uniform(0.5, 3.0) * 2.0**attempt)
        before = self.told.get(name)
        if before is None or known == "kept" or (known == "unknown" and before == "refused"):
            self.told[name] = known
