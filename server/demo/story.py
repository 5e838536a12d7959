"""What happens in the week of the second act: a made-up case of Liwan, step by step, as its people send it.

The duties, their due times and their consequences are in none of these lines: the rules give them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

DISTRICT = "liwan"
CASE = "（2024）演0103执8号"
FIRST, LAST = "2024-03-04", "2024-03-08"
DUE_SOON = "12h"
"""How long before it is due a duty is due soon, in this district."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Step(NamedTuple):
    """Something that somebody does, or that time brings where ``call`` is empty.

    ``at`` is by the clock in China; ``who`` a body; ``fields`` those of the call in the form of JSON, where
    ``<rule>`` stands for the id of the obligation of that rule. ``refused``: the service does not take it.
    """

    at: str
    who: str
    zh: str
    en: str
    call: str = ""
    fields: Mapping[str, Any] = _NOTHING
    refused: bool = False


def moment(at: str) -> str:
    """2024-03-04 09:00 in the form of RFC 3339."""
    return at.replace(" ", "T") + ":00+08:00"


def _event(at: str, key: str, kind: str, actor: str, **more: Any) -> dict[str, Any]:
    """The fields of a call that records one event; ``supersedes`` names the entry that it corrects."""
    entry = {"supersedes": more.pop("supersedes")} if "supersedes" in more else {}
    event = {"id": more.pop("event", key), "type": kind, "actor": actor, "at": moment(at), **more}
    return {"case_id": CASE, "entries": [{"id": key, "event": event, **entry}]}


def _request(at: str, key: str, matter: str, to: str) -> dict[str, Any]:
    shown = {"form": "letter", "documents_shown": ["assistance_letter"]}
    asked = {"id": key, "matter": matter, "to": to, "at": moment(at), "party": "debtor", **shown}
    return {"id": key, "request": {**asked, "requester": "court", "property": "car"}}


_OPENED = {
    "id": CASE,
    "district": DISTRICT,
    "kind": "enforcement",
    "filed_at": moment("2024-03-04 09:00"),
    "parties": [{"id": "debtor", "role": "debtor", "kind": "natural_person"}],
    "properties": [{"id": "car", "type": "vehicle", "owner": "debtor"}],
}
_TRANSFERRED = {"actor": "court", "body": "public_security", "matter": "refusal_to_enforce"}
_ASKED = [
    _request("2024-03-04 09:30", "r-car", "vehicle_interception", "public_security"),
    _request("2024-03-04 09:30", "r-tax", "tax_query", "local_tax"),
    _request("2024-03-04 09:30", "r-marriage", "marriage_query", "civil_affairs"),
    {
        "id": "offence",
        "event": {
            "id": "offence",
            "type": "offence_transferred",
            "at": moment("2024-03-04 09:30"),
            **_TRANSFERRED,
        },
    },
]
_NOTIFY = "<liwan.police.vehicle.notify>"
_TAX, _MARRIAGE = "<liwan.assist.local_tax>", "<liwan.assist.marriage>"
_REPLY = "<liwan.police.offence.reply.network>"
_SEALED = [{"id": "1", "reference": "网-77"}, {"id": "2", "reference": "决-12"}]

STORY: tuple[Step, ...] = (
    Step("2024-03-04 09:00", "court", "立案执行", "opens the case", "OpenCase", {"case": _OPENED}),
    Step(
        "2024-03-04 09:30",
        "court",
        "请求公安拦截车辆、地税查税、民政查婚姻登记，并移送拒执线索",
        "asks the police for the car, two bureaus for answers; transfers an offence",
        "RecordEvents",
        {"case_id": CASE, "entries": _ASKED},
    ),
    Step(
        "2024-03-04 15:00",
        "local_tax",
        "接单",
        "takes its duty in hand",
        "AcceptObligation",
        {"obligation_id": _TAX, "event_id": "a-tax", "handler": "tax-07"},
    ),
    Step(
        "2024-03-05 09:40",
        "traffic_police",
        "报告 09:30 查扣到车辆",
        "reports the car seized at 09:30",
        "RecordEvents",
        _event("2024-03-05 09:30", "seizure", "vehicle_seized", "traffic_police", property="car"),
    ),
    Step(
        "2024-03-05 11:00",
        "court",
        "更正：查扣其实在 08:30（原来的条目仍在，不算数了）",
        "corrects: seized at 08:30 (the first entry stays, and no longer counts)",
        "RecordEvents",
        _event(
            "2024-03-05 08:30",
            "seizure-2",
            "vehicle_seized",
            "traffic_police",
            property="car",
            event="seizure",
            supersedes="seizure",
        ),
    ),
    Step(
        "2024-03-05 15:00",
        "civil_affairs",
        "想退回：“不归我管”",
        "would send it back: “not ours”",
        "ReturnObligation",
        {"obligation_id": _MARRIAGE, "event_id": "b-marriage", "reason": "not_competent"},
        refused=True,
    ),
    Step(
        "2024-03-05 15:10",
        "civil_affairs",
        "提出异议：法院应当答复，义务仍在",
        "objects: the court owes a reply, the duty stays owed",
        "RaiseObjection",
        {"obligation_id": _MARRIAGE, "event_id": "o-marriage"},
    ),
    Step("2024-03-05 20:30", "", "时间过去，没有人做什么", "time passes, and nobody does anything"),
    Step("2024-03-06 08:31", "", "通知的期限过了", "the time to notify is over"),
    Step(
        "2024-03-06 10:20",
        "traffic_police",
        "通知法院已查扣车辆",
        "notifies the court of the seizure",
        "RecordEvents",
        _event("2024-03-06 10:20", "told", "court_notified", "traffic_police", about="seizure"),
    ),
    Step(
        "2024-03-06 11:30",
        "court",
        "将逾期报区委政法委；与交警办理车辆交接",
        "reports the delay to the committee; takes the car over",
        "RecordEvents",
        {
            "case_id": CASE,
            "entries": [
                *_event(
                    "2024-03-06 11:30",
                    "reported",
                    "non_cooperation_reported",
                    "court",
                    to="political_legal_committee",
                    concerning="public_security",
                )["entries"],
                *_event("2024-03-06 11:30", "handed", "vehicle_handed_over", "court", about="seizure")[
                    "entries"
                ],
            ],
        },
    ),
    Step(
        "2024-03-07 09:00",
        "court",
        "答复异议：不成立",
        "answers the objection: not upheld",
        "RecordEvents",
        _event(
            "2024-03-07 09:00",
            "answer",
            "objection_answered",
            "court",
            about="o-marriage",
            obligation=_MARRIAGE,
            result="rejected",
        ),
    ),
    Step(
        "2024-03-07 10:00",
        "public_security",
        "决定不予立案",
        "decides not to open a criminal case",
        "RecordEvents",
        _event("2024-03-07 10:00", "unfiled", "non_filing_decided", "public_security", about="offence"),
    ),
    Step(
        "2024-03-07 15:00",
        "public_security",
        "回单，只交了网络反馈",
        "reports it done, with the reply over the network alone",
        "FulfilObligation",
        {"obligation_id": _REPLY, "event_id": "f-reply", "outputs": _SEALED[:1]},
        refused=True,
    ),
    Step(
        "2024-03-07 15:20",
        "public_security",
        "补上盖章的决定书，再回单",
        "adds the sealed decision, and reports again",
        "FulfilObligation",
        {"obligation_id": _REPLY, "event_id": "f-reply", "outputs": _SEALED},
    ),
    Step(
        "2024-03-07 16:00",
        "court",
        "核单：通过",
        "confirms it",
        "ConfirmObligation",
        {"obligation_id": _REPLY, "event_id": "c-reply"},
    ),
    Step(
        "2024-03-08 10:00",
        "local_tax",
        "回单：查询结果已反馈",
        "reports its query answered",
        "FulfilObligation",
        {"obligation_id": _TAX, "event_id": "f-tax"},
    ),
    Step(
        "2024-03-08 10:30",
        "court",
        "核单：不通过，结果不全",
        "does not confirm it: the answer is not whole",
        "ConfirmObligation",
        {"obligation_id": _TAX, "event_id": "c-tax", "reject": True},
    ),
)
