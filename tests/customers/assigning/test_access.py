"""Who may do what with assignment, and what they see of it."""

import pytest
from django.urls import reverse

from corps.policy import Act
from customers.models import Assignment, AssignmentRule
from scrm_customer.subscriptions import SUBSCRIPTIONS
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.assigning.test_running import everything

PREVIEW = "admin:customers_assignmentrule_preview"


@pytest.mark.parametrize(
    ("role", "reads", "writes"), [("owner", False, False), ("manager", True, False), ("admin", True, True)]
)
def test_roles_may_what_the_policy_says(cast: Cast, role: str, reads: bool, writes: bool) -> None:
    assert cast.actor(role).may(Act.ASSIGN_READ) is reads
    assert cast.actor(role).may(Act.ASSIGN_WRITE) is writes


@pytest.mark.parametrize(("scopes", "status"), [(["read"], 403), (["read", "tags"], 403), (["read", "write"], 200)])
def test_a_service_needs_the_scope_to_write(cast: Cast, scopes: list[str], status: int) -> None:
    make.assignment_rule(cast.corp, cast.owner)
    make.customer(cast.corp)
    before = everything()
    client = api.client(cast.corp, *scopes)
    for url in ("/api/v1/assignments/preview", "/api/v1/assignments"):
        assert client.post(url, {}, format="json").status_code == status
    assert (everything() == before) is (status == 403)


def test_another_company_sees_nothing_of_it(cast: Cast) -> None:
    rule = make.assignment_rule(cast.corp, cast.owner)
    make.assignment(make.customer(cast.corp, cast.owner), cast.owner)
    client = api.client(cast.other_corp)
    assert client.get(f"/api/v1/assignment-rules/{rule.pk}").status_code == 404
    for url in ("/api/v1/assignment-rules", "/api/v1/assignments"):
        assert client.get(url).json()["list"] == []
    before = everything()
    for act in (client.delete, client.patch):
        assert act(f"/api/v1/assignment-rules/{rule.pk}", {}, format="json").status_code == 404
    assert everything() == before


def test_a_manager_sees_what_their_people_were_given(cast: Cast) -> None:
    far = make.employee(cast.corp, make.department(cast.corp))
    mine = make.assignment(make.customer(cast.corp, cast.owner), cast.owner)
    make.assignment(make.customer(cast.corp, far), far)
    assert list(Assignment.objects.visible_to(cast.actor("manager"))) == [mine]
    assert Assignment.objects.visible_to(cast.actor("admin")).count() == 2


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_who_does_not_see_the_whole_company_runs_nothing(cast: Cast, role: str) -> None:
    make.assignment_rule(cast.corp, cast.owner)
    make.customer(cast.corp)
    client = entered(cast.users[role])
    before = everything()
    for act in (client.get, client.post):
        assert act(reverse(PREVIEW)).status_code == 403
    assert everything() == before


def test_a_manager_looks_at_a_rule_and_changes_nothing(cast: Cast) -> None:
    rule = make.assignment_rule(cast.corp, cast.owner, name="官网")
    client = entered(cast.users["manager"])
    text = client.get(page(rule, "change")).content.decode()
    assert "官网" in text
    assert 'name="_save"' not in text
    assert client.get(page(AssignmentRule, "add")).status_code == 403


def test_the_list_names_whom_a_rule_gives_to(cast: Cast) -> None:
    people = [make.employee(cast.corp, name=f"成员{n}") for n in range(4)]
    make.assignment_rule(cast.corp, *people, department_ids=[cast.department.pk], spare_id=cast.owner.pk)
    text = entered(cast.users["admin"]).get(page(AssignmentRule, "changelist")).content.decode()
    for said in ("销售部", "成员0", "+2", "王小明", "使用中"):
        assert said in text, said


def test_the_history_is_narrowed_to_one_run(cast: Cast) -> None:
    for run, name in (("a", "李四光"), ("b", "王五味")):
        make.assignment(make.customer(cast.corp, cast.owner, name=name), cast.owner, run_id=run)
    client = entered(cast.users["admin"])
    text = client.get(page(Assignment, "changelist"), {"run": "a"}).content.decode()
    assert "李四光" in text
    assert "王五味" not in text


def test_the_dry_run_tells_how_many_wait_and_why(cast: Cast) -> None:
    make.assignment_rule(cast.corp, cast.owner, capacity=1)
    for _n in range(3):
        make.customer(cast.corp)
    text = entered(cast.users["admin"]).get(reverse(PREVIEW)).content.decode()
    assert "将分配 1 位客户" in text
    assert "规则中的员工都已达到上限。" in text


def test_whoever_sees_every_company_gives_away_each_ones_own(cast: Cast) -> None:
    make.assignment_rule(cast.corp, cast.owner)
    make.assignment_rule(cast.other_corp, cast.stranger)
    rows = [make.customer(corp) for corp in (cast.corp, cast.other_corp)]
    root = make.user(None, is_superuser=True)
    entered(root).post(reverse(PREVIEW))
    given = dict(Assignment.objects.values_list("customer_id", "employee_id"))
    assert given == {rows[0].pk: cast.owner.pk, rows[1].pk: cast.stranger.pk}
    assert len(set(Assignment.objects.values_list("run_id", flat=True))) == 1


def test_the_subscriptions_name_the_readers_that_give_away() -> None:
    assert "customers.handlers.customer_created" in SUBSCRIPTIONS["customer.created"]
    assert "customers.handlers.customer_unfollowed" in SUBSCRIPTIONS["customer.unfollowed"]
