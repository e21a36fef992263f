"""The doors of departments, employees and the caller, tried with everything they have to refuse."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from core.time import now
from corps import accounts, keyring
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus, Role
from corps.models import ApiKey, Department, Employee
from tests import api, make
from tests.conftest import Cast
from tests.doors import BAD_PAGES, HARD_NAMES, METHODS, is_chinese, refused, with_and_without_slash

DEPARTMENTS, EMPLOYEES, ME = "/api/v1/departments", "/api/v1/employees", "/api/v1/me"
LISTS = [DEPARTMENTS, EMPLOYEES]


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def signed_in(cast: Cast, name: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(user=cast.actor(name))
    return client


def addresses(cast: Cast) -> list[str]:
    return [*LISTS, f"{DEPARTMENTS}/{cast.department.pk}", f"{EMPLOYEES}/{cast.owner.pk}", ME]


def people() -> list[Any]:
    """Everything that these doors show and none of them may change."""
    return [list(model.objects.order_by("pk").values()) for model in (Department, Employee)]


def test_each_address_answers_the_same_with_and_without_a_slash(cast: Cast, client) -> None:
    for address in addresses(cast):
        first, second = (client.get(url) for url in with_and_without_slash(address))
        assert (first.status_code, first.json()) == (200, second.json())
        assert first.headers["Content-Type"] == "application/json"


def test_nothing_here_can_be_written_by_any_method(cast: Cast, client) -> None:
    before = people()
    for address in addresses(cast):
        for method in set(METHODS) - {"get"}:
            answer = client.generic(method.upper(), address, b'{"name": "x"}', content_type="application/json")
            refused(answer, 405, "method_not_allowed")
            assert "GET" in answer.headers["Allow"]
    assert people() == before


def test_without_credentials_or_with_wrong_ones_nothing_is_told(cast: Cast) -> None:
    for address in addresses(cast):
        refused(APIClient().get(address), 401, "not_authenticated")
        for headers in (
            {"X-Api-Key": "x"},
            {"Authorization": "Api-Key x"},
            {"Authorization": "Bearer x"},
            {"Authorization": "Bearer a.b.c"},
        ):
            answer = APIClient(headers=headers).get(address)
            refused(answer, 401, "invalid_credentials")
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api", Api-Key realm="api"'


@pytest.mark.parametrize("scheme", ["Basic", "Digest", "Api-Keys", ""])
def test_a_scheme_that_isnt_ours_is_no_credential_at_all(cast: Cast, scheme: str) -> None:
    answer = APIClient(headers={"Authorization": f"{scheme} abc"}).get(ME)
    refused(answer, 401, "not_authenticated")


@pytest.mark.parametrize("scheme", ["api-key", "API-KEY", "Api-Key"])
def test_the_scheme_is_written_in_any_case(cast: Cast, scheme: str) -> None:
    _row, key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
    assert APIClient(headers={"Authorization": f"{scheme}  {key} "}).get(ME).status_code == 200


def test_each_role_reads_its_own_company_and_is_told_who_it_is(cast: Cast) -> None:
    for name, role in (("owner", Role.STAFF), ("manager", Role.MANAGER), ("admin", Role.ADMIN)):
        client = signed_in(cast, name)
        told = client.get(ME).json()
        assert (told["kind"], told["corpId"], told["role"]) == ("user", cast.corp.pk, role)
        assert told["employeeId"] == cast.users[name].employee_id
        assert told["acts"] == sorted(cast.actor(name).acts)
        assert {e["id"] for e in client.get(EMPLOYEES).json()["list"]} == {
            cast.owner.pk,
            cast.colleague.pk,
            cast.manager.pk,
        }


def test_a_user_without_a_company_is_known_and_sees_no_companys_people(cast: Cast) -> None:
    lost = APIClient()
    lost.force_authenticate(user=make.user(None, Role.ADMIN).actor)
    assert (lost.get(ME).json()["corpId"], lost.get(ME).json()["acts"]) == (None, [])
    for address in addresses(cast)[:-1]:
        refused(lost.get(address), 403, "no_corp")


def test_a_strangers_ids_are_nowhere(cast: Cast) -> None:
    foreign = make.department(cast.other_corp)
    make.employee(cast.other_corp, foreign)
    for name in ("owner", "manager", "admin"):
        client = signed_in(cast, name)
        for address in (f"{DEPARTMENTS}/{foreign.pk}", f"{EMPLOYEES}/{cast.stranger.pk}"):
            refused(client.get(address), 404, "not_found")
        assert client.get(f"{EMPLOYEES}?departmentId={foreign.pk}").json()["list"] == []
        assert client.get(f"{EMPLOYEES}?keyword={cast.stranger.userid}").json()["total"] == 0
        assert foreign.pk not in {d["id"] for d in client.get(DEPARTMENTS).json()["list"]}


@pytest.mark.parametrize("ident", ["0", "00", str(2**63 - 1), str(2**63), "9" * 19, "9" * 300, "-1", "1.5", "x", "٣"])
def test_an_id_that_is_nobodys_is_404(client, ident: str) -> None:
    for address in LISTS:
        refused(client.get(f"{address}/{ident}"), 404, "not_found")


@pytest.mark.parametrize("address", LISTS)
def test_pages_are_bounded(cast: Cast, client, settings, address: str) -> None:
    for query in BAD_PAGES:
        told = refused(client.get(f"{address}?{query}"), 400, "invalid_parameter")
        assert told["errors"][0]["field"] == query.split("=")[0]
    settings.OFFSET_BOUND = 200
    refused(client.get(f"{address}?page=3&size=100"), 400, "page_too_deep")
    assert client.get(f"{address}?page=2&size=100").json()["list"] == []


def test_pages_lie_side_by_side_and_lose_and_repeat_nobody(cast: Cast, client) -> None:
    for _ in range(8):
        make.employee(cast.corp, cast.department)
    whole = [e["id"] for e in client.get(f"{EMPLOYEES}?size=100").json()["list"]]
    assert len(whole) == 11
    for size in (1, 2, 3, 10, 11, 12):
        pages = [client.get(f"{EMPLOYEES}?size={size}&page={n}").json() for n in range(1, 11 // size + 2)]
        assert [e["id"] for page in pages for e in page["list"]] == whole[: size * len(pages)]
        assert {(page["total"], page["totalExact"]) for page in pages} == {(11, True)}


@pytest.mark.parametrize(("address", "most"), [(DEPARTMENTS, 1), (EMPLOYEES, 3)])
def test_a_list_costs_the_same_for_one_row_as_for_thirty(cast: Cast, client, address: str, most: int) -> None:
    counts = []
    client.get(address)
    for size in (1, 30, 30):
        with CaptureQueriesContext(connection) as captured:
            assert len(client.get(f"{address}?size={size}").json()["list"]) <= size
        # A page that is full has to ask for the total as well.
        counts.append(len(captured) - (size == 1))
        for _ in range(26):
            make.employee(cast.corp, make.department(cast.corp, cast.department))
    assert counts[0] == counts[1]
    assert counts[2] <= most + 1


def test_one_row_costs_no_more_than_it_needs(cast: Cast, client, django_assert_num_queries) -> None:
    client.get(ME)
    with django_assert_num_queries(1):
        client.get(f"{DEPARTMENTS}/{cast.department.pk}")
    # The employee, the places, their departments.
    with django_assert_num_queries(3):
        client.get(f"{EMPLOYEES}/{cast.owner.pk}")
    with django_assert_num_queries(0):
        client.get(ME)


def test_an_unknown_parameter_is_refused_wherever_it_stands(cast: Cast, client) -> None:
    for address in addresses(cast):
        told = refused(client.get(f"{address}?colour=1&zone=2"), 400, "unknown_parameter")
        assert [e["field"] for e in told["errors"]] == ["colour", "zone"]


def test_a_filter_of_the_list_doesnt_hide_a_detail(cast: Cast, client) -> None:
    for query in ("status=5", "keyword=nobody", "page=2"):
        refused(client.get(f"{EMPLOYEES}/{cast.owner.pk}?{query}"), 400, "unknown_parameter")
    refused(client.get(f"{DEPARTMENTS}/{cast.department.pk}?size=1"), 400, "unknown_parameter")


@pytest.mark.parametrize("name", HARD_NAMES)
def test_hard_names_are_shown_and_found_as_they_are(cast: Cast, client, name: str) -> None:
    row = make.employee(cast.corp, make.department(cast.corp, name=name), name=name)
    found = client.get(EMPLOYEES, {"keyword": name}).json()["list"]
    assert [(e["id"], e["name"], e["departments"][0]["name"]) for e in found] == [(row.pk, name, name)]


def test_a_wildcard_of_the_database_is_a_letter_like_any_other(cast: Cast, client) -> None:
    for keyword in ("%", "_", "\\", "王%"):
        assert client.get(EMPLOYEES, {"keyword": keyword}).json()["list"] == []


def test_those_who_left_or_are_switched_off_are_still_known(cast: Cast, client) -> None:
    for status in EmployeeStatus:
        row = make.employee(cast.corp, status=status)
        assert client.get(f"{EMPLOYEES}/{row.pk}").json()["status"] == status
        assert row.pk in {e["id"] for e in client.get(f"{EMPLOYEES}?status={status.value}").json()["list"]}


def test_times_are_utc_to_the_second(cast: Cast, client) -> None:
    Employee.objects.filter(pk=cast.owner.pk).update(create_time="2026-01-01T07:00:00.999999+08:00")
    assert client.get(f"{EMPLOYEES}/{cast.owner.pk}").json()["createTime"] == "2025-12-31T23:00:00Z"


def test_past_its_rate_an_account_waits_for_the_next_minute_at_every_door(cast: Cast) -> None:
    _row, key = accounts.issue_key(account=make.account(cast.corp, rate=3), by=SYSTEM)
    client = APIClient(headers={"X-Api-Key": key})
    start = now().replace(second=30, microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        assert [client.get(ME).status_code for _ in range(3)] == [200] * 3
        for address in addresses(cast):
            answer = client.get(address)
            refused(answer, 429, "throttled")
            assert answer.headers["Retry-After"] == "30"
        clock.shift(29)
        assert client.get(ME).headers["Retry-After"] == "1"
        clock.shift(1)
        assert [client.get(a).status_code for a in addresses(cast)] == [200] * 3 + [429] * 2


def test_two_keys_of_one_account_share_its_rate_and_another_account_has_its_own(cast: Cast) -> None:
    account = make.account(cast.corp, rate=2)
    keys = [accounts.issue_key(account=account, by=SYSTEM)[1] for _ in range(2)]
    keys.append(accounts.issue_key(account=make.account(cast.corp, rate=1), by=SYSTEM)[1])
    with time_machine.travel(now(), tick=False):
        answers = [APIClient(headers={"X-Api-Key": keys[n]}).get(ME).status_code for n in (0, 1, 0, 1, 2, 2)]
    assert answers == [200, 200, 429, 429, 200, 429]


def test_a_rate_that_is_changed_counts_from_the_next_minute_at_the_latest(cast: Cast) -> None:
    account = make.account(cast.corp, rate=1)
    _row, key = accounts.issue_key(account=account, by=SYSTEM)
    client = APIClient(headers={"X-Api-Key": key})
    with time_machine.travel(now().replace(second=0), tick=False) as clock:
        assert [client.get(ME).status_code for _ in range(2)] == [200, 429]
        account.rate = 5
        account.save()
        keyring.forget()
        clock.shift(60)
        assert [client.get(ME).status_code for _ in range(6)] == [200] * 5 + [429]


def test_a_key_is_used_up_by_no_request_but_its_own(cast: Cast, client) -> None:
    refused(APIClient(headers={"X-Api-Key": "0" * 12 + "." + "A" * 43}).get(ME), 401, "invalid_credentials")
    other, _text = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
    client.get(ME)
    assert ApiKey.objects.get(pk=other.pk).last_used_at is None


def test_refusals_are_in_the_callers_language(cast: Cast, client) -> None:
    for address in (f"{EMPLOYEES}?colour=1", f"{EMPLOYEES}?size=0", f"{EMPLOYEES}?status=9", f"{DEPARTMENTS}/0"):
        for language, chinese in (("zh-CN", True), ("zh", True), ("en", False), ("en-GB,zh;q=0.5", False), ("", True)):
            told = client.get(address, headers={"Accept-Language": language}).json()
            texts = [told["message"], *(e["message"] for e in told["errors"])]
            assert [is_chinese(text) for text in texts] == [chinese] * len(texts), (address, language, texts)


def test_a_keyword_finds_a_name_and_a_userid_in_any_case_on_every_database(cast: Cast, client) -> None:
    row = make.employee(cast.corp, userid="ZhangSan", name="Anna")
    for keyword in ("zhang", "ZHANG", "anna", "ANN"):
        assert [e["id"] for e in client.get(EMPLOYEES, {"keyword": keyword}).json()["list"]] == [row.pk]
