"""What HTTP makes of errors: its status for each of gRPC's, and what is refused before there is a call.

The kinds below are lines of the table of ``server.convert.errors`` too: a stable reason, words, a status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2, status_pb2
from grpc import StatusCode as Code

from policy.text.characters import printable
from policy.text.suggest import suggest
from server.convert.errors import Failure, Kind, Refused
from server.convert.status import status_of
from server.convert.violations import meant

STATUS: Mapping[int, int] = MappingProxyType(
    {
        code.value[0]: status
        for code, status in (
            (Code.OK, 200),
            (Code.CANCELLED, 499),
            (Code.UNKNOWN, 500),
            (Code.INVALID_ARGUMENT, 400),
            (Code.DEADLINE_EXCEEDED, 504),
            (Code.NOT_FOUND, 404),
            (Code.ALREADY_EXISTS, 409),
            (Code.PERMISSION_DENIED, 403),
            (Code.RESOURCE_EXHAUSTED, 429),
            (Code.FAILED_PRECONDITION, 400),
            (Code.ABORTED, 409),
            (Code.OUT_OF_RANGE, 400),
            (Code.UNIMPLEMENTED, 501),
            (Code.INTERNAL, 500),
            (Code.UNAVAILABLE, 503),
            (Code.DATA_LOSS, 500),
            (Code.UNAUTHENTICATED, 401),
        )
    }
)
"""HTTP's status of each canonical code, as google.rpc.Code and the Connect protocol have it."""


@dataclass(frozen=True, slots=True)
class HttpKind:
    """A kind of error with a status of its own."""

    kind: Kind
    status: int


HTTP: Mapping[str, HttpKind] = MappingProxyType(
    {
        reason: HttpKind(Kind(code, reason, zh, en, again), status)
        for reason, code, status, again, zh, en in (
            (
                "PATH_NOT_FOUND",
                Code.NOT_FOUND,
                404,
                0.0,
                "没有路径“{name}”{meant}。可用的路径：{paths}",
                "there is no path “{name}”{meant}. The paths are: {paths}",
            ),
            (
                "METHOD_NOT_ALLOWED",
                Code.UNIMPLEMENTED,
                405,
                0.0,
                "这个路径不用 {name}，用 {allowed}",
                "this path is called with {allowed}, not with {name}",
            ),
            (
                "CONTENT_TYPE",
                Code.INVALID_ARGUMENT,
                415,
                0.0,
                "请求体的类型“{name}”用不了：请写 Content-Type: {allowed}",
                "a body of the type “{name}” cannot be read: send Content-Type: {allowed}",
            ),
            (
                "CONTENT_ENCODING",
                Code.UNIMPLEMENTED,
                415,
                0.0,
                "压缩方式“{name}”用不了，只有 gzip 和 identity",
                "the encoding “{name}” cannot be read: gzip and identity can",
            ),
            (
                "BODY_TOO_LARGE",
                Code.RESOURCE_EXHAUSTED,
                413,
                0.0,
                "请求体超过 {limit} 字节（上限见 docs/limits.md）",
                "the body has more than {limit} bytes (docs/limits.md gives the limits)",
            ),
            (
                "BODY_BROKEN",
                Code.INVALID_ARGUMENT,
                400,
                0.0,
                "请求体不完整，或不是所说的格式：{name}",
                "the body is not whole, or not what it says: {name}",
            ),
            (
                "HEADER",
                Code.INVALID_ARGUMENT,
                400,
                0.0,
                "请求头 {name} 的值用不了：应为 {allowed}",
                "the value of the header {name} cannot be used: it has to be {allowed}",
            ),
            (
                "QUERY",
                Code.INVALID_ARGUMENT,
                400,
                0.0,
                "查询参数“{name}”用不了：应为 {allowed}",
                "the query parameter “{name}” cannot be used: it has to be {allowed}",
            ),
            (
                "HOST_NOT_ALLOWED",
                Code.PERMISSION_DENIED,
                403,
                0.0,
                "没有设置调用者时，只能用 localhost 或 IP 地址访问，不能用名称“{name}”",
                "where no callers are set it is reached as localhost or by an IP address, not as “{name}”",
            ),
            (
                "TIME_IS_UP",
                Code.DEADLINE_EXCEEDED,
                504,
                0.0,
                "没有在调用的时限内完成",
                "it was not done within the deadline of the call",
            ),
            (
                "ANSWER_TOO_LARGE",
                Code.RESOURCE_EXHAUSTED,
                429,
                0.0,
                "回答超过 {limit} 字节：请减少一次所问的（上限见 docs/limits.md）",
                "the answer has more than {limit} bytes: ask for less (docs/limits.md gives the limits)",
            ),
            (
                "BODIES_WAITING",
                Code.RESOURCE_EXHAUSTED,
                429,
                0.5,
                "正在接收的请求体太多，请稍后重试",
                "too many bodies are being received; try again soon",
            ),
            (
                "FAILED",
                Code.INTERNAL,
                500,
                0.0,
                "服务内部出错，已记入日志",
                "the service failed; its log says where",
            ),
        )
    }
)
"""What HTTP alone is refused for, by reason."""

_MOST_PATHS = 40


class Problem(Refused):
    """A request that is refused. ``values`` fill the words; ``headers`` go with the answer."""

    def __init__(
        self, reason: str, headers: Mapping[str, str] | None = None, suggestion: str = "", **values: str
    ) -> None:
        super().__init__(reason)
        self.kind = HTTP[reason].kind
        self.headers = headers or {}
        self._suggestion = suggestion
        self._values = {name: printable(value[:1000]) for name, value in values.items()}

    def failure(self, lang: str) -> Failure:
        """In words."""
        words = self.kind.en if lang == "en" else self.kind.zh
        text = words.format_map({"meant": self._meant(lang), **self._values})
        metadata = {"suggestion": self._suggestion} if self._suggestion else {}
        return Failure(self.kind, text, metadata=metadata)

    def status(self, lang: str) -> status_pb2.Status:
        """The same, for who made no call."""
        return status_of(self.failure(lang), "", lang)

    def _meant(self, lang: str) -> str:
        return meant(self._suggestion, lang)


def http_status(status: status_pb2.Status) -> int:
    """HTTP's own status: that of its reason, or of its code."""
    for detail in status.details:
        if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
            reason = error_details_pb2.ErrorInfo.FromString(detail.value).reason
            if reason in HTTP:
                return HTTP[reason].status
            if reason == "NO_MESSAGE":
                return 408
    return STATUS.get(status.code, 500)


def no_path(path: str, paths: list[str]) -> Problem:
    """There is no such path; the nearest, and all that there are."""
    shown = path[:200]
    listed = ", ".join(paths[:_MOST_PATHS])
    return Problem("PATH_NOT_FOUND", suggestion=suggest(shown, paths), name=shown, paths=listed)


def status_json(status: status_pb2.Status) -> dict[str, object]:
    """google.rpc.Status as values of JSON."""
    made: dict[str, object] = MessageToDict(status)
    return made


def retry_seconds(status: status_pb2.Status) -> float:
    """When its details say to come back; 0.0: they do not."""
    for detail in status.details:
        if detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
            found = error_details_pb2.RetryInfo.FromString(detail.value)
            return float(found.retry_delay.seconds + found.retry_delay.nanos / 1e9)
    return 0.0
