"""The usual call is cleared by one statement; whatever is unusual is looked at step by step, and never overlooked."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from tests import make
from tests.wecom.client.conftest import Imitation, make_app, refusal
from tests.wecom.client.test_tokens import together
from wecom.client import customers, errors, slots, tags, tokens, transport
from wecom.client.clearance import cleared
from wecom.client.endpoints import Endpoint
from wecom.client.transport import Client
from wecom.models import ApiClosure, WecomApp

LIST = Endpoint("externalcontact/list", "customers", post=False, at_once=2)
MINUTE = dt.timedelta(minutes=1)


def closed(app: WecomApp, api: str, *, minutes: int = 1, code: int = 45009) -> ApiClosure:
    return ApiClosure.objects.create(corp=app.corp, api=api, until=now() + minutes * MINUTE, code=code)


@pytest.fixture
def ready(app: WecomApp, wecom: Imitation) -> WecomApp:
    """An app whose token has been fetched."""
    tokens.current(app)
    return app


def test_the_usual_call_asks_the_database_once_and_gives_its_slot_back(client: Client, ready: WecomApp) -> None:
    with CaptureQueriesContext(connection) as seen:
        customers.customer_ids(client, "lina")
    assert len(seen) == (2 if connection.vendor == "mysql" else 1)


def test_it_brings_the_stored_token(ready: WecomApp, wecom: Imitation) -> None:
    with cleared(ready, LIST) as token:
        assert token == tokens.current(ready)
    assert wecom.fetched == 1


@pytest.mark.parametrize("api", [LIST.path, "family:customers", "*", f"crowd:{LIST.path}"])
@pytest.mark.parametrize("minutes", [1, -1], ids=["closed", "over, and not disproved yet"])
def test_a_closure_of_any_kind_is_left_to_a_closer_look(ready: WecomApp, api: str, minutes: int) -> None:
    closed(ready, api, minutes=minutes)
    with cleared(ready, LIST) as token:
        assert token is None


@pytest.mark.parametrize("api", ["externalcontact/get", "family:tags", "crowd:externalcontact/get"])
def test_what_closes_another_call_closes_not_this_one(ready: WecomApp, api: str) -> None:
    closed(ready, api)
    with cleared(ready, LIST) as token:
        assert token


def test_another_companys_closure_is_its_own(ready: WecomApp) -> None:
    ApiClosure.objects.create(corp=make.corp(), api="*", until=now() + MINUTE, code=60020)
    with cleared(ready, LIST) as token:
        assert token


@pytest.mark.parametrize(
    "row",
    [
        {"active": False},
        {"token_sealed": ""},
        {"token_expires_at": None},
        {"token_sealed": "sealed with a lost key"},
    ],
    ids=str,
)
def test_an_app_without_a_token_that_can_be_used_is_not_cleared(ready: WecomApp, row: dict[str, Any]) -> None:
    WecomApp.objects.filter(pk=ready.pk).update(**row)
    with cleared(ready, LIST) as token:
        assert token is None


def test_a_token_that_will_soon_end_is_renewed_as_before(client: Client, ready: WecomApp, wecom: Imitation) -> None:
    WecomApp.objects.filter(pk=ready.pk).update(token_expires_at=now() + 2 * MINUTE)
    customers.customer_ids(client, "lina")
    assert wecom.fetched == 2


def test_an_app_that_was_switched_off_elsewhere_makes_no_call(
    client: Client, ready: WecomApp, wecom: Imitation
) -> None:
    WecomApp.objects.filter(pk=ready.pk).update(active=False)
    with pytest.raises(errors.NotConnected):
        customers.customer_ids(client, "lina")
    assert wecom.count("externalcontact/list") == 0


def test_a_window_that_closed_while_the_call_waited_for_its_turn_is_kept(
    client: Client, ready: WecomApp, wecom: Imitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow:
        def take(self, corp_id: int, api: str) -> float:
            closed(ready, api)
            return 0.5

    monkeypatch.setattr(transport, "_LIMITS", Slow())
    with pytest.raises(errors.Closed):
        customers.customer_ids(client, "lina")
    assert wecom.count("externalcontact/list") == 0


def test_a_token_that_was_renewed_while_the_call_waited_for_its_turn_is_used(
    client: Client, ready: WecomApp, wecom: Imitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow:
        def take(self, corp_id: int, api: str) -> float:
            tokens.refused(ready, tokens.current(ready))
            tokens.current(ready)
            return 0.5

    monkeypatch.setattr(transport, "_LIMITS", Slow())
    customers.customer_ids(client, "lina")
    assert (wecom.fetched, wecom.count("externalcontact/list")) == (2, 1)


def test_a_refused_token_is_found_out_at_the_first_call(client: Client, ready: WecomApp, wecom: Imitation) -> None:
    wecom.kill_token()
    customers.customer_ids(client, "lina")
    assert (wecom.fetched, wecom.count("externalcontact/list")) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_with_every_slot_taken_nobody_is_cleared(wecom: Imitation) -> None:
    app, one = make_app(), Endpoint("x/one", "x", at_once=1)
    good = tokens.current(app)
    with cleared(app, one) as token:
        assert token == good
        assert _elsewhere(app, one) == [None]
    assert _elsewhere(app, one) == [good]


def _elsewhere(app: WecomApp, endpoint: Endpoint) -> list[Any]:
    """What another thread, with a connection of its own, is given."""
    found: list[Any] = []

    def tries(_n: int) -> None:
        with cleared(app, endpoint) as token:
            found.append(token)

    assert together(1, tries) == []
    return found


@pytest.mark.parametrize("spoilt", ["token", "closure"])
def test_whoever_is_not_cleared_holds_no_slot(ready: WecomApp, spoilt: str) -> None:
    if spoilt == "token":
        WecomApp.objects.filter(pk=ready.pk).update(token_sealed="sealed with a lost key")
    else:
        closed(ready, LIST.path)
    locks = slots.NamedLocks(connection)
    for _n in range(LIST.at_once + 1):
        with cleared(ready, LIST) as token:
            assert token is None
    assert locks.taken(slots.names_of(ready.corp_id, LIST)) == set()


def test_a_slot_is_given_back_after_a_refusal(client: Client, ready: WecomApp, wecom: Imitation) -> None:
    wecom.says("externalcontact/get_corp_tag_list", refusal(40058))
    with pytest.raises(errors.BadArgument):
        tags.corp_tags(client)
    names = slots.names_of(ready.corp_id, Endpoint("externalcontact/get_corp_tag_list", "tags"))
    assert slots.NamedLocks(connection).taken(names) == set()


def test_an_opened_token_is_looked_up_by_what_is_stored_and_not_by_its_app(ready: WecomApp, wecom: Imitation) -> None:
    old = tokens.current(ready)
    tokens.refused(ready, old)
    new = tokens.current(ready)
    with cleared(ready, LIST) as token:
        assert token == new != old
