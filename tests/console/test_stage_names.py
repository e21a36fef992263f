"""Who took which step is told by name, and the pages hold to their language, their bounds and their company."""

from typing import Any

import pytest
from django.test import Client

from corps.choices import Role
from corps.policy import actor_of_account
from customers import stages
from customers.models import Customer, Stage, StageChange
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.console.test_stages import told
from tests.customers.stages.test_setting import everything


@pytest.fixture
def root(cast: Cast) -> Client:
    return entered(make.user(None, Role.ADMIN, is_superuser=True, username="总管"))


def test_the_steps_name_people_services_and_the_system(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    account = actor_of_account(make.account(cast.corp, name="订单系统"))
    for by in (cast.actor("owner"), account):
        row = Customer.objects.get(pk=customer.pk)
        stages.set_stage(customer=row, stage=make.stage(cast.corp), by=by, source="api")
    make.staged(Customer.objects.get(pk=customer.pk), make.stage(cast.corp, name="最后一步"))
    content = entered(cast.users["admin"]).get(page(customer, "tab_stage_changes")).content.decode()
    assert str(cast.users["owner"]) in content
    assert "最后一步" in content
    assert "订单系统" in content
    assert f"user:{cast.users['owner'].pk}" not in content


def test_a_superuser_puts_nobody_into_another_company_s_stage(cast: Cast, root: Client) -> None:
    mine, theirs = make.customer(cast.corp), make.customer(cast.other_corp)
    stage = make.stage(cast.corp)
    posted = {"action": "set_stage", "_selected_action": [mine.pk, theirs.pk], "apply": "1", "stage": stage.pk}
    answer = root.post(page(Customer, "changelist"), posted)
    assert told(answer) == ["1 个客户已修改，0 个无需修改，1 个被拒绝。 本企业没有这个客户阶段。 (1)"]
    assert list(StageChange.objects.values_list("customer_id", flat=True)) == [mine.pk]
    offered = root.get(page(theirs, "change_stage")).content.decode()
    assert f'value="{stage.pk}"' not in offered


def test_a_superuser_makes_a_stage_for_a_company(cast: Cast, root: Client) -> None:
    root.post(page(Stage, "add"), {"corp": cast.other_corp.pk, "name": "外部", "outcome": "won", "active": "on"})
    assert Stage.objects.get().corp == cast.other_corp


def test_more_than_a_page_at_once_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.console_bulk.MOST_AT_ONCE", 1)
    stage, rows = make.stage(cast.corp), [make.customer(cast.corp), make.customer(cast.corp)]
    before = everything()
    posted = {"action": "set_stage", "_selected_action": [r.pk for r in rows], "apply": "1", "stage": stage.pk}
    answer = entered(cast.users["admin"]).post(page(Customer, "changelist"), posted)
    assert told(answer) == ["一次最多选择 1 个客户。"]
    assert everything() == before


def test_what_is_no_stage_is_refused_at_its_field(cast: Cast) -> None:
    retired, customer = make.stage(cast.corp, active=False), make.customer(cast.corp)
    before = everything()
    client = entered(cast.users["admin"])
    for wrong in ("x", "-1", "9" * 30, str(retired.pk)):
        posted = {"action": "set_stage", "_selected_action": [customer.pk], "apply": "1", "stage": wrong}
        answer = client.post(page(Customer, "changelist"), posted)
        assert (answer.status_code, bool(answer.context["form"].errors["stage"])) == (200, True), wrong
        single = client.post(page(customer, "change_stage"), {"stage": wrong})
        assert (single.status_code, bool(single.context["form"].errors["stage"])) == (200, True), wrong
    assert everything() == before


def test_names_that_can_not_be_are_refused_on_the_form(cast: Cast) -> None:
    make.stage(cast.corp, name="意向")
    client, before = entered(cast.users["admin"]), everything()
    for sent in ({"name": ""}, {"name": "意向"}, {"name": "长" * 31}, {"name": "x", "order": -1}, {"name": "a\tb"}):
        answer = client.post(page(Stage, "add"), {"outcome": "", "active": "on", "order": ""} | sent)
        assert (answer.status_code, bool(answer.context["adminform"].form.errors)) == (200, True), sent
    assert everything() == before


def test_the_pages_speak_english_too(cast: Cast) -> None:
    customer = make.staged(make.customer(cast.corp), make.stage(cast.corp, outcome="lost"))
    client: Any = entered(cast.users["admin"])
    client.cookies["django_language"] = "en"
    for address, words in (
        (page(Stage, "changelist"), ("Stages", "lost", "in use")),
        (page(customer, "change_stage"), ("Change stage",)),
    ):
        content = client.get(address).content.decode()
        assert all(word in content for word in words), address


def test_a_retired_stage_is_offered_to_whoever_is_in_it_alone(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    inside, outside = make.staged(make.customer(cast.corp), stage), make.customer(cast.corp)
    stages.update_stage(stage=stage, active=False, by=cast.actor("admin"), source="operator")
    client = entered(cast.users["admin"])
    offered = {row.pk: client.get(page(row, "change_stage")).content.decode() for row in (inside, outside)}
    assert f'<option value="{stage.pk}" selected' in offered[inside.pk]
    assert f'value="{stage.pk}"' not in offered[outside.pk]


def test_staff_and_managers_look_at_the_set_and_change_nothing_of_it(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    before = everything()
    for who in ("owner", "manager"):
        client = entered(cast.users[who])
        assert client.get(page(stage, "change")).status_code == 200
        for address in (page(Stage, "add"), page(stage, "change"), page(stage, "delete")):
            assert client.post(address, {"name": "x", "post": "yes"}).status_code == 403
    assert everything() == before
