"""TLS, mutual TLS, tokens and API keys, and what the service says to those it does not let in."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from linkage_client import (
    AsyncClient,
    Busy,
    Client,
    Denied,
    Refused,
    Retry,
    TooLarge,
    Unauthenticated,
    Unavailable,
    case_of,
)
from linkage_client.channel import Target, target_of
from tests.client.conftest import twin
from tests.client.places import Place
from tests.server.cases import SEIZURE
from tests.server.identity.world import World

ONCE = Retry(attempts=1)
KINDS = pytest.mark.parametrize("kind", ["threads", "asyncio"])


@KINDS
def test_an_api_key_over_tls(tls: Place, kind: str) -> None:
    with twin(kind, tls.address, ca=tls.ca, token=tls.key) as client:
        assert client.evaluate(SEIZURE).obligations
        assert [a.error for a in client.stream([SEIZURE, SEIZURE])] == [None, None]


@KINDS
def test_a_certificate_as_files_and_as_bytes(mutual: Place, kind: str, tmp_path: Path) -> None:
    pem, key = mutual.world.client("court").write(tmp_path, "court")
    with twin(kind, mutual.address, ca=mutual.ca, certificate=pem, key=key) as client:
        assert client.evaluate(SEIZURE).obligations
    ca = Path(mutual.ca).read_bytes()
    read = {"ca": ca, "certificate": pem.read_bytes(), "key": key.read_bytes()}
    with twin(kind, mutual.address, **read) as client:
        assert client.evaluate(SEIZURE).obligations


def test_without_a_certificate_there_is_no_connection(mutual: Place) -> None:
    with (
        twin("threads", mutual.address, ca=mutual.ca, retry=ONCE) as client,
        pytest.raises(Unavailable),
    ):
        client.packs()


def test_a_service_that_is_not_the_one_is_not_spoken_to(tls: Place, tmp_path: Path) -> None:
    other = World(tmp_path)
    with (
        twin("threads", tls.address, ca=other.folder / "ca.pem", retry=ONCE) as client,
        pytest.raises(Unavailable),
    ):
        client.packs()


def test_another_name_in_the_certificate(tls: Place) -> None:
    settings = {"ca": tls.ca, "token": tls.key, "retry": ONCE}
    with (
        twin("threads", tls.address, server_name="example.com", **settings) as client,
        pytest.raises(Unavailable),
    ):
        client.packs()
    port = tls.address.rpartition(":")[2]
    with twin("threads", f"ipv6:[::ffff:127.0.0.1]:{port}", server_name="localhost", **settings) as client:
        assert client.packs()


@KINDS
def test_who_is_not_let_in(tls: Place, kind: str) -> None:
    for token, reason in ((None, "CREDENTIALS_MISSING"), ("lk_nobody", "CREDENTIALS_REFUSED")):
        with twin(kind, tls.address, ca=tls.ca, token=token) as client:
            with pytest.raises(Unauthenticated) as caught:
                client.evaluate(SEIZURE)
            assert caught.value.reason == reason
            assert "credentials" in caught.value.message or "say who makes it" in caught.value.message
    with twin(kind, tls.address, ca=tls.ca, token=tls.world.token(sub="staff", groups="writers")) as client:
        with pytest.raises(Denied) as denied:
            client.evaluate(SEIZURE)
        assert denied.value.metadata["call"].endswith("Evaluate")


@KINDS
def test_a_district_that_is_not_the_callers_is_that_cases_error(tls: Place, kind: str) -> None:
    token = tls.world.token()
    with twin(kind, tls.address, ca=tls.ca, token=token) as client:
        for answers in (client.evaluate_many, client.stream):
            good, bad = answers([SEIZURE, SEIZURE | {"district": "elsewhere"}])
            assert good.decision
            assert isinstance(bad.error, Denied | Refused)


@KINDS
def test_a_token_that_has_expired_is_renewed(tls: Place, kind: str) -> None:
    tokens = [tls.world.token(exp=int(time.time()) - 3600), tls.world.token()]
    given: list[str] = []

    def token() -> str:
        given.append(tokens[min(len(given), 1)])
        return given[-1]

    async def awaited() -> str:
        return token()

    with twin(kind, tls.address, ca=tls.ca, token=token if kind == "threads" else awaited) as client:
        assert client.evaluate(SEIZURE).obligations
        assert len(given) == 2
    with twin(kind, tls.address, ca=tls.ca, token=tokens[0]) as client:
        with pytest.raises(Unauthenticated) as caught:
            client.evaluate(SEIZURE)
        assert caught.value.reason == "TOKEN_EXPIRED"


@KINDS
def test_who_is_too_fast_comes_back_when_told(tls: Place, kind: str) -> None:
    token = tls.world.token(sub="slow")
    with twin(kind, tls.address, ca=tls.ca, token=token, retry=Retry(attempts=1)) as client:
        with pytest.raises(Busy) as caught:
            _until_refused(client)
        assert caught.value.reason == "CALLER_LIMIT"
        assert caught.value.retry_after is not None
        assert 0 < caught.value.retry_after <= 0.2
    with twin(kind, tls.address, ca=tls.ca, token=token) as client:
        assert [bool(client.packs()) for _ in range(3)] == [True] * 3


def _until_refused(client: Client) -> None:
    for _ in range(100):
        client.packs()


@KINDS
def test_a_request_beyond_the_callers_size(tls: Place, kind: str) -> None:
    large = SEIZURE | {"categories": ["traffic_compensation"] * 300}
    assert case_of(large).ByteSize() > 4096
    with twin(kind, tls.address, ca=tls.ca, token=tls.world.token(sub="slow")) as client:
        with pytest.raises(TooLarge):
            client.evaluate(large)
        answers = list(client.evaluate_many([SEIZURE, large, *[SEIZURE] * 30]))
    assert [answer.place for answer in answers if isinstance(answer.error, TooLarge)] == [1]
    assert sum(answer.decision is not None for answer in answers) == 31


TARGETS = [
    ("localhost:50051", False, Target("localhost:50051", tls=False)),
    ("127.0.0.1:1", False, Target("127.0.0.1:1", tls=False)),
    ("[::1]:1", False, Target("[::1]:1", tls=False)),
    ("unix:linkage.sock", False, Target("unix:linkage.sock", tls=False)),
    ("localhost:50051", True, Target("localhost:50051", tls=True)),
    ("example.com:50051", False, Target("example.com:50051", tls=True)),
    ("https://example.com", False, Target("example.com:443", tls=True)),
    ("https://example.com:50051/", False, Target("example.com:50051", tls=True)),
    ("http://example.com", False, Target("example.com:80", tls=False)),
    ("localhost", False, Target("localhost:50051", tls=False)),
    ("example.com", False, Target("example.com:50051", tls=True)),
    ("[::1]", False, Target("[::1]:50051", tls=False)),
    ("dns:///example.com:50051", False, Target("dns:///example.com:50051", tls=True)),
    ("ipv4:127.0.0.1:50051", False, Target("ipv4:127.0.0.1:50051", tls=False)),
]


@pytest.mark.parametrize(("address", "forced", "target"), TARGETS)
def test_what_an_address_means(address: str, forced: bool, target: Target) -> None:
    assert target_of(address, forced=forced) == target


NO_ADDRESS = "an address is a host and a port"
WRONG = [
    ({"address": ""}, NO_ADDRESS),
    ({"address": "::1"}, NO_ADDRESS),
    ({"address": "localhost:port"}, NO_ADDRESS),
    ({"address": "localhost:99999"}, NO_ADDRESS),
    ({"address": "lk_key@localhost:50051"}, NO_ADDRESS),
    ({"ca": b"-----BEGIN PRIVATE KEY-----"}, "ca holds no certificate in the form of PEM"),
    ({"ca": b""}, "ca holds no certificate"),
    (
        {"certificate": b"-----BEGIN CERTIFICATE-----", "key": b"-----BEGIN CERTIFICATE-----"},
        "key holds no private key",
    ),
    ({"address": "ftp://example.com"}, "an address is host:port"),
    ({"address": "https://example.com/v1"}, NO_ADDRESS),
    (
        {"address": "http://example.com", "token": "lk_x"},
        "a token is not sent over the network without TLS",
    ),
    ({"certificate": b"x"}, "a client certificate and its key are given together"),
    (
        {"address": "http://localhost:1", "ca": b"-----BEGIN CERTIFICATE-----"},
        "certificates are given",
    ),
]


@pytest.mark.parametrize("made", [Client, AsyncClient])
@pytest.mark.parametrize(("settings", "says"), WRONG)
def test_settings_that_contradict_one_another(
    made: type[Client] | type[AsyncClient], settings: dict[str, object], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        made(**settings)  # type: ignore[arg-type]


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        Client("example.com:1", ca="no-such.pem")


def test_a_coroutine_function_is_no_token_of_a_client_with_threads() -> None:
    async def token() -> str:
        return "lk_x"

    with (
        Client("localhost:1", token=token) as client,
        pytest.raises(TypeError, match="a Client's token is text"),
    ):
        client.packs()
