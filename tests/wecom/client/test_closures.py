"""No call is made while its window is closed, in no process: the rows say so, not the memory of one."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from core.time import now
from tests import make
from tests.wecom.client.conftest import Imitation, make_app, refusal
from wecom.client import closures, customers, errors, tags, transport
from wecom.client.closures import HOUR, MINUTE
from wecom.client.endpoints import Endpoint
from wecom.client.transport import Client
from wecom.models import ApiClosure, WecomApp

LIST = "externalcontact/list"
# 16:00 in Shanghai: a day there ends at 16:00 UTC.
START = dt.datetime(2026, 3, 5, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def refused(client: Client) -> errors.Closed:
    with pytest.raises(errors.Closed) as closed:
        customers.customer_ids(client, "lina")
    return closed.value


def test_a_limit_closes_that_call_for_a_minute(client: Client, wecom: Imitation, clock: Any) -> None:
    wecom.says(LIST, refusal(45009), {"external_userid": ["wm1"]})
    assert refused(client).until == START + MINUTE
    clock.shift(MINUTE - dt.timedelta(seconds=1))
    assert refused(client).until == START + MINUTE
    assert wecom.count(LIST) == 1
    clock.shift(dt.timedelta(seconds=1))
    assert customers.customer_ids(client, "lina") == ["wm1"]
    assert not ApiClosure.objects.exists()


def test_a_window_that_was_too_short_becomes_an_hour_and_then_the_rest_of_the_companys_day(
    client: Client, wecom: Imitation, clock: Any
) -> None:
    wecom.says(LIST, refusal(45009))
    for begins, ends in [
        (START, START + MINUTE),
        (START + MINUTE, START + MINUTE + HOUR),
        (START + MINUTE + HOUR, dt.datetime(2026, 3, 5, 16, 0, tzinfo=dt.UTC)),
    ]:
        clock.move_to(begins)
        assert refused(client).until == ends
        assert refused(client).until == ends
    assert wecom.count(LIST) == 3


def test_a_success_in_between_makes_the_next_window_short_again(client: Client, wecom: Imitation, clock: Any) -> None:
    wecom.says(LIST, refusal(45009), {}, refusal(45009))
    refused(client)
    clock.shift(MINUTE)
    customers.customer_ids(client, "lina")
    assert refused(client).until == now() + MINUTE


def test_calls_that_were_under_way_together_close_one_window_and_not_the_next(
    client: Client, app: WecomApp, clock: Any
) -> None:
    asked_at, endpoint = now(), Endpoint(LIST, "customers")
    first = closures.close_window(app.corp, endpoint, asked_at=asked_at)
    clock.shift(MINUTE + dt.timedelta(seconds=2))
    assert closures.close_window(app.corp, endpoint, asked_at=asked_at) == first
    assert closures.close_window(app.corp, endpoint, asked_at=now()) == now() + HOUR


def test_the_limit_of_one_call_is_not_that_of_another(client: Client, wecom: Imitation, clock: Any) -> None:
    wecom.says(LIST, refusal(45009))
    refused(client)
    assert tags.corp_tags(client) == []


def test_the_limit_of_one_company_is_not_that_of_another(client: Client, wecom: Imitation, clock: Any) -> None:
    wecom.says(LIST, refusal(45009), {})
    refused(client)
    assert customers.customer_ids(transport.client_of(make_app()), "lina") == []


def test_too_many_wrong_secrets_close_the_fetching_of_tokens_for_an_hour(
    client: Client, wecom: Imitation, clock: Any
) -> None:
    wecom.says("gettoken", refusal(45009))
    assert refused(client).until == START + HOUR
    clock.shift(HOUR - dt.timedelta(seconds=1))
    refused(client)
    assert wecom.count("gettoken") == 1


def test_another_process_keeps_to_the_window_too(client: Client, app: WecomApp, wecom: Imitation, clock: Any) -> None:
    ApiClosure.objects.create(corp=app.corp, api=LIST, until=now() + HOUR, code=45009)
    refused(client)
    assert wecom.calls == []


def test_a_crowd_leaves_one_slot_for_a_minute(
    client: Client, wecom: Imitation, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    original = transport.slot

    def watched(corp_id: int, endpoint: Endpoint, *, alone: bool = False) -> Any:
        asked.append(alone)
        return original(corp_id, endpoint, alone=alone)

    monkeypatch.setattr(transport, "slot", watched)
    wecom.says(LIST, refusal(45033), {})
    customers.customer_ids(client, "lina")
    clock.shift(MINUTE)
    customers.customer_ids(client, "lina")
    assert asked == [False, True, False]


def test_a_right_that_was_granted_is_noticed_by_itself(
    client: Client, app: WecomApp, wecom: Imitation, clock: Any
) -> None:
    wecom.says(LIST, refusal(48002), {"external_userid": ["wm1"]})
    with pytest.raises(errors.CallRefused):
        customers.customer_ids(client, "lina")
    clock.shift(closures.RIGHT_PAUSE)
    assert customers.customer_ids(client, "lina") == ["wm1"]
    app.refresh_from_db()
    assert (app.trouble_code, app.trouble_at) == (None, None)
    assert not ApiClosure.objects.exists()


def test_one_familys_success_is_no_word_on_another_familys_right(
    client: Client, app: WecomApp, wecom: Imitation, clock: Any
) -> None:
    wecom.says(LIST, refusal(48002), {})
    with pytest.raises(errors.CallRefused):
        customers.customer_ids(client, "lina")
    tags.corp_tags(client)
    app.refresh_from_db()
    assert app.trouble_code == 48002
    refused(client)


def test_a_trusted_address_is_tried_sooner_than_other_rights(client: Client, wecom: Imitation, clock: Any) -> None:
    wecom.says(LIST, refusal(60020))
    with pytest.raises(errors.AppRefused):
        customers.customer_ids(client, "lina")
    assert refused(client).until == START + closures.IP_PAUSE


def test_a_person_who_changed_something_opens_rights_but_no_limits(app: WecomApp, clock: Any) -> None:
    other = make.corp()
    for corp, api, code in [(app.corp, "*", 60020), (app.corp, LIST, 45009), (app.corp, "crowd:x", 45033)]:
        ApiClosure.objects.create(corp=corp, api=api, until=now() + HOUR, code=code)
    ApiClosure.objects.create(corp=other, api="*", until=now() + HOUR, code=60020)
    closures.reopen_rights(app.corp_id)
    assert set(ApiClosure.objects.of_corp(app.corp_id).values_list("code", flat=True)) == {45009, 45033}
    assert ApiClosure.objects.of_corp(other.pk).exists()
