"""Each code of the table: the error it becomes, how often the call is made, and what every process knows afterwards."""

from typing import Any

import pytest
from django.utils import translation

from tests.wecom.client.conftest import Imitation, refusal
from wecom.client import customers, errors, tags
from wecom.client.closures import LIMIT
from wecom.client.codes import CODES, SECRET_REFUSED, advice_on, error_of
from wecom.client.transport import Client
from wecom.models import ApiClosure, WecomApp

GET = "externalcontact/list"
REPEATED = {-1, 45033}
TOKEN = {40014, 42001, SECRET_REFUSED}
RIGHTS = [code for code, (kind, _advice) in CODES.items() if issubclass(kind, (errors.AppRefused, errors.CallRefused))]
ONCE = [code for code in CODES if code not in REPEATED | TOKEN and code not in RIGHTS and code != LIMIT]


def asked(client: Client) -> Any:
    return customers.customer_ids(client, "lina")


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_becomes_its_error_and_tells_what_to_do(code: int) -> None:
    kind, _advice = CODES[code]
    error = error_of(code, "externalcontact/get", refusal(code)["errmsg"])
    assert (type(error), error.code, error.api) == (kind, code, "externalcontact/get")
    assert error.hint == f"1700000000_12_ab{code}"
    with translation.override("en"):
        assert str(error.advice) == str(advice_on(code))
        assert str(error.advice).endswith(".")


@pytest.mark.parametrize("code", ONCE)
def test_what_no_repeat_mends_is_asked_once(client: Client, wecom: Imitation, code: int) -> None:
    wecom.says("externalcontact/get", refusal(code))
    with pytest.raises(CODES[code][0]) as refused:
        customers.customer(client, "wm1")
    assert refused.value.code == code
    assert wecom.count("externalcontact/get") == 1
    assert not ApiClosure.objects.exists()


@pytest.mark.parametrize("code", sorted(REPEATED))
def test_busy_is_repeated_three_times_with_growing_waits(
    client: Client, wecom: Imitation, slept: list[float], code: int
) -> None:
    wecom.says(GET, refusal(code))
    with pytest.raises(errors.Busy):
        asked(client)
    assert wecom.count(GET) == 4
    assert len(slept) == 3
    assert slept == sorted(slept)


def test_busy_that_passes_is_not_noticed(client: Client, wecom: Imitation) -> None:
    wecom.says(GET, refusal(-1), refusal(-1), {"external_userid": ["wm1"]})
    assert asked(client) == ["wm1"]


def test_a_conflict_is_left_for_later(client: Client, wecom: Imitation, slept: list[float]) -> None:
    wecom.says("externalcontact/remark", refusal(6000))
    with pytest.raises(errors.Busy) as refused:
        customers.remark(client, "lina", "wm1", remark="x")
    assert refused.value.passes
    assert (wecom.count("externalcontact/remark"), slept) == (1, [])


@pytest.mark.parametrize("code", sorted(TOKEN))
def test_a_refused_token_is_fetched_anew_once(client: Client, wecom: Imitation, code: int) -> None:
    wecom.says(GET, refusal(code), {"external_userid": ["wm1"]})
    assert asked(client) == ["wm1"]
    assert (wecom.fetched, wecom.count(GET)) == (2, 2)


@pytest.mark.parametrize("code", sorted(TOKEN))
def test_a_token_refused_twice_is_an_error_that_may_pass(client: Client, wecom: Imitation, code: int) -> None:
    wecom.says(GET, refusal(code))
    with pytest.raises(errors.TokenRefused) as refused:
        asked(client)
    assert refused.value.passes
    assert wecom.count(GET) == 2


@pytest.mark.parametrize("code", RIGHTS)
def test_a_missing_right_closes_its_family_and_marks_the_app(
    client: Client, app: WecomApp, wecom: Imitation, code: int
) -> None:
    wecom.says(GET, refusal(code))
    with pytest.raises(CODES[code][0]):
        asked(client)
    with pytest.raises(errors.Closed) as closed:
        customers.customer(client, "wm1")
    assert str(closed.value.advice) == str(advice_on(code))
    assert wecom.count("externalcontact/get") == 0
    app.refresh_from_db()
    assert app.trouble_code == code
    row = ApiClosure.objects.get()
    assert row.api == ("*" if issubclass(CODES[code][0], errors.AppRefused) else "family:customers")


def test_a_family_without_right_leaves_the_others_open(client: Client, wecom: Imitation) -> None:
    wecom.says(GET, refusal(48002))
    with pytest.raises(errors.CallRefused):
        asked(client)
    assert tags.corp_tags(client) == []


def test_a_wrong_secret_is_not_tried_again_for_a_while(client: Client, app: WecomApp, wecom: Imitation) -> None:
    wecom.says("gettoken", refusal(SECRET_REFUSED))
    with pytest.raises(errors.AppRefused):
        asked(client)
    for _again in range(3):
        with pytest.raises(errors.Closed):
            asked(client)
    assert (wecom.count("gettoken"), wecom.count(GET)) == (1, 0)
    app.refresh_from_db()
    assert app.trouble_code == SECRET_REFUSED


def test_an_unknown_code_is_permanent_and_says_where_to_look(client: Client, wecom: Imitation) -> None:
    wecom.says(GET, refusal(987654))
    with pytest.raises(errors.WecomError) as refused:
        asked(client)
    assert (type(refused.value), refused.value.passes) == (errors.WecomError, False)
    assert wecom.count(GET) == 1


def test_a_member_without_customers_may_be_said_to_have_no_relation(client: Client, wecom: Imitation) -> None:
    wecom.says(GET, refusal(84061))
    assert asked(client) == []
    wecom.says(GET, refusal(40096))
    with pytest.raises(errors.NoRelation):
        asked(client)


def test_nothing_of_the_message_is_kept_but_the_hint() -> None:
    error = error_of(60111, "user/get", "userid not found, lina-the-person, hint: [17_1_ab], from ip: 203.0.113.7")
    assert "lina" not in repr(error)
    assert error.hint == "17_1_ab"
