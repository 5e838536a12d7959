"""Who may do what, where, and see what of it: the one place that decides. What is not said is denied.

CALLS (data) × a caller's grants (role × districts × bodies, from the configuration) --> View, or ``Denied``
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.identity.caller import EVERY_DISTRICT, Caller, Grant, Role
from server.identity.refusals import Denied


class Shows(StrEnum):
    """How much of an answer a role gets."""

    WHOLE = "whole"
    OWN = "own"
    """The duties that its bodies bear or are owed, and what concerns those."""
    MASKED = "masked"
    """Everything, with the ids and free texts of the case replaced: its work does not need to know whose."""


_WHOLE, _OWN, _MASKED = Shows.WHOLE, Shows.OWN, Shows.MASKED
_DECIDING = {Role.INTEGRATOR: _WHOLE, Role.DEPARTMENT: _OWN}
_TRYING = {Role.POLICY_STAFF: _MASKED, Role.REVIEWER: _MASKED}
_READING: Mapping[Role, Shows] = {role: _WHOLE for role in Role if role is not Role.OPERATOR}
_ASSESSING = {Role.ASSESSOR: _WHOLE, Role.DEPARTMENT: _OWN}
_COURT = {Role.INTEGRATOR: _WHOLE}
_SEEING = {Role.INTEGRATOR: _WHOLE, Role.ASSESSOR: _WHOLE, Role.DEPARTMENT: _OWN}
_PROVING = (Role.INTEGRATOR, Role.OPERATOR, Role.AUDITOR)

CALLS: Mapping[str, Mapping[Role, Shows]] = {
    "linkage.v1.PolicyService/Evaluate": _DECIDING,
    "linkage.v1.PolicyService/BatchEvaluate": _DECIDING,
    "linkage.v1.PolicyService/EvaluateStream": _DECIDING,
    "linkage.v1.PolicyService/Explain": _DECIDING | _TRYING,
    "linkage.v1.PolicyService/Compare": {Role.INTEGRATOR: _WHOLE} | _TRYING,
    "linkage.v1.AssessmentService/Assess": _ASSESSING,
    "linkage.v1.AssessmentService/AssessStream": _ASSESSING,
    # A case is its court's; what each department owes, its own.
    "linkage.v1.CaseService/OpenCase": _COURT,
    "linkage.v1.CaseService/RecordEvents": _COURT,
    "linkage.v1.CaseService/GetCase": _COURT,
    "linkage.v1.CaseService/RequestAssistance": _COURT,
    "linkage.v1.CaseService/CloseCase": _COURT,
    "linkage.v1.CaseService/ConfirmObligation": _COURT,
    "linkage.v1.CaseService/ListObligations": _DECIDING,
    "linkage.v1.CaseService/WatchObligations": _DECIDING,
    "linkage.v1.CaseService/GetObligation": _DECIDING,
    "linkage.v1.CaseService/GetCalendar": _DECIDING,
    "linkage.v1.CaseService/AcceptObligation": _DECIDING,
    "linkage.v1.CaseService/ReturnObligation": _DECIDING,
    "linkage.v1.CaseService/FulfilObligation": _DECIDING,
    "linkage.v1.CaseService/RaiseObjection": _DECIDING,
    # What other rules would change: the court decides it, and whoever writes rules looks at it.
    "linkage.v1.AdoptionService/ListRuleChanges": _COURT | _TRYING,
    # Figures over all departments are for those who assess them; a circular names what all of them owe.
    "linkage.v1.BoardService/GetBoard": _SEEING,
    "linkage.v1.BoardService/ListBoardObligations": _SEEING,
    "linkage.v1.BoardService/DraftCircular": {Role.INTEGRATOR: _WHOLE, Role.ASSESSOR: _WHOLE},
    # Whom to call concerns who works together, and nobody else: neither who writes rules nor who audits.
    # A department changes its own contacts alone, which the handler sees to.
    "linkage.v1.ContactService/ListContacts": _DECIDING,
    "linkage.v1.ContactService/AppointContact": _DECIDING,
    "linkage.v1.ContactService/UpdateContact": _DECIDING,
    "linkage.v1.ContactService/EndContact": _DECIDING,
    "linkage.v1.ContactService/EraseContact": _DECIDING,
    "linkage.v1.ContactService/ImportContacts": _DECIDING,
    "linkage.v1.ContactService/ExportContacts": _DECIDING,
    # Packs hold no facts of any case.
    "linkage.v1.PolicyService/ListPacks": dict.fromkeys(Role, _WHOLE),
    "linkage.v1.PolicyService/GetPack": _READING,
    "linkage.v1.PolicyService/GetPackFacts": _READING,
    "linkage.v1.PolicyService/GetCaseSchema": _READING,
    # The vocabulary is of no district, and says nothing of anybody.
    "linkage.v1.VocabularyService/ListCodeKinds": dict.fromkeys(Role, _WHOLE),
    "linkage.v1.VocabularyService/ListCodes": dict.fromkeys(Role, _WHOLE),
    "linkage.v1.VocabularyService/SearchCodes": dict.fromkeys(Role, _WHOLE),
    "linkage.v1.VocabularyService/GetCode": dict.fromkeys(Role, _WHOLE),
    "linkage.v1.ServerService/GetServerInfo": dict.fromkeys(Role, _WHOLE),
    # Nor do the tree's hashes; an entry names a case and who asked, so its district counts.
    "linkage.v1.LogService/GetCheckpoint": dict.fromkeys(_PROVING, _WHOLE),
    "linkage.v1.LogService/ListKeys": dict.fromkeys(_PROVING, _WHOLE),
    "linkage.v1.LogService/GetConsistencyProof": dict.fromkeys(_PROVING, _WHOLE),
    "linkage.v1.LogService/GetInclusionProof": {Role.INTEGRATOR: _WHOLE, Role.AUDITOR: _WHOLE},
    "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo": dict.fromkeys(Role, _WHOLE),
}
"""Each call, the roles that may make it, and what they see. A call that is not here is nobody's."""

OPEN = frozenset(("grpc.health.v1.Health/Check", "grpc.health.v1.Health/Watch"))
"""What is answered without asking who calls: load balancers carry no credentials, and it says one word."""


@dataclass(frozen=True, slots=True)
class View:
    """What of an answer a caller sees: the duties of ``bodies`` (None: all), ``masked`` or as they are."""

    bodies: frozenset[str] | None = None
    masked: bool = False


EVERYTHING = View()


def admit(caller: Caller, call: str) -> None:
    """Raises ``Denied`` where the caller may make the call in no district at all."""
    if not _grants(caller, call):
        raise Denied(call)


def view(caller: Caller, call: str, district: str) -> View:
    """What the caller sees of the answer to ``call`` on ``district``; the widest of its roles counts.

    A request that names no district ("") has no answer, as whoever reads it will say. Raises ``Denied``.
    """
    grants = [grant for grant in _grants(caller, call) if not district or grant.holds_in(district)]
    if not grants:
        raise Denied(call, district)
    shown = {grant: CALLS[call][grant.role] for grant in grants}
    if _WHOLE in shown.values():
        return EVERYTHING
    if _MASKED in shown.values():
        return View(masked=True)
    return View(bodies=frozenset().union(*(grant.bodies for grant in grants)))


def districts(caller: Caller, call: str) -> frozenset[str] | None:
    """Where the caller may make the call; None: everywhere."""
    found = frozenset[str]().union(*(grant.districts for grant in _grants(caller, call)))
    return None if EVERY_DISTRICT in found else found


def _grants(caller: Caller, call: str) -> list[Grant]:
    roles = CALLS.get(call, {})
    return [grant for grant in caller.grants if grant.role in roles]
