"""The register of a district for asyncio: the twin of ``register``, method by method."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar, Unpack

from linkage.v1 import case_service_pb2 as api
from linkage_client import plans
from linkage_client.boards import Board, Circular, Contact, ImportedContacts, RuleChanges
from linkage_client.calling import Sending
from linkage_client.cases import CaseLike
from linkage_client.errors import LinkageError
from linkage_client.overseeing import (
    Appointing,
    Behind,
    Boarding,
    Finding,
    Importing,
    Overseeing,
    PersonLike,
)
from linkage_client.plans import Plan
from linkage_client.registered import (
    Acted,
    CaseFile,
    ObligationFile,
    Recorded,
    RegisteredObligation,
    Watched,
    watched_of,
)
from linkage_client.registering import (
    Acting,
    Changing,
    EntryLike,
    EventLike,
    OutputLike,
    Registering,
    RequestLike,
    Sought,
    Watching,
)
from linkage_client.stream_aio import received

T = TypeVar("T")


class AsyncRegister:
    """Cases of one district that live in the service: made by ``AsyncClient.register``.

    Methods and errors are those of ``Register``.
    """

    def __init__(
        self,
        calls: Registering,
        run: Callable[[Plan[Any]], Awaitable[Any]],
        opened: Callable[[api.WatchObligationsRequest], Awaitable[Any]],
    ) -> None:
        self._calls = calls
        self._seen = Overseeing(calls.calling)
        self._carry_out = run
        self._open = opened

    # -- what the court does

    async def open_case(self, case: CaseLike, **sending: Unpack[Sending]) -> Recorded:
        """Opens a case with what is known of it. Opened again with the same, it is as it stands."""
        return await self._run(self._calls.open_case(case, sending))

    async def record(
        self, case_id: str, entries: Iterable[EntryLike], *, etag: str = "", **sending: Unpack[Sending]
    ) -> Recorded:
        """Records entries of a case, all or none, and says what that changed.

        An entry is ``{"id": …, "event": {…}}``, or with ``party``, ``document``, ``service``, ``request``,
        ``property`` or ``facts`` in place of ``event``; ``supersedes`` names the entry that it corrects.
        """
        return await self._run(self._calls.record(case_id, entries, etag, sending))

    async def request(self, case_id: str, request: RequestLike, **changing: Unpack[Changing]) -> Recorded:
        """Asks a body for assistance in a matter of the district's documents."""
        return await self._run(self._calls.request(case_id, request, changing))

    async def close_case(
        self, case_id: str, event_type: str, *, at: datetime | None = None, **changing: Unpack[Changing]
    ) -> Recorded:
        """Ends a case, by an event that the vocabulary says to end one."""
        return await self._run(self._calls.close_case(case_id, event_type, at, changing))

    async def confirm(self, obligation_id: str, *, reject: bool = False, **acting: Unpack[Acting]) -> Acted:
        """核单: what was reported does; with ``reject`` it does not, and the duty is owed as before."""
        return await self._act("ConfirmObligation", obligation_id, acting, reject=reject)

    # -- what departments do

    async def accept(self, obligation_id: str, *, handler: str = "", **acting: Unpack[Acting]) -> Acted:
        """接单. ``handler`` is a key of the department's own system, no name."""
        return await self._act("AcceptObligation", obligation_id, acting, handler=handler)

    async def give_back(self, obligation_id: str, reason: str, **acting: Unpack[Acting]) -> Acted:
        """退回, for a reason that a clause allows."""
        return await self._act("ReturnObligation", obligation_id, acting, reason=reason)

    async def fulfil(
        self,
        obligation_id: str,
        outputs: Iterable[OutputLike] = (),
        *,
        act: EventLike | None = None,
        **acting: Unpack[Acting],
    ) -> Acted:
        """回单, with everything that the clause asks for; ``act`` where more is to be said of the act."""
        return await self._act("FulfilObligation", obligation_id, acting, outputs=list(outputs), act=act)

    async def object_to(self, obligation_id: str, **acting: Unpack[Acting]) -> Acted:
        """Objects to an obligation: the court owes a reply."""
        return await self._act("RaiseObjection", obligation_id, acting)

    # -- what there is

    async def case(self, case_id: str, *, entries: bool = False, **sending: Unpack[Sending]) -> CaseFile:
        """One case: its facts as they stand, and with ``entries`` all that was recorded."""
        return await self._run(self._calls.case(case_id, entries, sending))

    async def obligation(self, obligation_id: str, **sending: Unpack[Sending]) -> ObligationFile:
        """One obligation in full: why, what became of it, what is to be handed over."""
        return await self._run(self._calls.obligation(obligation_id, sending))

    async def obligations(self, **sought: Unpack[Sought]) -> AsyncIterator[RegisteredObligation]:
        """The obligations that meet all of ``sought``, by when they are due, fetched page by page."""
        request = self._calls.sought(sought)
        while True:
            found, token = await self._run(self._calls.page(request, sought))
            for one in found:
                yield one
            if not token:
                return
            request.page_token = token

    async def watch(self, **watching: Unpack[Watching]) -> AsyncIterator[Watched]:
        """What becomes of obligations, as it happens: see ``Register.watch``."""
        request, asking = self._calls.watched(watching), self._calls.calling.asking(None)
        call, made = None, 0
        try:
            while True:
                try:
                    call = call or await self._open(request)
                    answer = await received(call, api.WatchObligationsResponse)
                except LinkageError as error:
                    call, made = None, made + 1
                    await self._run(plans.resume(error, made, asking))
                    continue
                made, request.resume_token, request.from_start = 0, answer.resume_token, False
                yield watched_of(answer)
        finally:
            if call is not None:
                call.cancel()

    # -- what a district sees

    async def board(self, **boarding: Unpack[Boarding]) -> Board:
        """How the district stands: the figures of the assessment, as of a moment and over a period."""
        return await self._run(self._seen.board(boarding))

    async def behind(self, figure: str, **behind: Unpack[Behind]) -> AsyncIterator[RegisteredObligation]:
        """The obligations that a figure of the board counts, fetched page by page."""
        request = self._seen.behind(figure, behind)
        while True:
            found, token = await self._run(self._seen.page(request, behind))
            for one in found:
                yield one
            if not token:
                return
            request.page_token = token

    async def circular(
        self, year: int, month: int = 0, *, at: datetime | None = None, **sending: Unpack[Sending]
    ) -> Circular:
        """A draft of the 通报 of a month, or without one of a year."""
        return await self._run(self._seen.circular(year, month, at, sending))

    async def rule_changes(self, **sending: Unpack[Sending]) -> RuleChanges:
        """What the rules that serve would change of the open cases that stand under others."""
        return await self._run(self._seen.rule_changes(sending))

    # -- who is to be spoken to

    async def contacts(self, **finding: Unpack[Finding]) -> list[Contact]:
        """The officers that meet all of ``finding``: those in office, unless it says otherwise."""
        return await self._run(self._seen.contacts(finding))

    async def appoint(self, person: PersonLike, **appointing: Unpack[Appointing]) -> Contact:
        """Appoints an officer of a body, in the place of another where ``replaces`` names one."""
        return await self._run(self._seen.appoint(person, appointing))

    async def update_contact(
        self, contact_id: str, person: PersonLike, **sending: Unpack[Sending]
    ) -> Contact:
        """Says anew how somebody is reached."""
        return await self._run(self._seen.update_contact(contact_id, person, sending))

    async def end_contact(
        self, contact_id: str, *, at: datetime | None = None, **sending: Unpack[Sending]
    ) -> Contact:
        """Ends an appointment, without ``at`` now."""
        return await self._run(self._seen.end_contact(contact_id, at, sending))

    async def erase_contact(self, contact_id: str, **sending: Unpack[Sending]) -> tuple[str, ...]:
        """Has a person forgotten; the ids of all their appointments, which stay without them."""
        return await self._run(self._seen.erase_contact(contact_id, sending))

    async def import_contacts(self, workbook: bytes, **importing: Unpack[Importing]) -> ImportedContacts:
        """Takes in a workbook in the shape of the document's annex: all of it, or with mistakes nothing."""
        return await self._run(self._seen.import_contacts(workbook, importing))

    async def export_contacts(self, body: str = "", **sending: Unpack[Sending]) -> bytes:
        """The officers of a body, or of all, as such a workbook (.xlsx)."""
        return await self._run(self._seen.export_contacts(body, sending))

    async def _act(self, name: str, obligation_id: str, acting: Acting, **more: Any) -> Acted:
        return await self._run(self._calls.acted(name, obligation_id, acting, **more))

    async def _run(self, plan: Plan[T]) -> T:
        done: T = await self._carry_out(plan)
        return done
