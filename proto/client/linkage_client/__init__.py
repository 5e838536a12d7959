"""Asks the Linkage policy service: facts of a case in, dated obligations out.

    with Client("localhost:50051") as linkage:
        for duty in linkage.evaluate(case, as_of=shanghai(2024, 3, 2, 12)).obligations:
            print(duty.bearers, duty.title, duty.due, duty.state)

``Client`` for programs with threads, ``AsyncClient`` for asyncio. Cases are plain data with the names of
JSON, or messages of ``linkage.v1``; answers are views of such messages; what goes wrong is a
``LinkageError`` by kind. The page docs/client.md goes from nothing to a nightly job.
"""

from linkage_client.aio import AsyncClient
from linkage_client.assessed import Assessed, Assessment, Scorecard
from linkage_client.boards import (
    Board,
    BoardRow,
    Circular,
    Contact,
    ImportedContacts,
    Light,
    RuleChanges,
)
from linkage_client.cases import CaseLike, case_of
from linkage_client.client import Client
from linkage_client.errors import (
    AnswerGone,
    Busy,
    Denied,
    Exists,
    LinkageError,
    NotFound,
    Refused,
    ServiceFailed,
    Stale,
    TimedOut,
    TooLarge,
    Unauthenticated,
    Unavailable,
    Unsupported,
    Violation,
    WrongState,
)
from linkage_client.moments import SHANGHAI, moment_of, shanghai, start_of_day, timestamp_of
from linkage_client.register import Register
from linkage_client.register_aio import AsyncRegister
from linkage_client.registered import (
    Acted,
    CaseFile,
    Change,
    ChangeKind,
    Handling,
    ObligationFile,
    Recorded,
    RegisteredCase,
    RegisteredObligation,
    Watched,
    Why,
)
from linkage_client.registering import EntryLike
from linkage_client.requests import once_per
from linkage_client.retry import Retry
from linkage_client.version import __version__
from linkage_client.views import (
    Answer,
    Clause,
    Coded,
    Compared,
    Decision,
    Explained,
    Force,
    Missing,
    Modality,
    Obligation,
    State,
    Undetermined,
)

__all__ = [
    "SHANGHAI",
    "Acted",
    "Answer",
    "AnswerGone",
    "Assessed",
    "Assessment",
    "AsyncClient",
    "AsyncRegister",
    "Board",
    "BoardRow",
    "Busy",
    "CaseFile",
    "CaseLike",
    "Change",
    "ChangeKind",
    "Circular",
    "Clause",
    "Client",
    "Coded",
    "Compared",
    "Contact",
    "Decision",
    "Denied",
    "EntryLike",
    "Exists",
    "Explained",
    "Force",
    "Handling",
    "ImportedContacts",
    "Light",
    "LinkageError",
    "Missing",
    "Modality",
    "NotFound",
    "Obligation",
    "ObligationFile",
    "Recorded",
    "Refused",
    "Register",
    "RegisteredCase",
    "RegisteredObligation",
    "Retry",
    "RuleChanges",
    "Scorecard",
    "ServiceFailed",
    "Stale",
    "State",
    "TimedOut",
    "TooLarge",
    "Unauthenticated",
    "Unavailable",
    "Undetermined",
    "Unsupported",
    "Violation",
    "Watched",
    "Why",
    "WrongState",
    "__version__",
    "case_of",
    "moment_of",
    "once_per",
    "shanghai",
    "start_of_day",
    "timestamp_of",
]
