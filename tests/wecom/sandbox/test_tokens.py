import pytest

from tests.wecom.sandbox.conftest import CONTACTS_SECRET, SECRET, Api
from wecom.sandbox.company import Company
from wecom.sandbox.server import Server


def test_a_token_is_good_for_7200_seconds(api: Api) -> None:
    answer = api.gettoken(corpid=api.company.corpid, corpsecret=SECRET)
    assert (answer["errcode"], answer["expires_in"]) == (0, 7200)
    api.company.advance(7199)
    assert api.get("getcallbackip")["errcode"] == 0
    api.company.advance(1)
    assert api.get("getcallbackip")["errcode"] == 42001


def test_a_token_is_longer_than_a_careless_column(api: Api) -> None:
    assert 200 < len(api.token) <= 512


def test_asking_again_gives_the_same_token(api: Api) -> None:
    assert api.login(SECRET) == api.token


def test_a_new_token_can_end_the_old_one(api: Api) -> None:
    api.company.switches.same_token = False
    fresh = api.login(SECRET)
    assert fresh != api.token
    assert api.get("getcallbackip")["errcode"] == 40014
    api.token = fresh
    assert api.get("getcallbackip")["errcode"] == 0


def test_each_secret_has_a_token_of_its_own(api: Api) -> None:
    assert api.login(CONTACTS_SECRET) != api.token


@pytest.mark.parametrize(
    ("corpid", "secret", "code"),
    [
        ("", SECRET, 41002),
        ("right", "", 41004),
        ("ww0000000000000000", SECRET, 40013),
        ("right", "wrong", 40001),
    ],
)
def test_a_token_is_refused_with_the_code_of_what_is_wrong(api: Api, corpid: str, secret: str, code: int) -> None:
    corpid = api.company.corpid if corpid == "right" else corpid
    answer = api.gettoken(corpid=corpid, corpsecret=secret)
    assert answer["errcode"] == code
    assert "access_token" not in answer


def test_a_call_without_a_token_or_with_it_in_the_body_is_41001(api: Api) -> None:
    assert api.http.get("getcallbackip").json()["errcode"] == 41001
    inside = {"access_token": api.token}
    assert api.http.post("externalcontact/get_corp_tag_list", json=inside).json()["errcode"] == 41001


def test_a_made_up_token_is_40014(api: Api) -> None:
    api.token = "made-up"
    assert api.get("getcallbackip")["errcode"] == 40014


@pytest.mark.parametrize("code", [42001, 40014])
def test_a_killed_token_answers_as_told_until_another_is_fetched(api: Api, server: Server, code: int) -> None:
    server.tokens.kill(code=code)
    assert api.get("getcallbackip")["errcode"] == code
    fresh = api.login(SECRET)
    assert fresh != api.token
    api.token = fresh
    assert api.get("getcallbackip")["errcode"] == 0


def test_one_token_can_die_alone(api: Api, server: Server) -> None:
    other = Api(api.company, server, api.login(CONTACTS_SECRET))
    server.tokens.kill(api.token)
    assert api.get("getcallbackip")["errcode"] == 42001
    assert other.get("getcallbackip")["errcode"] == 0


def test_wrong_secrets_shut_an_address_out_for_an_hour(api: Api) -> None:
    api.company.switches.secret_tries = 3
    wrong = {"corpid": api.company.corpid, "corpsecret": "wrong"}
    assert [api.gettoken(**wrong)["errcode"] for _ in range(4)] == [40001, 40001, 40001, 45009]
    assert api.gettoken(corpid=api.company.corpid, corpsecret=SECRET)["errcode"] == 45009
    api.company.advance(3601)
    assert api.gettoken(corpid=api.company.corpid, corpsecret=SECRET)["errcode"] == 0


def test_a_disabled_app_gets_no_token_and_its_old_one_is_of_no_use(api: Api, company: Company) -> None:
    company.apps[1000002].enabled = False
    assert api.gettoken(corpid=company.corpid, corpsecret=SECRET)["errcode"] == 50003
    assert api.get("getcallbackip")["errcode"] == 50003


def test_only_apps_that_may_call_the_customer_api_do(api: Api, company: Company) -> None:
    company.apps[1000002].customers = False
    assert api.get("externalcontact/get_follow_user_list")["errcode"] == 48002
    assert api.get("department/list")["errcode"] == 0


def test_only_the_contacts_app_lists_ids(api: Api) -> None:
    assert api.post("user/list_id")["errcode"] == 48002
    api.token = api.login(CONTACTS_SECRET)
    rows = api.post("user/list_id")["dept_user"]
    assert rows == [{"userid": "lina", "department": 2}, {"userid": "bob", "department": 2}]
    assert api.get("externalcontact/get_follow_user_list")["errcode"] == 48002
