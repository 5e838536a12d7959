"""Every way in which a call can end has its kind, and nothing that the service says is lost."""

from __future__ import annotations

import re
from pathlib import Path

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2

import linkage_client
from linkage.v1 import policy_service_pb2 as api
from linkage_client import LinkageError, ServiceFailed, TooLarge
from linkage_client.errors import error_of_call, error_of_item
from server.convert.errors import BY_FAULT, KINDS, UNAUTHENTICATED
from tests.client.test_plans import Ended, error

SAID = [kind for _, kind in KINDS] + [*BY_FAULT.values(), *UNAUTHENTICATED.values()]


@pytest.mark.parametrize("kind", SAID, ids=[kind.reason for kind in SAID])
def test_whatever_the_service_says_has_a_kind_of_its_own(kind: object) -> None:
    status, reason, after = kind.status, kind.reason, kind.retry_seconds  # type: ignore[attr-defined]
    found = error(status, "text", reason, after or None)
    assert type(found) is not LinkageError
    assert (found.code, found.reason, found.message, found.request_id) == (status, reason, "text", "r")
    assert found.retry_after == (after or None)
    assert found.retryable == (after > 0)


def test_every_canonical_code_ends_in_an_error() -> None:
    codes = [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK]
    assert [code for code in codes if not isinstance(error(code), LinkageError)] == []


def test_a_message_that_is_too_large_is_told_from_a_limit() -> None:
    large = error(grpc.StatusCode.RESOURCE_EXHAUSTED, "CLIENT: Sent message larger than max (9 vs. 4)")
    assert type(large) is TooLarge
    assert not large.retryable


def test_details_that_this_version_does_not_know_are_kept() -> None:
    unknown = any_pb2.Any(type_url="type.googleapis.com/linkage.v9.New", value=b"\x08\x01")

    class Newer(Ended):
        def trailing_metadata(self) -> list[tuple[str, bytes]]:
            from google.rpc import status_pb2

            status = status_pb2.Status(details=[unknown])
            status.details.add().Pack(error_details_pb2.Help(links=[{"url": "https://example.com/help"}]))
            return [("grpc-status-details-bin", status.SerializeToString())]

    found = error_of_call(Newer(grpc.StatusCode.INVALID_ARGUMENT))
    assert found.details[0] == unknown
    assert isinstance(found.details[1], error_details_pb2.Help)


def test_details_that_are_none() -> None:
    class Broken(Ended):
        def trailing_metadata(self) -> list[tuple[str, bytes]]:
            return [("grpc-status-details-bin", b"\xff")]

    assert error_of_call(Broken(grpc.StatusCode.UNKNOWN, "text")).message == "text"


def test_a_code_of_an_item_that_is_none() -> None:
    assert isinstance(error_of_item(api.ItemError(code=99, message="m")), ServiceFailed)


def test_the_tree_in_the_docstring_is_the_tree_of_classes() -> None:
    assert linkage_client.errors.__doc__ is not None
    drawn = re.findall(r"^[├└]── (\w+)", linkage_client.errors.__doc__, re.MULTILINE)
    assert drawn == [cls.__name__ for cls in LinkageError.__subclasses__()]
    assert set(drawn) <= set(linkage_client.__all__)


def test_what_the_package_offers_exists_and_is_sorted() -> None:
    offered = linkage_client.__all__
    assert [name for name in offered if not hasattr(linkage_client, name)] == []
    assert len(offered) == len(set(offered))


def test_the_twins_import_nothing_of_the_service(repo_root: Path) -> None:
    sources = (repo_root / "proto/client/linkage_client").glob("*.py")
    imported = {
        found
        for source in sources
        for found in re.findall(r"^\s*(?:from|import) (\w+)", source.read_text(), re.MULTILINE)
    }
    assert imported.isdisjoint({"policy", "server"})
