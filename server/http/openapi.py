"""OpenAPI 3.1 of the plain calls, from the same descriptors that answer them; its words are the schemas' own.

Streams are described by one line of them: OpenAPI 3.1 has no lines of JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from google.protobuf.descriptor import Descriptor

from linkage.internal.v1.comments import COMMENTS
from server.http.answers import JSON
from server.http.methods import Method
from server.http.rest import LINES, file_type
from server.http.schemas import Schemas, required, within
from server.http.templates import Binding
from server.telemetry.version import version

VERSION = "3.1.0"
_STATUS = "Status"

_ERRORS = {
    400: "The request is wrong: the details name each field (BadRequest), or what the state does not allow.",
    401: "It is not known who calls.",
    403: "The caller may not make this call, or not on this district.",
    404: "There is no such pack, entry or path.",
    408: "The body took too long.",
    409: "The call conflicts with another one.",
    413: "The body is too large.",
    415: "The body is of a type, or packed in a way, that is not read.",
    429: "The caller has reached its limit, or there is too much to do; Retry-After says when to come back.",
    500: "The service failed; its log says where.",
    501: "The call does not exist here.",
    503: "The service cannot answer now; Retry-After says when to come back.",
    504: "The call's own time limit has passed.",
}
_INTRODUCTION = """\
Decisions on cases under the rule packs of districts: facts in, dated obligations out. The same calls are
served over gRPC, and by the Connect protocol at `/linkage.v1.PolicyService/…`.

* A field that a request does not have is refused with what was probably meant, unless `ignoreUnknown=true` is
  asked for; names may be written `asOf` or `as_of`. Moments have a zone.
* Errors are `google.rpc.Status`: `details` hold a stable reason (ErrorInfo), violations by field
  (BadRequest), and when to come back (RetryInfo, and the header Retry-After).
* `Connect-Timeout-Ms` limits the time of a call, `Accept-Language` (zh, en) chooses the language where a
  request names none, `X-Request-Id` gives a call its id, and `Accept-Encoding: gzip` is honoured.
"""
_SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A JWT of a configured issuer, or an API key.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Api-Key",
        "description": "A key of `linkage keys`.",
    },
    "mutualTls": {"type": "mutualTLS", "description": "A certificate that the callers' file names."},
}

Examples = Mapping[str, Any]
"""An example of the body, or of the parameters, of a method, by its call."""


def openapi(
    methods: Iterable[Method], examples: Examples | None = None, *, identity: bool = True
) -> dict[str, Any]:
    """The document. ``identity``: callers are known here, and have to say who they are."""
    described = [method for method in methods if method.bindings]
    requests = {d.full_name: d for method in described for d in within(method.request.DESCRIPTOR)}
    schemas = Schemas(frozenset(requests))
    paths: dict[str, dict[str, Any]] = {}
    for method in described:
        for number, binding in enumerate(method.bindings):
            at = paths.setdefault(_path(binding), {})
            at[binding.verb.lower()] = _operation(method, binding, number, schemas, examples or {}, identity)
    services = dict.fromkeys(method.descriptor.containing_service.full_name for method in described)
    return {
        "openapi": VERSION,
        "info": {
            "title": "Linkage",
            "version": version(),
            "summary": "Obligations of departments that help a court enforce its judgments.",
            "description": _INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": _short(name), "description": COMMENTS.get(name, "")} for name in services],
        "paths": paths,
        "components": {
            "schemas": dict(sorted((schemas.made | {_STATUS: _status_schema()}).items())),
            "responses": {f"Error{code}": _error(says) for code, says in _ERRORS.items()},
            "securitySchemes": _SECURITY,
        },
        "security": [{name: []} for name in _SECURITY] if identity else [],
    }


def _operation(
    method: Method, binding: Binding, number: int, schemas: Schemas, examples: Examples, identity: bool
) -> dict[str, Any]:
    said = COMMENTS.get(method.descriptor.full_name, "")
    summary, _, rest = said.partition(". ")
    operation: dict[str, Any] = {
        "operationId": method.descriptor.name + (str(number + 1) if number else ""),
        "tags": [_short(method.descriptor.containing_service.full_name)],
        "summary": " ".join(summary.rstrip(".").split()),
        "description": " ".join(rest.split()) or " ".join(said.split()),
    }
    example = examples.get(method.call)
    operation["parameters"] = list(
        _parameters(method, binding, schemas, {} if binding.body else example or {})
    )
    if binding.body:
        operation["requestBody"] = _body(method, binding, schemas, example)
    answer = {"schema": schemas.reference(method.response.DESCRIPTOR)}
    content: dict[str, Any] = {LINES if method.gives_many else JSON: answer}
    if kind := file_type(method, binding):
        content = {kind.partition(";")[0]: {}}
    headers = {"X-Request-Id": {"description": "The id of the call.", "schema": {"type": "string"}}}
    codes = [code for code in _ERRORS if identity or code not in (401,)]
    errors = {str(code): {"$ref": f"#/components/responses/Error{code}"} for code in codes}
    operation["responses"] = {
        "200": {"description": "The answer.", "headers": headers, "content": content}
    } | errors
    return operation


def _body(method: Method, binding: Binding, schemas: Schemas, example: Any) -> dict[str, Any]:
    if binding.body == "*":
        schema = schemas.reference(method.request.DESCRIPTOR)
    else:
        field = _of(method).fields_by_name[binding.body]
        schema = schemas.field(field, requested=True)
    media: dict[str, Any] = {"schema": schema}
    if example is not None:
        media["example"] = example
    return {"required": True, "content": {LINES if method.takes_many else JSON: media}}


def _parameters(
    method: Method, binding: Binding, schemas: Schemas, example: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    in_path = set(binding.template.fields)
    for field in _of(method).fields:
        if field.name not in in_path and (binding.body == "*" or field.name == binding.body):
            continue
        place = "path" if field.name in in_path else "query"
        needed = place == "path" or required(field)
        made = {
            "name": field.name if place == "path" else field.json_name,
            "in": place,
            "required": needed,
            "description": " ".join(COMMENTS.get(field.full_name, "").split()),
            "schema": schemas.parameter(field),
        }
        if field.json_name in example:
            made["example"] = example[field.json_name]
        yield made
    switch = {"type": "boolean", "default": False}
    if not method.gives_many:
        yield {"name": "pretty", "in": "query", "description": "Whether to indent.", "schema": switch}
    words = "Whether fields that a request does not have are left out, and not refused."
    yield {"name": "ignoreUnknown", "in": "query", "description": words, "schema": switch}


def _error(says: str) -> dict[str, Any]:
    return {"description": says, "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{_STATUS}"}}}}


def _status_schema() -> dict[str, Any]:
    kind = {"type": "object", "properties": {"@type": {"type": "string"}}, "required": ["@type"]}
    return {
        "type": "object",
        "description": "google.rpc.Status: what went wrong.",
        "properties": {
            "code": {"type": "integer", "description": "A number of google.rpc.Code."},
            "message": {"type": "string", "description": "What went wrong, for people."},
            "details": {"type": "array", "items": kind, "description": "google.rpc error details, by @type."},
        },
        "required": ["code", "message", "details"],
    }


def _of(method: Method) -> Descriptor:
    descriptor: Any = method.request.DESCRIPTOR
    return cast(Descriptor, descriptor)


def _path(binding: Binding) -> str:
    """OpenAPI has no patterns within a path's fields."""
    return "/".join(
        part.partition("=")[0] + "}" if "=" in part else part for part in binding.template.text.split("/")
    )


def _short(name: str) -> str:
    return name.rpartition(".")[2]
