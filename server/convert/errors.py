"""Every exception that a call can end with -> canonical code, stable reason, words. One table.

What the client gets of it, ``status`` says. Neither client nor log ever gets a traceback or a fact's value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import grpc

from linkage.v1 import policy_service_pb2 as api
from policy.facts.reading import FactsError
from policy.text.characters import printable
from server.convert.ends import NoAnswer, OutOfTime, ResponseFull, ResponseTooLarge, Unrepeatable
from server.convert.violations import told
from server.identity.refusals import (
    Busy,
    Counted,
    Crowded,
    Denied,
    Late,
    OverLimit,
    TooManyFailures,
    Unauthenticated,
    Why,
)
from server.log.writer import LogClosed, LogFull
from server.store.errors import NotKept, StoreError
from server.store.tree import NoProof


class Refused(Exception):
    """A refusal that brings its own line of the table."""

    kind: Kind

    def failure(self, lang: str) -> Failure:
        """In words."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Kind:
    """A line of the table: canonical code, stable reason, words, and when to try again (0: do not)."""

    status: grpc.StatusCode
    reason: str
    zh: str
    en: str
    retry_seconds: float = 0.0


INVALID = Kind(
    grpc.StatusCode.INVALID_ARGUMENT,
    "INVALID_REQUEST",
    "{first}{more}",
    "{first}{more}",
)
ABSENT = {
    code: Kind(grpc.StatusCode.NOT_FOUND, reason, "{first}{more}", "{first}{more}")
    for code, reason in (
        ("LNK810", "DISTRICT_NOT_FOUND"),
        ("LNK608", "VERSION_NOT_FOUND"),
        ("LNK609", "NO_VERSION_IN_FORCE"),
        ("LNK318", "CODE_NOT_FOUND"),
        ("LNK001", "CASE_NOT_FOUND"),
        ("LNK002", "OBLIGATION_NOT_FOUND"),
        ("LNK077", "CONTACT_NOT_FOUND"),
    )
}
"""By fault: what a request names and the service does not have, where nothing else is wrong with it."""
OUT_OF_PLACE = {
    code: Kind(status, reason, "{first}{more}", "{first}{more}", again)
    for code, status, reason, again in (
        ("LNK003", grpc.StatusCode.ALREADY_EXISTS, "CASE_EXISTS", 0.0),
        ("LNK004", grpc.StatusCode.ABORTED, "ETAG_STALE", 0.0),
        ("LNK005", grpc.StatusCode.ALREADY_EXISTS, "ENTRY_EXISTS", 0.0),
        ("LNK015", grpc.StatusCode.FAILED_PRECONDITION, "NOT_RETURNABLE", 0.0),
        ("LNK022", grpc.StatusCode.FAILED_PRECONDITION, "NOT_FULFILLED", 0.0),
        ("LNK023", grpc.StatusCode.FAILED_PRECONDITION, "OBLIGATION_ENDED", 0.0),
        ("LNK024", grpc.StatusCode.FAILED_PRECONDITION, "NOTHING_TO_CONFIRM", 0.0),
        ("LNK025", grpc.StatusCode.FAILED_PRECONDITION, "NOT_REPORTED", 0.0),
        ("LNK028", grpc.StatusCode.FAILED_PRECONDITION, "NO_DUTY", 0.0),
        ("LNK030", grpc.StatusCode.FAILED_PRECONDITION, "RULES_GONE", 0.0),
        ("LNK031", grpc.StatusCode.ABORTED, "CASE_BUSY", 0.5),
        ("LNK035", grpc.StatusCode.FAILED_PRECONDITION, "VOCABULARY_INCOMPLETE", 0.0),
        ("LNK092", grpc.StatusCode.FAILED_PRECONDITION, "CASE_ERASED", 0.0),
        ("LNK095", grpc.StatusCode.FAILED_PRECONDITION, "DISTRICT_FILE_OF_ANOTHER_KIND", 0.0),
        ("LNK096", grpc.StatusCode.FAILED_PRECONDITION, "DISTRICT_FILE_ERASED", 0.0),
        ("LNK054", grpc.StatusCode.FAILED_PRECONDITION, "TOKEN_OF_ANOTHER_DATABASE", 0.0),
        ("LNK061", grpc.StatusCode.OUT_OF_RANGE, "NO_SUCH_PLACE", 0.0),
        ("LNK036", grpc.StatusCode.PERMISSION_DENIED, "BODY_OF_OTHERS", 0.0),
    )
}
"""By fault: what is well said, and does not go with what the register has, where nothing else is wrong."""
BY_FAULT = ABSENT | OUT_OF_PLACE
"""The lines of single faults."""
STOPPING = Kind(
    grpc.StatusCode.UNAVAILABLE,
    "STOPPING",
    "服务正在停止，请换一处重试",
    "the service is stopping; try another one",
    retry_seconds=1.0,
)
UNAUTHENTICATED = {
    why: Kind(grpc.StatusCode.UNAUTHENTICATED, reason, zh, en)
    for why, reason, zh, en in (
        (
            Why.NONE,
            "CREDENTIALS_MISSING",
            "请求没有说明调用者是谁：需要客户端证书，或 authorization: Bearer …",
            "the call does not say who makes it: a client certificate or `authorization: Bearer …` is needed",
        ),
        (
            Why.EXPIRED,
            "TOKEN_EXPIRED",
            "令牌已过期，请换一个新的再试",
            "the token has expired: get a new one and try again",
        ),
        (
            Why.UNKNOWN,
            "CREDENTIALS_REFUSED",
            "不接受这样的调用者凭证",
            "these credentials are not accepted",
        ),
    )
}
"""Those that callers can do something about have a reason of their own; the log says why for each."""
KINDS: tuple[tuple[type[Exception], Kind], ...] = (
    (
        Denied,
        Kind(
            grpc.StatusCode.PERMISSION_DENIED,
            "PERMISSION_DENIED",
            "这个调用者无权作 {call} 调用{where}；权限由服务的管理者授予，见 docs/security.md",
            "this caller may not call {call}{where}; rights are granted by whoever runs the service: "
            "docs/security.md",
        ),
    ),
    (
        OverLimit,
        Kind(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "CALLER_LIMIT",
            "超出了这个调用者的限额（{limit}）；限额见 docs/limits.md，RetryInfo 写明何时再试",
            "this caller has reached its limit ({limit}): docs/limits.md has the limits, RetryInfo says when "
            "to try again",
            retry_seconds=1.0,  # what the limit says takes its place
        ),
    ),
    (
        Crowded,
        Kind(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "TOO_MANY_CALLS",
            "正在处理的调用太多（{limit}），请稍后重试",
            "too many calls are being answered ({limit}); try again soon",
            retry_seconds=0.5,  # what the refusal says takes its place
        ),
    ),
    (
        TooManyFailures,
        Kind(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "TOO_MANY_FAILURES",
            "来自这一地址的凭证多次被拒，暂不再核对新的凭证，请稍后重试",
            "credentials from this address were refused too often: no new ones are looked at for a while",
            retry_seconds=1.0,  # likewise
        ),
    ),
    (
        Late,
        Kind(
            grpc.StatusCode.DEADLINE_EXCEEDED,
            "NO_MESSAGE",
            "{seconds} 秒内没有收到消息，也没有送出答复，调用因此结束",
            "in {seconds} s no message has come and no answer has gone: the call was ended",
        ),
    ),
    (
        Busy,
        Kind(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "BUSY",
            "等待处理的大请求太多，请稍后重试",
            "too many large requests wait; try again soon",
            retry_seconds=0.5,
        ),
    ),
    (
        LogFull,
        Kind(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "LOG_QUEUE_FULL",
            "等待写入的决定太多，请稍后重试",
            "too many decisions wait to be written; try again soon",
            retry_seconds=0.5,
        ),
    ),
    (
        LogClosed,
        STOPPING,
    ),
    (
        NotKept,
        Kind(
            grpc.StatusCode.UNAVAILABLE,
            "REGISTER_UNAVAILABLE",
            "登记所用的数据库没有应答（{code}），请稍后重试；同一个 id 不会重复登记",
            "the register's database did not do it ({code}); try again later: nothing is recorded twice "
            "under one id",
            retry_seconds=2.0,
        ),
    ),
    (
        StoreError,
        Kind(
            grpc.StatusCode.UNAVAILABLE,
            "LOG_UNAVAILABLE",
            "决定没有写入记录，因此不予答复（{code}），请稍后重试",
            "the decision could not be logged and so is not given ({code}); try again later",
            retry_seconds=2.0,
        ),
    ),
    (
        NoAnswer,
        Kind(
            grpc.StatusCode.UNAVAILABLE,
            "ENGINE_FAILED",
            "判断所用的引擎没有给出结果，请稍后重试",
            "the engine that decides gave no answer; try again soon",
            retry_seconds=1.0,
        ),
    ),
    (
        OutOfTime,
        Kind(
            grpc.StatusCode.DEADLINE_EXCEEDED,
            "DEADLINE_EXCEEDED",
            "调用的时限内来不及处理这一项",
            "the deadline of the call left no time for this item",
        ),
    ),
    (
        ResponseFull,
        Kind(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "RESPONSE_FULL",
            "这一批的回答已满（{limit} 字节），这一项没有判断：请另发一批；要一次多发，用 view: "
            "DECISION_VIEW_BASIC、更大的 max_response_bytes，或 EvaluateStream",
            "the answer to the batch is full ({limit} bytes), and this case was not decided: send it in "
            "another batch; for more at once use view: DECISION_VIEW_BASIC, a larger max_response_bytes, or "
            "EvaluateStream",
        ),
    ),
    (
        ResponseTooLarge,
        Kind(
            grpc.StatusCode.FAILED_PRECONDITION,
            "RESPONSE_TOO_LARGE",
            "回答有 {size} 字节，超过这次请求可收的 {limit} 字节：用 view: DECISION_VIEW_BASIC 或 read_mask，"
            "或在 max_response_bytes 中写明客户端能收多少（最多 {most}）",
            "the answer has {size} bytes, more than the {limit} that the request takes: use view: "
            "DECISION_VIEW_BASIC or a read_mask, or say in max_response_bytes how much the client receives "
            "(at most {most})",
        ),
    ),
    (
        Unrepeatable,
        Kind(
            grpc.StatusCode.FAILED_PRECONDITION,
            "ANSWER_GONE",
            "这次调用已有记录，但其决定已不能再给出；如需重新判断，请换一个幂等键",
            "the call was logged, but its decision cannot be given again; a new key has it decided anew",
        ),
    ),
    (
        NoProof,
        Kind(
            grpc.StatusCode.NOT_FOUND,
            "NO_PROOF",
            "记录中没有这一条，或没有这么多条：log_id 是回答中的 receipt.log_id，LogService/GetCheckpoint "
            "给出共有多少条",
            "the log has no such entry, or not so many: log_id is receipt.log_id of an answer, and "
            "LogService/GetCheckpoint says how many entries there are",
        ),
    ),
    (
        Exception,
        Kind(
            grpc.StatusCode.INTERNAL,
            "INTERNAL",
            "服务内部出错，已记入日志；请把 request_id 告诉服务的管理者",
            "the service failed, and its log says where: tell whoever runs it the request_id",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception in words: what the client is told, in its language."""

    kind: Kind
    message: str
    violations: tuple[api.FieldViolation, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


def failure_of(error: Exception, lang: str) -> Failure:
    """What is said of ``error`` in "zh" or "en"."""
    if isinstance(error, FactsError):
        return _invalid(error, lang)
    if isinstance(error, Refused):
        return error.failure(lang)
    kind = _kind_of(error)
    if isinstance(error, Denied):
        return Failure(kind, _words(kind, lang, _denied(error, lang)), metadata={"call": error.call})
    if isinstance(error, Late):
        return Failure(kind, _words(kind, lang, {"seconds": f"{error.seconds:g}"}))
    if isinstance(error, OverLimit | Counted):
        later = replace(kind, retry_seconds=error.seconds)
        return Failure(later, _words(kind, lang, {"limit": error.limit}), metadata={"limit": error.limit})
    if isinstance(error, ResponseTooLarge):
        sizes = {"size": str(error.size), "limit": str(error.limit), "most": str(error.most)}
        return Failure(kind, _words(kind, lang, sizes), metadata=sizes)
    if isinstance(error, ResponseFull):
        limit = {"limit": str(error.limit)}
        return Failure(kind, _words(kind, lang, limit), metadata=limit)
    if isinstance(error, StoreError):
        return Failure(kind, _words(kind, lang, {"code": error.code}), metadata={"code": error.code})
    return Failure(kind, _words(kind, lang, {}))


def ended_with(error: BaseException | None) -> tuple[str, int]:
    """Name and number of the status that a call ends with; one that was given up ends with CANCELLED."""
    status = grpc.StatusCode.OK
    if isinstance(error, Exception):
        status = _kind_of(error).status
    elif error is not None:
        status = grpc.StatusCode.CANCELLED
    return status.name, status.value[0]


def _kind_of(error: Exception) -> Kind:
    if isinstance(error, FactsError):
        kinds = {BY_FAULT.get(item.code, INVALID) for item in error.violations}
        return kinds.pop() if len(kinds) == 1 else INVALID
    if isinstance(error, Unauthenticated):
        return UNAUTHENTICATED.get(error.why, UNAUTHENTICATED[Why.UNKNOWN])
    if isinstance(error, Refused):
        return error.kind
    return next(kind for cls, kind in KINDS if isinstance(error, cls))


def _denied(error: Denied, lang: str) -> Mapping[str, str]:
    district = printable(error.district[:64])
    where = f" in the district “{district}”" if lang == "en" else f"（地区“{district}”）"
    return {"call": error.call.rpartition(".")[2], "where": where if district else ""}


def _invalid(error: FactsError, lang: str) -> Failure:
    """The first violation in full, and how many more there are; the details list them."""
    kind, violations = _kind_of(error), told(error.violations, lang)
    first, count = violations[0], len(violations) + error.more
    more = (
        (f" (and {count - 1} more)" if lang == "en" else f"（另有 {count - 1} 处不对）") if count > 1 else ""
    )
    words = _words(kind, lang, {"first": f"{first.field}: {first.description}", "more": more})
    metadata = {"violations": str(count)}
    if kind is not INVALID and first.suggestion:
        metadata["suggestion"] = first.suggestion
    return Failure(kind, words, violations, metadata)


def _words(kind: Kind, lang: str, values: Mapping[str, str]) -> str:
    return (kind.en if lang == "en" else kind.zh).format_map(values)
