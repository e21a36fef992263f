import threading
from typing import Any

import httpx
import pytest
from django.db import transaction

from tests.wecom.client.conftest import BASE, Imitation, make_app, refusal
from wecom.client import contact_ways, customers, errors, messages, tags, transfers, transport, wire
from wecom.client.endpoints import Endpoint
from wecom.client.transport import Client
from wecom.models import WecomApp

LIST = "externalcontact/list"
NEVER_ARRIVED = [httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.PoolTimeout("no")]
PERHAPS_ARRIVED = [
    httpx.RemoteProtocolError("cut"),
    httpx.ReadError("reset"),
    httpx.Response(500, text="oops"),
    httpx.Response(502, html="<html>bad gateway</html>"),
    httpx.Response(200, html="<html>welcome to the proxy</html>"),
    httpx.Response(200, content=b'{"errcode":0,"errmsg":"ok","external_userid":["wm'),
    httpx.Response(200, content=b""),
    httpx.Response(200, json=["errcode", 0]),
    httpx.Response(200, json={"external_userid": ["wm1"]}),
    httpx.Response(200, json={"errcode": "0"}),
]
HUNG = [httpx.ReadTimeout("30 s"), httpx.WriteTimeout("30 s")]


def name(fault: Any) -> str:
    return type(fault).__name__ if isinstance(fault, Exception) else f"{fault.status_code}-{fault.content[:20]!r}"


@pytest.mark.parametrize("fault", NEVER_ARRIVED + PERHAPS_ARRIVED, ids=name)
def test_a_read_is_repeated_over_a_fault(client: Client, wecom: Imitation, slept: list[float], fault: Any) -> None:
    wecom.says(LIST, fault, fault, {"external_userid": ["wm1"]})
    assert customers.customer_ids(client, "lina") == ["wm1"]
    assert len(slept) == 2


@pytest.mark.parametrize("fault", PERHAPS_ARRIVED, ids=name)
def test_an_answer_that_cannot_be_read_is_unreachable_in_the_end(client: Client, wecom: Imitation, fault: Any) -> None:
    wecom.says(LIST, fault)
    with pytest.raises(errors.Unreachable) as error:
        customers.customer_ids(client, "lina")
    assert error.value.passes
    assert wecom.count(LIST) == 4


@pytest.mark.parametrize("fault", HUNG, ids=name)
def test_a_hanging_server_holds_the_caller_once(client: Client, wecom: Imitation, fault: Any) -> None:
    wecom.says(LIST, fault)
    with pytest.raises(errors.Unreachable):
        customers.customer_ids(client, "lina")
    assert wecom.count(LIST) == 1


def test_nobody_waits_longer_than_two_seconds_for_a_connection_and_ten_for_an_answer() -> None:
    assert (wire.TIMEOUT.connect, wire.TIMEOUT.read, wire.TIMEOUT.write) == (2.0, 10.0, 10.0)


ONCE = {
    "externalcontact/add_corp_tag": lambda c: tags.add_corp_tags(c, tags=[{"name": "A"}], group_name="Level"),
    "externalcontact/transfer_customer": lambda c: transfers.transfer_customers(
        c, handover="a", takeover="b", external_userids=["wm1"]
    ),
    "externalcontact/resigned/transfer_customer": lambda c: transfers.transfer_resigned(
        c, handover="a", takeover="b", external_userids=["wm1"]
    ),
    "externalcontact/groupchat/transfer": lambda c: transfers.transfer_groups(c, chat_ids=["wr1"], new_owner="b"),
    "externalcontact/groupchat/onjob_transfer": lambda c: transfers.transfer_groups_on_job(
        c, chat_ids=["wr1"], new_owner="b"
    ),
    "externalcontact/add_contact_way": lambda c: contact_ways.add_contact_way(c, type=1, scene=2, user=["lina"]),
    "externalcontact/send_welcome_msg": lambda c: messages.send_welcome(c, welcome_code="W", text="hello"),
}


@pytest.mark.parametrize("path", ONCE)
@pytest.mark.parametrize("fault", [PERHAPS_ARRIVED[0], PERHAPS_ARRIVED[2], PERHAPS_ARRIVED[6]], ids=name)
def test_what_must_not_be_done_twice_is_not_repeated_blindly(
    client: Client, wecom: Imitation, path: str, fault: Any
) -> None:
    wecom.says(path, fault)
    with pytest.raises(errors.Unreachable):
        ONCE[path](client)
    assert wecom.count(path) == 1


@pytest.mark.parametrize("fault", NEVER_ARRIVED, ids=name)
def test_what_never_left_may_be_tried_again_even_then(client: Client, wecom: Imitation, fault: Any) -> None:
    wecom.says("externalcontact/send_welcome_msg", fault, {})
    messages.send_welcome(client, welcome_code="W", text="hello")
    assert wecom.count("externalcontact/send_welcome_msg") == 2


def test_an_answer_that_says_busy_was_not_done_and_is_repeated_even_then(client: Client, wecom: Imitation) -> None:
    made = {"tag_group": {"group_id": "etG", "group_name": "Level", "tag": []}}
    wecom.says("externalcontact/add_corp_tag", refusal(-1), made)
    assert tags.add_corp_tags(client, tags=[{"name": "A"}], group_name="Level")["group_id"] == "etG"


def test_after_five_faults_in_a_row_nobody_asks_until_a_probe_has_succeeded(
    client: Client, wecom: Imitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    wecom.says(LIST, httpx.ReadTimeout("30 s"))
    for _n in range(8):
        with pytest.raises(errors.Unreachable):
            customers.customer_ids(client, "lina")
    assert wecom.count(LIST) == 5
    breaker = wire._breaker(client.corp_id, BASE)
    monkeypatch.setattr(breaker, "_clock", lambda: breaker._probe_at + 0.1)
    wecom.says(LIST, {"external_userid": []})
    assert customers.customer_ids(client, "lina") == []
    assert customers.customer_ids(client, "lina") == []
    assert wecom.count(LIST) == 7


def test_one_companys_fault_opens_no_other_companys_breaker(client: Client, wecom: Imitation) -> None:
    other = transport.client_of(make_app())
    wecom.says(LIST, *[httpx.ReadTimeout("30 s")] * 5, {"external_userid": ["wm1"]})
    for _n in range(5):
        with pytest.raises(errors.Unreachable):
            customers.customer_ids(client, "lina")
    assert customers.customer_ids(other, "lina") == ["wm1"]


def test_a_refusal_is_an_answer_and_opens_no_breaker(client: Client, wecom: Imitation) -> None:
    wecom.says(LIST, refusal(40003))
    for _n in range(8):
        with pytest.raises(errors.Gone):
            customers.customer_ids(client, "lina")
    assert wecom.count(LIST) == 8


def test_the_token_goes_into_the_address_and_the_rest_into_a_json_body(client: Client, wecom: Imitation) -> None:
    customers.remark(client, "lina", "wm1", remark="海", remark_mobiles=[""])
    sent = {"userid": "lina", "external_userid": "wm1", "remark": "海", "remark_mobiles": [""]}
    assert wecom.calls[-1] == ("externalcontact/remark", {}, sent)


def test_no_call_is_made_inside_a_transaction(client: Client, wecom: Imitation) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        customers.customer_ids(client, "lina")
    assert wecom.calls == []


def test_the_company_is_spoken_for_by_its_active_main_app(app: WecomApp) -> None:
    make_app(corp=app.corp, agent_id=2, main=False)
    assert transport.client_for(app.corp_id).app == app
    WecomApp.objects.filter(pk=app.pk).update(active=False)
    with pytest.raises(errors.NotConnected):
        transport.client_for(app.corp_id)


def test_an_app_that_was_switched_off_calls_nothing(client: Client, app: WecomApp, wecom: Imitation) -> None:
    WecomApp.objects.filter(pk=app.pk).update(active=False)
    with pytest.raises(errors.NotConnected):
        customers.customer_ids(client, "lina")
    assert wecom.calls == []


def test_threads_share_the_connections_of_a_host(wecom: Imitation) -> None:
    found: list[httpx.Client] = []
    threads = [threading.Thread(target=lambda: found.append(wire._client(BASE))) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wire._client(BASE) in found


def test_another_transport_for_the_same_address_is_used_at_once(client: Client, wecom: Imitation) -> None:
    customers.customer_ids(client, "lina")
    told = httpx.Response(200, json={"errcode": 0, "errmsg": "ok", "external_userid": ["wmOther"]})
    transport.TRANSPORTS[BASE] = httpx.MockTransport(lambda request: told)
    assert customers.customer_ids(client, "lina") == ["wmOther"]


def test_an_address_of_nonsense_is_unreachable_and_not_a_crash(db: None, wecom: Imitation) -> None:
    app = make_app(api_base="http://[not-an-address")
    with pytest.raises(errors.Unreachable):
        wire.ask(app, Endpoint("x", "y"), params={})
