"""Why there is no answer, as exceptions by kind.

LinkageError          code, reason, message, metadata, request_id, retry_after, details
├── Refused           the request is wrong: ``violations`` says where, what, and what was probably meant
│   └── NotFound      it names a district, version, code or entry that there is not: ``suggestion``
├── Unauthenticated   the service does not know who calls
├── Denied            the caller may not make this call, or not for this body
├── Exists            something else was recorded under this id
├── Stale             the case or the obligation is another than the ``etag`` that was seen
├── WrongState        the case or the obligation does not stand so that this can be done
├── TooLarge          the request or its answer is larger than one side takes
├── Busy              a limit is reached for now: ``retry_after``
├── Unavailable       the service cannot be reached, or cannot answer now
├── TimedOut          the deadline passed
├── AnswerGone        the repeated call was logged, and its decision cannot be given again
├── Unsupported       the service is older than this client
└── ServiceFailed     the service failed; its log says why, under ``request_id``
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import grpc
from google.protobuf import any_pb2
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from linkage.v1 import policy_service_pb2 as api

RESPONSE_FULL = "RESPONSE_FULL"
"""The reason of the cases of a batch that were not decided, because its answer was full before them."""
_DETAILS = "grpc-status-details-bin"
_REQUEST_ID, _REQUEST_ID_OF_INFO = "x-request-id", "request_id"
_LARGE = re.compile(r"larger than max", re.IGNORECASE)
_CHINESE, _ENGLISH = ("（是不是“{}”？）", "（另有 {} 处不对）"), (" (did you mean “{}”?)", " (and {} more)")
_MEANT = re.compile(r"(?: \(did you mean “|（是不是“)(?P<code>[^”]+)”(?:\?\)|？）)")
_KNOWN: tuple[type[Message], ...] = (
    error_details_pb2.BadRequest,
    error_details_pb2.ErrorInfo,
    error_details_pb2.Help,
    error_details_pb2.LocalizedMessage,
    error_details_pb2.RetryInfo,
)
_KNOWN_BY_NAME = {kind.DESCRIPTOR.full_name: kind for kind in _KNOWN}
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with one field of a request."""

    field: str
    """Where: ``case.events[2].type``."""
    code: str
    """The stable code, as in docs/faults.md: ``LNK812``."""
    description: str
    """What, and what to do, in the language of the call."""
    suggestion: str = ""
    """The code or name that was probably meant."""

    def __str__(self) -> str:
        told = self.suggestion in self.description
        meant = f", {self.suggestion}?" if self.suggestion and not told else ""
        return f"{self.field}: {self.description} [{self.code}{meant}]"


class LinkageError(Exception):
    """There is no answer. The kinds are subclasses."""

    def __init__(
        self,
        message: str,
        *,
        code: grpc.StatusCode,
        reason: str = "",
        violations: Sequence[Violation] = (),
        metadata: Mapping[str, str] = _NONE,
        request_id: str = "",
        retry_after: float | None = None,
        details: Sequence[Message] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        """For people, in the language of the call."""
        self.code = code
        """The canonical code of gRPC."""
        self.reason = reason
        """The stable reason: ``INVALID_REQUEST``, ``CALLER_LIMIT`` …; empty where gRPC itself speaks."""
        self.violations = tuple(violations)
        """What is wrong, and where: of ``Refused``, ``Exists``, ``Stale`` and ``WrongState``; else empty."""
        self.metadata = MappingProxyType(dict(metadata))
        """What belongs to the reason: the call that is denied, the limit that is reached …"""
        self.request_id = request_id
        """Under which the service's log has the call."""
        self.retry_after = retry_after
        """After how many seconds the service asks to be called again; None where it does not say."""
        self.details = tuple(details)
        """Every detail as it came, google.rpc messages where known, else ``google.protobuf.Any``."""

    def __str__(self) -> str:
        told = [self.reason or self.code.name, *(item.code for item in self.violations[:1])]
        told += [f"request {self.request_id}"] if self.request_id else []
        rest = [f"  {item}" for item in self.violations[1:]]
        return "\n".join([f"{self.message} ({', '.join(told)})", *rest])

    @property
    def suggestion(self) -> str:
        """What was probably meant, where the service says so."""
        said = self.metadata.get("suggestion", "")
        return said or next((item.suggestion for item in self.violations if item.suggestion), "")

    @property
    def help(self) -> tuple[str, ...]:
        """Addresses of the pages that explain it, where the service names some."""
        found = (detail for detail in self.details if isinstance(detail, error_details_pb2.Help))
        return tuple(link.url for detail in found for link in detail.links)

    @property
    def retryable(self) -> bool:
        """Whether the same call may be answered later. The client has then tried as often as it may."""
        return isinstance(self, Busy | Unavailable)


class Refused(LinkageError, ValueError):
    """The request is wrong; sent again it is refused again. Some of it is seen before it is sent."""


class NotFound(Refused):
    """The request names a district, a version, a code or an entry that there is not."""


class Unauthenticated(LinkageError):
    """No credentials, wrong ones (``CREDENTIALS_REFUSED``), or an expired token (``TOKEN_EXPIRED``)."""


class Denied(LinkageError):
    """The caller may not make this call (``metadata["call"]``), in this district, or not for this body."""


class Exists(LinkageError):
    """Something else was recorded under this id: ``CASE_EXISTS``, or of an entry ``ENTRY_EXISTS``."""


class Stale(LinkageError):
    """The case or the obligation has changed since its ``etag`` was read. Nothing was recorded."""


class WrongState(LinkageError):
    """It cannot be done as things stand: ``reason`` is ``OBLIGATION_ENDED``, ``NOT_RETURNABLE`` …"""


class TooLarge(LinkageError):
    """A message is larger than the service, the caller's limits or this client take."""


class Busy(LinkageError):
    """A limit of the caller or of the service is reached for now."""


class Unavailable(LinkageError):
    """The service cannot be reached, is stopping, or could not log the decision and so did not give it."""


class TimedOut(LinkageError, TimeoutError):
    """The deadline passed before there was an answer. With an idempotency key the call can be made again."""


class AnswerGone(LinkageError):
    """The call was logged under this idempotency key, and its decision is erased. A new key decides anew."""


class Unsupported(LinkageError):
    """The service has no such method: it is older than this client."""


class ServiceFailed(LinkageError):
    """The service failed, or what answered is no Linkage service."""


_KINDS: Mapping[grpc.StatusCode, type[LinkageError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: Refused,
    grpc.StatusCode.OUT_OF_RANGE: Refused,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
    grpc.StatusCode.PERMISSION_DENIED: Denied,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.RESOURCE_EXHAUSTED: Busy,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.DEADLINE_EXCEEDED: TimedOut,
    grpc.StatusCode.ALREADY_EXISTS: Exists,
    grpc.StatusCode.ABORTED: Stale,
    grpc.StatusCode.FAILED_PRECONDITION: WrongState,
    grpc.StatusCode.UNIMPLEMENTED: Unsupported,
    grpc.StatusCode.INTERNAL: ServiceFailed,
    grpc.StatusCode.UNKNOWN: ServiceFailed,
    grpc.StatusCode.DATA_LOSS: ServiceFailed,
}
_BY_REASON: Mapping[str, type[LinkageError]] = {
    RESPONSE_FULL: TooLarge,
    "RESPONSE_TOO_LARGE": TooLarge,
    "ANSWER_GONE": AnswerGone,
    "CASE_BUSY": Busy,
}
"""Reasons that say more than their code."""
_CODES = {code.value[0]: code for code in grpc.StatusCode}


class Ended(Protocol):
    """What sync and asyncio calls say of how they ended."""

    def code(self) -> grpc.StatusCode:
        """The canonical code."""

    def details(self) -> str | None:
        """The message."""

    def trailing_metadata(self) -> Iterable[tuple[str, str | bytes]] | None:
        """The metadata that came with the status."""


def refused(violations: Sequence[Violation], language: str = "zh") -> Refused:
    """What this package sees before the request is sent, in the form in which the service would say it."""
    first, rest = violations[0], len(violations) - 1
    meant, more = _ENGLISH if language == "en" else _CHINESE
    text = f"{first.field}: {first.description}"
    text += meant.format(first.suggestion) if first.suggestion else ""
    return Refused(
        text + (more.format(rest) if rest else ""),
        code=grpc.StatusCode.INVALID_ARGUMENT,
        reason="INVALID_REQUEST",
        violations=violations,
    )


def error_of_call(ended: Ended) -> LinkageError:
    """The error with which a call ended, with everything that its trailers say."""
    trailers = dict(ended.trailing_metadata() or ())
    details = _details(trailers.get(_DETAILS, b""))
    metadata: dict[str, str] = {}
    reason, retry_after = "", None
    violations: tuple[Violation, ...] = ()
    for item in details:
        if isinstance(item, error_details_pb2.ErrorInfo):
            metadata, reason = dict(item.metadata), item.reason
        elif isinstance(item, error_details_pb2.RetryInfo):
            retry_after = item.retry_delay.seconds + item.retry_delay.nanos / 1e9
        elif isinstance(item, error_details_pb2.BadRequest):
            violations = tuple(_violation(found) for found in item.field_violations)
    message = ended.details() or ""
    request_id = metadata.pop(_REQUEST_ID_OF_INFO, "") or str(trailers.get(_REQUEST_ID, ""))
    return _kind(ended.code(), reason, message, metadata)(
        message,
        code=ended.code(),
        reason=reason,
        violations=violations,
        metadata=metadata,
        request_id=request_id,
        retry_after=retry_after,
        details=details,
    )


def error_of_item(item: api.ItemError) -> LinkageError:
    """The error of one case of a batch or stream."""
    code = _CODES.get(item.code, grpc.StatusCode.UNKNOWN)
    return _kind(code, item.reason, item.message, {})(
        item.message,
        code=code,
        reason=item.reason,
        violations=[Violation(v.field, v.code, v.description, v.suggestion) for v in item.violations],
        details=[item],
    )


def _kind(
    code: grpc.StatusCode, reason: str, message: str, metadata: Mapping[str, str]
) -> type[LinkageError]:
    if reason in _BY_REASON:
        return _BY_REASON[reason]
    if metadata.get("limit") == "request_bytes":
        return TooLarge
    # gRPC itself uses the code of a limit for a message that is too large, and says so in words alone.
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED and _LARGE.search(message):
        return TooLarge
    return _KINDS.get(code, LinkageError)


def _details(packed: str | bytes) -> tuple[Message, ...]:
    try:
        status = status_pb2.Status.FromString(packed if isinstance(packed, bytes) else packed.encode())
        return tuple(_unpacked(item) for item in status.details)
    except DecodeError:  # of something between us and the service
        return ()


def _unpacked(packed: any_pb2.Any) -> Message:
    kind = _KNOWN_BY_NAME.get(packed.TypeName())
    return packed if kind is None else kind.FromString(packed.value)


def _violation(found: error_details_pb2.BadRequest.FieldViolation) -> Violation:
    """One violation; of a whole call what was meant stands in the description alone."""
    meant = _MEANT.search(found.description)
    return Violation(found.field, found.reason, found.description, meant["code"] if meant else "")
