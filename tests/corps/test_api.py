import pytest

from corps import accounts, keyring
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus, Scope
from corps.models import DepartmentMember
from tests import api, make
from tests.conftest import Cast

DEPARTMENTS, EMPLOYEES, ME = "/api/v1/departments", "/api/v1/employees", "/api/v1/me"


@pytest.fixture
def client(cast: Cast):
    return api.client(cast.corp, "read")


def listed(client, url: str) -> list[int]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["list"]]


def test_departments_come_parents_first_with_their_members_counted(cast: Cast, client) -> None:
    team = make.department(cast.corp, cast.department, name="一组", wecom_id=7)
    make.department(cast.other_corp)
    answer = client.get(DEPARTMENTS).json()
    rows = {row["id"]: row for row in answer["list"]}
    root = cast.department.parent_id
    assert list(rows) == [root, cast.department.pk, team.pk]
    assert [rows[i]["memberCount"] for i in rows] == [0, 3, 0]
    assert [rows[i]["parentId"] for i in rows] == [None, root, cast.department.pk]
    assert rows[team.pk]["wecomId"] == 7
    assert "path" not in rows[root]
    assert (answer["total"], answer["page"], answer["size"]) == (3, 1, 20)


def test_one_department_reads_like_its_row_in_the_list(cast: Cast, client) -> None:
    one = client.get(f"{DEPARTMENTS}/{cast.department.pk}/").json()
    assert one in client.get(DEPARTMENTS).json()["list"]
    assert one["createTime"].endswith("Z")


def test_an_employee_carries_their_departments(cast: Cast, client) -> None:
    row = client.get(f"{EMPLOYEES}/{cast.manager.pk}").json()
    assert row["departments"] == [
        {"departmentId": cast.department.pk, "name": cast.department.name, "isLeader": True, "isMain": True}
    ]
    assert (row["name"], row["userid"], row["canFollow"]) == (cast.manager.name, cast.manager.userid, True)


def test_employees_are_narrowed_by_department_and_below_status_and_permission(cast: Cast, client) -> None:
    team = make.department(cast.corp, cast.department)
    below = make.employee(cast.corp, team)
    gone = make.employee(cast.corp, status=EmployeeStatus.LEFT, can_follow=False)
    everyone = [cast.owner.pk, cast.colleague.pk, cast.manager.pk]
    assert listed(client, f"{EMPLOYEES}?departmentId={cast.department.pk}") == [*everyone, below.pk]
    assert listed(client, f"{EMPLOYEES}?departmentId={team.pk}") == [below.pk]
    assert listed(client, f"{EMPLOYEES}?status=5") == [gone.pk]
    assert listed(client, f"{EMPLOYEES}?canFollow=false") == [gone.pk]
    assert listed(client, f"{EMPLOYEES}?departmentId={team.pk}&status=5") == []


def test_one_who_is_in_a_department_and_in_one_below_it_comes_once(cast: Cast, client) -> None:
    team = make.department(cast.corp, cast.department)
    DepartmentMember.objects.create(corp=cast.corp, department=team, employee=cast.owner)
    assert listed(client, f"{EMPLOYEES}?departmentId={cast.department.pk}").count(cast.owner.pk) == 1


def test_the_department_of_another_company_has_nobody(cast: Cast, client) -> None:
    foreign = make.department(cast.other_corp)
    make.employee(cast.other_corp, foreign)
    assert listed(client, f"{EMPLOYEES}?departmentId={foreign.pk}") == []


@pytest.mark.parametrize(("keyword", "found"), [("王小", True), ("小明", False), ("Boss", True), ("oss", False)])
def test_the_keyword_is_the_beginning_of_a_name_or_userid(cast: Cast, client, keyword: str, found: bool) -> None:
    cast.owner.userid = "Boss1"
    cast.owner.save()
    assert listed(client, f"{EMPLOYEES}?keyword={keyword}") == ([cast.owner.pk] if found else [])


@pytest.mark.parametrize(
    "query",
    [
        "departmentId=x",
        "departmentId=0",
        "departmentId=9223372036854775808",
        "departmentId=1e3000",
        "status=9",
        "status=x",
        "keyword=" + "a" * 65,
        "keyword=%00",
        "department_id=1",
        "userid__regex=a",
        "size=101",
        "page=0",
    ],
)
def test_a_parameter_that_means_nothing_is_a_400(client, query: str) -> None:
    answer = client.get(f"{EMPLOYEES}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.split("=")[0]


def test_lists_cost_the_same_few_statements_however_many_rows(cast: Cast, client, django_assert_num_queries) -> None:
    client.get(ME)
    for _ in range(12):
        make.employee(cast.corp, cast.department)
    with django_assert_num_queries(3):
        client.get(EMPLOYEES)
    with django_assert_num_queries(1):
        client.get(DEPARTMENTS)


@pytest.mark.parametrize("path", [f"{DEPARTMENTS}/0", f"{EMPLOYEES}/99999999999999999999", f"{EMPLOYEES}/1x"])
def test_what_is_not_there_is_a_404_in_the_one_shape(client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("path", [ME, EMPLOYEES, "/api/v1/customers"])
def test_whoever_may_read_may_ask_for_the_head_alone(client, path: str) -> None:
    assert client.head(path).status_code == client.get(path).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_the_organisation_is_read_only(client, method: str) -> None:
    answer = getattr(client, method)(EMPLOYEES)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_key_without_the_read_scope_sees_no_employees_but_knows_itself(cast: Cast) -> None:
    client = api.client(cast.corp, Scope.WRITE)
    answer = client.get(EMPLOYEES)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    writing = ["customer.delete", "customer.tag", "customer.write", "followup.write", "transfer.write"]
    assert client.get(ME).json()["acts"] == writing


def test_scopes_given_to_an_account_count_from_the_next_look_at_it(cast: Cast) -> None:
    account = make.account(cast.corp, "read")
    _row, key = accounts.issue_key(account=account, by=SYSTEM)
    assert "tag.write" not in keyring.actor_of(key)[0].acts
    account.scopes = ["read", "tags"]
    account.save()
    keyring.forget()
    assert "tag.write" in keyring.actor_of(key)[0].acts
