"""Failure -> what goes to the client: google.rpc.Status with its details, or the error of an item.

Details: ``ErrorInfo`` (stable reason, metadata), ``RetryInfo`` where trying again makes sense, ``BadRequest``
(field violations), ``Help`` (the page that explains it), ``LocalizedMessage`` (the message's language).
"""

from __future__ import annotations

from google.protobuf import any_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from linkage.v1 import policy_service_pb2 as api
from policy.text.messages import CATALOG
from policy.text.messages.page import anchor
from server.convert.errors import Failure

DOMAIN = "linkage.v1"
DETAILS_BYTES = 4096
"""Most bytes of details in the trailers of a call: clients refuse trailers beyond 8 KiB."""
FAULTS, REASONS = "docs/faults.md", "docs/operations.md#errors"
"""Pages of this repository."""
_MOST_LINKS = 3
LOCALES = {"zh": "zh-CN", "en": "en"}


def item_error(failure: Failure) -> api.ItemError:
    """The error of one item of a batch or stream."""
    return api.ItemError(
        code=failure.kind.status.value[0],
        reason=failure.kind.reason,
        message=failure.message,
        violations=failure.violations,
        help=_help(failure).links[0].url,
    )


def status_of(failure: Failure, request_id: str, lang: str) -> status_pb2.Status:
    """The status of a whole call; as many violations as ``DETAILS_BYTES`` hold, in order.

    ``request_id``: empty where there was no call.
    """
    ids = {"request_id": request_id} if request_id else {}
    first: list[Message] = [
        error_details_pb2.ErrorInfo(
            reason=failure.kind.reason, domain=DOMAIN, metadata={**failure.metadata, **ids}
        )
    ]
    if failure.kind.retry_seconds:
        delay = Duration()
        delay.FromMilliseconds(round(failure.kind.retry_seconds * 1000))
        first.append(error_details_pb2.RetryInfo(retry_delay=delay))
    last: list[Message] = [
        _help(failure),
        error_details_pb2.LocalizedMessage(locale=LOCALES[lang], message=failure.message),
    ]
    room = DETAILS_BYTES - sum(detail.ByteSize() for detail in (*first, *last))
    listed = [_bad_request(failure.violations, room)] if failure.violations else []
    # google.rpc.Code has the same numbers as gRPC's own status codes.
    code = code_pb2.Code.ValueType(failure.kind.status.value[0])
    details = [packed(detail) for detail in (*first, *listed, *last)]
    return status_pb2.Status(code=code, message=failure.message, details=details)


def _bad_request(violations: tuple[api.FieldViolation, ...], room: int) -> error_details_pb2.BadRequest:
    bad = error_details_pb2.BadRequest()
    for item in violations:
        bad.field_violations.add(field=item.field, description=item.description, reason=item.code)
        if bad.ByteSize() > room and len(bad.field_violations) > 1:
            del bad.field_violations[-1]
            break
    return bad


def _help(failure: Failure) -> error_details_pb2.Help:
    """Where the first few faults, or the reason, are explained."""
    found = error_details_pb2.Help()
    codes = dict.fromkeys(item.code for item in failure.violations if item.code in CATALOG)
    for code in list(codes)[:_MOST_LINKS]:
        found.links.add(description=code, url=f"{FAULTS}#{anchor(CATALOG[code])}")
    if not codes:
        found.links.add(description=failure.kind.reason, url=REASONS)
    return found


def packed(detail: Message) -> any_pb2.Any:
    """A detail of a status."""
    packed = any_pb2.Any()
    packed.Pack(detail)
    return packed
