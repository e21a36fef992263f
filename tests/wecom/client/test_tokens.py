"""One token for all processes, fetched by one of them however many need it."""

import datetime as dt
import threading
from collections.abc import Callable

import httpx
import pytest
import time_machine
from django.db import connections

from core.time import now
from tests.wecom.client.conftest import Imitation, make_app, refusal
from wecom import secrets
from wecom.client import customers, errors, tokens, transport
from wecom.client.closures import HOUR
from wecom.client.transport import Client
from wecom.models import WecomApp

MINUTE = dt.timedelta(minutes=1)
LIST = "externalcontact/list"


def stored(app: WecomApp) -> WecomApp:
    return WecomApp.objects.get(pk=app.pk)


def lend(app: WecomApp, seconds: int) -> None:
    """Somebody else is fetching, for so many seconds more."""
    until = now() + dt.timedelta(seconds=seconds)
    WecomApp.objects.filter(pk=app.pk).update(token_lease_until=until, token_lease_owner="another")


def test_a_token_is_fetched_once_and_used_until_it_is_old(client: Client, app: WecomApp, wecom: Imitation) -> None:
    for _n in range(3):
        customers.customer_ids(client, "lina")
    assert wecom.fetched == 1
    with time_machine.travel(now() + dt.timedelta(seconds=7_200) - 4 * MINUTE):
        customers.customer_ids(client, "lina")
    assert wecom.fetched == 2


def test_the_seconds_that_wecom_names_count_from_before_the_request(
    client: Client, app: WecomApp, wecom: Imitation
) -> None:
    with time_machine.travel(dt.datetime(2026, 3, 5, tzinfo=dt.UTC), tick=False):
        wecom.says("gettoken", {"access_token": "T", "expires_in": 600})
        wecom.good = "T"
        customers.customer_ids(client, "lina")
    assert stored(app).token_expires_at == dt.datetime(2026, 3, 5, 0, 10, tzinfo=dt.UTC)


def test_nobody_waits_for_a_renewal_while_the_old_token_is_good(
    client: Client, app: WecomApp, wecom: Imitation, slept: list[float]
) -> None:
    customers.customer_ids(client, "lina")
    with time_machine.travel(now() + dt.timedelta(seconds=7_200) - 2 * MINUTE):
        lend(app, 10)
        customers.customer_ids(client, "lina")
    assert (wecom.fetched, slept) == (1, [])


def test_a_renewal_that_fails_leaves_the_old_token_in_use(client: Client, app: WecomApp, wecom: Imitation) -> None:
    customers.customer_ids(client, "lina")
    wecom.says("gettoken", httpx.ConnectError("no"))
    with time_machine.travel(now() + dt.timedelta(seconds=7_200) - 2 * MINUTE):
        customers.customer_ids(client, "lina")
    assert stored(app).token_lease_until is None


def test_whoever_has_no_token_waits_for_the_one_that_another_fetches(
    client: Client, app: WecomApp, wecom: Imitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    lend(app, 10)
    wecom.good = "fetched by another"

    def meanwhile(_seconds: float) -> None:
        sealed = secrets.seal(wecom.good)
        WecomApp.objects.filter(pk=app.pk).update(token_sealed=sealed, token_expires_at=now() + HOUR)

    monkeypatch.setattr(tokens.pacing, "sleep", meanwhile)
    customers.customer_ids(client, "lina")
    assert wecom.fetched == 0


def test_whoever_waits_in_vain_comes_back_later(
    client: Client, app: WecomApp, wecom: Imitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    lend(app, 3_600)
    monkeypatch.setattr(tokens, "MOST_WAIT", -1.0)
    with pytest.raises(errors.Unreachable) as late:
        customers.customer_ids(client, "lina")
    assert late.value.passes
    assert wecom.calls == []


def test_the_lease_of_a_dead_process_runs_out(client: Client, app: WecomApp, wecom: Imitation) -> None:
    lend(app, -1)
    customers.customer_ids(client, "lina")
    assert wecom.fetched == 1


def test_a_late_refusal_of_the_old_token_does_not_end_the_new_one(app: WecomApp, wecom: Imitation) -> None:
    old = tokens.current(app)
    tokens.refused(app, old)
    new = tokens.current(app)
    tokens.refused(app, old)
    assert tokens.current(app) == new
    assert wecom.fetched == 2


def test_each_app_has_a_token_of_its_own(app: WecomApp, wecom: Imitation) -> None:
    other = make_app(corp=app.corp, agent_id=3, main=False)
    assert tokens.current(app) != tokens.current(other)
    assert wecom.fetched == 2


def test_a_token_sealed_with_a_lost_key_is_fetched_anew(app: WecomApp, wecom: Imitation) -> None:
    WecomApp.objects.filter(pk=app.pk).update(token_sealed="gibberish", token_expires_at=now() + HOUR)
    assert tokens.current(app).value == wecom.good
    assert stored(app).token_sealed != "gibberish"


def test_a_secret_sealed_with_a_lost_key_is_no_connection(client: Client, app: WecomApp, wecom: Imitation) -> None:
    WecomApp.objects.filter(pk=app.pk).update(secret_sealed="gibberish")
    with pytest.raises(errors.NotConnected):
        customers.customer_ids(client, "lina")
    assert stored(app).token_lease_until is None
    assert wecom.calls == []


def test_a_token_without_its_seconds_is_no_answer(client: Client, app: WecomApp, wecom: Imitation) -> None:
    wecom.says("gettoken", {"access_token": "T"})
    with pytest.raises(errors.Unreachable):
        customers.customer_ids(client, "lina")
    assert stored(app).token_lease_until is None


def test_the_wrong_corp_id_is_told_as_such(client: Client, app: WecomApp, wecom: Imitation) -> None:
    wecom.says("gettoken", refusal(40013))
    with pytest.raises(errors.AppRefused):
        customers.customer_ids(client, "lina")
    assert stored(app).trouble_code == 40013


def together(count: int, act: Callable[[int], None]) -> list[BaseException]:
    """Run ``act`` in so many threads, each with a database connection of its own; returns what they raised."""
    failed: list[BaseException] = []
    start = threading.Barrier(count)

    def work(n: int) -> None:
        try:
            start.wait()
            act(n)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_and_a_dying_token_cause_one_fetch_each_time(wecom: Imitation) -> None:
    app = make_app()
    caller = transport.client_of(app)
    for killed in range(4):
        failed = together(16, lambda _n: customers.customer_ids(caller, "lina") and None)
        assert failed == []
        assert wecom.fetched == killed + 1
        wecom.kill_token()
