"""Whatever a call brings as its credentials, it is a caller's or it is refused: nothing else happens."""

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.identity.authentication import Authentication
from server.identity.caller import CallerLimits
from server.identity.failures import Failures
from server.identity.refusals import Unauthenticated
from tests.server.identity.test_credentials import Bringing
from tests.server.identity.world import AUDIENCE, ISSUER, World, bearer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "alg": st.sampled_from(["ES256", "none", "None", "HS256", "RS256", "ES256K"]) | JSON,
        "kid": st.sampled_from(["k1", "k9"]) | JSON,
        "typ": JSON,
        "crit": JSON,
        "b64": JSON,
        "jwk": JSON,
        "jku": JSON,
        "x5u": JSON,
        "zip": JSON,
    },
)
CLAIMS = st.fixed_dictionaries(
    {"iss": st.just(ISSUER) | JSON},
    optional={
        "aud": st.just(AUDIENCE) | JSON,
        "exp": st.just(9_999_999_999) | JSON,
        "nbf": JSON,
        "iat": JSON,
        "sub": st.just("court") | JSON,
        "groups": JSON,
    },
)
FUZZ = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def known(world: World) -> Authentication:
    return Authentication(world.folder / "callers.yaml", None, CallerLimits(), failures=Failures(1_000_000))


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def refused(known: Authentication, metadata: tuple[tuple[str, Any], ...]) -> None:
    with pytest.raises(Unauthenticated):
        await known.caller(Bringing(metadata))


@FUZZ
@given(
    value=st.text() | st.binary() | st.text().map("Bearer {}".format) | st.text().map("Bearer lk_{}".format)
)
async def test_any_text(known: Authentication, value: str | bytes) -> None:
    await refused(known, (("authorization", value),))


@FUZZ
@given(
    header=HEADERS | JSON, claims=CLAIMS | JSON, signature=st.sampled_from(["", "AAAA", "A" * 86, "A" * 87])
)
async def test_any_token_that_nobody_signed(
    known: Authentication, header: Any, claims: Any, signature: str
) -> None:
    await refused(known, bearer(f"{part(header)}.{part(claims)}.{signature}"))


@FUZZ
@given(claims=CLAIMS)
async def test_any_claims_of_the_issuer(known: Authentication, world: World, claims: dict[str, Any]) -> None:
    """Signed by the issuer itself: a caller, or refused."""
    try:
        text = jwt.api_jws.encode(json.dumps(claims).encode(), world.keys["k1"], "ES256", {"kid": "k1"})
        caller = await known.caller(Bringing(bearer(text)))
    except Unauthenticated:
        return
    assert caller.name in known.table.callers
    assert isinstance(claims["sub"], str)
