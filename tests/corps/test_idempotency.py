import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from core.errors import Conflict
from core.time import now
from corps import accounts, keyring, staffing, tasks
from corps.actors import SYSTEM
from corps.idempotency import Idempotent
from corps.models import Department, IdempotencyKey
from corps.policy import Act
from tests import make
from tests.conftest import Cast

URL = "/api/v1/probe"


class Crash(Exception):
    """What a programming error raises."""


class PlainView(APIView):
    """Makes a department, then ends as the body says."""

    acts = {"post": Act.CUSTOMER_WRITE, "get": Act.CUSTOMER_READ}

    def post(self, request: Any) -> Response:
        corp = make.Corp.objects.get(pk=request.user.corp_id)
        row = staffing.create_department(corp=corp, name=request.data["name"], by=request.user)
        match request.data.get("end"):
            case "crash":
                raise Crash
            case "refuse":
                raise Conflict("refused", "No.")
            case "lose the database":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT CONNECTION_ID()")
                    cursor.execute(f"KILL {cursor.fetchone()[0]}")
            case "answer 400":
                return Response({"code": "bad"}, status=400)
        return Response({"id": row.pk}, status=201, headers={"ETag": '"1"', "Location": f"/x/{row.pk}", "X-Other": "1"})

    def get(self, request: Any) -> Response:
        return Response([])


class ProbeView(Idempotent, PlainView):
    """The same with repeats recognised."""


urlpatterns = [path("api/v1/probe", ProbeView.as_view()), path("api/v1/plain", PlainView.as_view())]
pytestmark = pytest.mark.urls(__name__)


def api_of(corp: Any, **headers: str) -> APIClient:
    _row, key = accounts.issue_key(account=make.account(corp, rate=10**6), by=SYSTEM)
    client = APIClient(headers={"X-Api-Key": key, "Accept-Language": "en"} | headers)
    client.raise_request_exception = False
    return client


@pytest.fixture
def client(cast: Cast) -> APIClient:
    return api_of(cast.corp)


def send(client: APIClient, key: str | None = "order-1", *, url: str = URL, **body: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(url, {"name": "A"} | body, headers=headers)


def made() -> int:
    return Department.objects.filter(name="A").count()


def test_a_repeat_has_no_second_effect_and_gets_the_same_answer(client: APIClient) -> None:
    first, second = send(client), send(client)
    assert made() == 1
    assert (second.status_code, second.content) == (201, first.content)
    for name in ("ETag", "Location", "Content-Type"):
        assert second.headers[name] == first.headers[name]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_without_the_header_each_request_is_its_own_and_costs_no_statement_more(
    client: APIClient,
) -> None:
    send(client, None)
    counts = []
    for url in (URL, "/api/v1/plain"):
        with CaptureQueriesContext(connection) as captured:
            send(client, None, url=url)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert made() == 3
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("change", [{"name": "B"}, {"extra": 1}, {"url": f"{URL}?a=1"}])
def test_the_key_with_another_request_is_refused(client: APIClient, change: dict[str, Any]) -> None:
    send(client)
    answer = send(client, **change)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert Department.objects.filter(name__in=["A", "B"]).count() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "a" * 101, "schlüssel", "键"])
def test_a_key_that_is_not_printable_is_refused(client: APIClient, key: str) -> None:
    answer = send(client, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")
    assert made() == 0


def test_a_key_of_a_hundred_characters_is_good(client: APIClient) -> None:
    assert send(client, "~" * 100).status_code == 201


def test_keys_belong_to_their_caller(cast: Cast) -> None:
    mine, colleague, stranger = api_of(cast.corp), api_of(cast.corp), api_of(cast.other_corp)
    assert [send(c).status_code for c in (mine, colleague, stranger)] == [201, 201, 201]
    assert made() == 3


def test_keys_tell_capitals_apart(client: APIClient) -> None:
    send(client, "abc")
    assert "Idempotent-Replayed" not in send(client, "ABC").headers
    assert made() == 2


@pytest.mark.parametrize(("end", "status"), [("crash", 500), ("refuse", 409), ("answer 400", 400)])
def test_a_request_that_failed_leaves_nothing_and_its_key_is_free(client: APIClient, end: str, status: int) -> None:
    assert send(client, end=end).status_code == status
    assert made() == 0
    assert not IdempotencyKey.objects.exists()
    assert send(client).status_code == 201
    assert made() == 1


def test_a_caller_who_may_not_write_gets_no_replay(cast: Cast, client: APIClient) -> None:
    account = make.account(cast.corp)
    _row, key = accounts.issue_key(account=account, by=SYSTEM)
    writer = APIClient(headers={"X-Api-Key": key})
    send(writer)
    account.scopes = ["read"]
    account.save()
    keyring.forget()
    assert send(writer).status_code == 403


def test_a_get_with_the_header_is_just_a_get(client: APIClient) -> None:
    assert client.get(URL, headers={"Idempotency-Key": "a"}).status_code == 200
    assert not IdempotencyKey.objects.exists()


def test_a_body_past_the_limit_is_413_with_and_without_a_key(client: APIClient, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert [send(client, key, name="A" * 200).status_code for key in ("k", None)] == [413, 413]


def test_answers_older_than_a_day_are_forgotten(client: APIClient) -> None:
    for n in range(3):
        send(client, f"key-{n}")
    IdempotencyKey.objects.exclude(key="key-2").update(create_time=now() - tasks.KEPT - dt.timedelta(seconds=1))
    assert tasks.prune_idempotency_keys() == 2
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["key-2"]


def in_threads(count: int, act: Any) -> list[Any]:
    """Run ``act(n)`` in so many threads at once, each with a connection of its own; what they returned."""
    ready, results = threading.Barrier(count), []

    def run(n: int) -> None:
        try:
            ready.wait()
            results.append(act(n))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
def test_twenty_twins_at_once_have_one_effect_and_one_answer() -> None:
    corp = make.corp()
    client = api_of(corp)
    for round in range(5):
        before = made()
        answers = in_threads(20, lambda n, round=round: send(client, f"round-{round}"))
        assert made() == before + 1
        assert {a.status_code for a in answers} <= {201, 409}
        assert len({a.content for a in answers if a.status_code == 201}) == 1
        assert sum("Idempotent-Replayed" not in a.headers for a in answers if a.status_code == 201) == 1
        assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"idempotency_in_progress"}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
def test_when_the_first_of_the_twins_fails_another_does_the_work() -> None:
    client = api_of(make.corp())
    answers = in_threads(10, lambda n: send(client, "same", end="crash" if n % 2 else None))
    worked = [a for a in answers if a.status_code == 201]
    assert made() <= 1
    assert bool(worked) == (made() == 1)
    assert len({a.content for a in worked}) <= 1
    final = send(client, "same", end=None)
    assert final.status_code in (201, 422)
    assert made() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
def test_a_request_whose_connection_is_killed_half_way_leaves_nothing() -> None:
    client = api_of(make.corp())
    answer = in_threads(1, lambda n: send(client, "same", end="lose the database"))[0]
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert made() == 0
    assert not IdempotencyKey.objects.exists()
    assert send(client, "same").status_code == 201
    assert made() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
def test_a_twin_that_waits_too_long_is_told_that_the_first_is_at_work() -> None:
    client = api_of(make.corp())
    send(client, "warm-up")
    row = IdempotencyKey.objects.get()
    with connection.cursor() as cursor:
        # The twin: a row of the same key in a transaction that stays open.
        cursor.execute("BEGIN")
        cursor.execute(
            "INSERT INTO idempotency_key (corp_id, principal, `key`, fingerprint, headers, create_time)"
            " VALUES (%s, %s, 'held', '', '{}', %s)",
            [row.corp_id, row.principal, row.create_time],
        )
        try:
            answer = in_threads(1, lambda n: send(client, "held"))[0]
        finally:
            cursor.execute("ROLLBACK")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
    assert send(client, "held").status_code == 201
