import json
import time
from typing import Any

import httpx
import jwt
import pytest
import respx
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from rest_framework.test import APIClient

from core.time import now
from corps import auth_client
from corps.choices import Role
from tests import make
from tests.conftest import Cast

ISSUER, AUDIENCE = "https://auth.example.com", "scrm-customer"
JWKS, INTROSPECTION = f"{ISSUER}/jwks", f"{ISSUER}/introspect"
SECRET = "a shared secret of more than thirty-two bytes"
FIRST = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SECOND = ec.generate_private_key(ec.SECP256R1())
CONFIG = {
    "ISSUER": ISSUER,
    "AUDIENCE": AUDIENCE,
    "JWKS_URL": JWKS,
    "SHARED_SECRET": "",
    "INTROSPECTION_URL": "",
    "INTROSPECTION_TOKEN": "",
    "TIMEOUT": 0.5,
}


def published(**keys: Any) -> dict[str, Any]:
    """The key set with these public keys, by key id."""
    algorithms = jwt.algorithms.get_default_algorithms()
    listed = []
    for ident, key in keys.items():
        name = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
        entry = json.loads(algorithms[name].to_jwk(key.public_key()))
        listed.append(entry | {"kid": ident, "use": "sig", "alg": name})
    return {"keys": listed}


@pytest.fixture
def configured(settings):
    """Call it with what differs from a plain key set to make this process a client of the auth service."""

    def configure(**config: Any) -> None:
        settings.AUTH_SERVICE = CONFIG | config
        auth_client.current.cache_clear()

    configure()
    yield configure
    auth_client.current.cache_clear()


@pytest.fixture
def service(configured):
    """The auth service, publishing its first key."""
    with respx.mock(assert_all_called=False) as network:
        network.get(JWKS).respond(json=published(first=FIRST))
        yield network


@pytest.fixture
def person(cast: Cast):
    return cast.users["admin"]


def token(person: Any, *, key: Any = FIRST, alg: str = "RS256", kid: str | None = "first", **claims: Any) -> str:
    """A good token of the person, but for what is passed; a claim of None is left out."""
    full = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": person.username,
        "corpId": person.corp_id,
        "exp": time.time() + 86_400,
    } | claims
    body = {k: v for k, v in full.items() if v is not None or k == "corpId"}
    return jwt.encode(body, key, alg, headers={"kid": kid} if kid else None)


def ask(bearer: str) -> Any:
    return APIClient(headers={"Authorization": f"Bearer {bearer}"}).get("/api/v1/me")


def test_the_bearer_of_a_good_token_is_the_person_with_their_role(service, person) -> None:
    answer = ask(token(person))
    assert answer.status_code == 200
    told = answer.json()
    assert (told["kind"], told["id"], told["corpId"], told["role"]) == ("user", person.pk, person.corp_id, "admin")


def test_a_known_token_is_verified_without_the_network_or_the_database(
    service, person, django_assert_num_queries
) -> None:
    bearer = token(person)
    ask(bearer)
    with django_assert_num_queries(0):
        assert ask(bearer).status_code == 200
    assert service.calls.call_count == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": time.time() - 1},
        {"exp": None},
        {"aud": "another-service"},
        {"aud": None},
        {"iss": "https://somebody.example.com"},
        {"iss": None},
        {"sub": None},
        {"sub": "nobody"},
        {"nbf": time.time() + 600},
    ],
    ids=lambda claims: "-".join(claims),
)
def test_a_token_with_a_wrong_claim_is_refused(service, person, claims: dict[str, Any]) -> None:
    answer = ask(token(person, **claims))
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_credentials")


@pytest.mark.parametrize("bearer", ["", "x", "a.b.c", "a.b.c.d", "é.é.é", "..", "e30.e30."])
def test_what_is_no_token_is_refused(service, db, bearer: str) -> None:
    assert ask(bearer).status_code == 401


def test_a_token_of_somebody_elses_key_is_refused(service, person) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert ask(token(person, key=stranger)).status_code == 401


def test_a_token_without_a_signature_is_refused(service, person) -> None:
    assert ask(token(person, key=None, alg="none")).status_code == 401


def test_the_public_key_is_never_taken_for_a_shared_secret(service, configured, person) -> None:
    public = published(first=FIRST)["keys"][0]["n"]
    for secret in ("", SECRET):
        configured(SHARED_SECRET=secret)
        assert ask(token(person, key=public, alg="HS256")).status_code == 401


def test_a_symmetric_key_in_the_key_set_is_ignored(service, person) -> None:
    entry = {"kty": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U", "kid": "first", "alg": "HS256"}
    service.get(JWKS).respond(json={"keys": [entry]})
    assert ask(token(person, key="secretsecretsecretsecretsecretse", alg="HS256")).status_code == 401


def test_a_token_for_another_company_than_the_persons_is_refused(service, cast: Cast, person) -> None:
    assert ask(token(person, corpId=cast.other_corp.pk)).status_code == 401
    assert ask(token(person, corpId=None)).status_code == 401


def test_an_inactive_person_and_an_inactive_company_are_refused(service, cast: Cast, person) -> None:
    cast.corp.active = False
    cast.corp.save()
    assert ask(token(person)).status_code == 401
    cast.corp.active = True
    cast.corp.save()
    person.is_active = False
    person.save()
    assert ask(token(person)).status_code == 401


def test_a_superuser_without_a_company_is_known_but_has_no_companys_data(service, db) -> None:
    root = make.user(None, Role.ADMIN, is_superuser=True)
    bearer = token(root)
    assert ask(bearer).json()["corpId"] is None
    answer = APIClient(headers={"Authorization": f"Bearer {bearer}"}).get("/api/v1/employees")
    assert (answer.status_code, answer.json()["code"]) == (403, "no_corp")


def test_an_unknown_key_id_is_looked_up_anew_but_not_each_time(service, person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        assert ask(token(person)).status_code == 200
        new = token(person, key=SECOND, alg="ES256", kid="second")
        service.get(JWKS).respond(json=published(first=FIRST, second=SECOND))
        assert ask(new).status_code == 401
        assert service.calls.call_count == 1
        clock.shift(auth_client.KEYS_RETRY_SECONDS)
        assert ask(new).status_code == 200
        assert ask(token(person, kid="third")).status_code == 401
        assert service.calls.call_count == 2


def test_a_withdrawn_key_is_forgotten_within_ten_minutes(service, person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        assert ask(token(person)).status_code == 200
        service.get(JWKS).respond(json=published(second=SECOND))
        clock.shift(auth_client.KEYS_FRESH_SECONDS)
        assert ask(token(person)).status_code == 401


def test_known_keys_go_on_working_while_the_auth_service_is_away(service, person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        assert ask(token(person)).status_code == 200
        service.get(JWKS).mock(side_effect=httpx.ConnectError)
        clock.shift(auth_client.KEYS_FRESH_SECONDS * 3)
        assert ask(token(person)).status_code == 200


@pytest.mark.parametrize(
    "outage",
    [
        {"side_effect": httpx.ConnectError},
        {"side_effect": httpx.ReadTimeout},
        {"return_value": httpx.Response(500)},
        {"return_value": httpx.Response(302, headers={"Location": "http://127.0.0.1/"})},
        {"return_value": httpx.Response(200, text="<html>")},
        {"return_value": httpx.Response(200, json=["no", "keys"])},
    ],
    ids=str,
)
def test_an_outage_is_a_503_and_never_an_open_door(service, person, outage: dict[str, Any]) -> None:
    service.get(JWKS).mock(**outage)
    for _ in range(2):
        answer = ask(token(person))
        assert (answer.status_code, answer.json()["code"]) == (503, "auth_unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    # The second request didn't wait for the network again.
    assert service.calls.call_count == 1


def test_a_shared_secret_needs_no_network(service, configured, person) -> None:
    configured(SHARED_SECRET=SECRET, JWKS_URL="")
    assert ask(token(person, key=SECRET, alg="HS256", kid=None)).status_code == 200
    assert ask(token(person, key=SECRET + "x", alg="HS256", kid=None)).status_code == 401
    assert ask(token(person, key=SECRET, alg="HS512", kid=None)).status_code == 401
    assert ask(token(person)).status_code == 401
    assert service.calls.call_count == 0


def test_without_an_auth_service_no_token_is_good(service, configured, person) -> None:
    configured(JWKS_URL="", ISSUER="")
    assert ask(token(person)).status_code == 401
    assert ask(token(person, key="x" * 32, alg="HS256", kid=None)).status_code == 401
    assert ask("opaque").status_code == 401


def answered(person: Any, **claims: Any) -> httpx.Response:
    full = {"active": True, "iss": ISSUER, "aud": [AUDIENCE], "sub": person.username, "corpId": person.corp_id}
    return httpx.Response(200, json=full | {"exp": time.time() + 600} | claims)


def test_an_opaque_token_is_asked_about_once_in_half_a_minute(service, configured, person) -> None:
    configured(INTROSPECTION_URL=INTROSPECTION, INTROSPECTION_TOKEN="ours")
    route = service.post(INTROSPECTION).mock(return_value=answered(person))
    with time_machine.travel(now(), tick=False) as clock:
        assert ask("opaque").status_code == 200
        clock.shift(10)
        assert ask("opaque").status_code == 200
        assert route.call_count == 1
        clock.shift(20)
        assert ask("opaque").status_code == 200
        assert route.call_count == 2
    request = route.calls.last.request
    assert request.headers["Authorization"] == "Bearer ours"
    assert request.content == b"token=opaque"


@pytest.mark.parametrize(
    "claims",
    [
        {"active": False},
        {"active": "yes"},
        {"iss": "x"},
        {"aud": "x"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"corpId": -1},
    ],
    ids=str,
)
def test_an_opaque_token_that_is_not_for_us_is_refused(service, configured, person, claims: dict[str, Any]) -> None:
    configured(INTROSPECTION_URL=INTROSPECTION)
    service.post(INTROSPECTION).mock(return_value=answered(person, **claims))
    assert ask("opaque").status_code == 401


def test_an_opaque_token_during_an_outage_is_a_503(service, configured, person) -> None:
    configured(INTROSPECTION_URL=INTROSPECTION)
    service.post(INTROSPECTION).mock(side_effect=httpx.ConnectTimeout)
    assert ask("opaque").status_code == 503


def test_a_persons_rights_taken_away_are_gone_within_seconds(service, person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        bearer = token(person)
        assert ask(bearer).json()["role"] == "admin"
        type(person).objects.filter(pk=person.pk).update(is_active=False)
        clock.shift(5)
        assert ask(bearer).status_code == 401
