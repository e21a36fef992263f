"""Rows of one company are not there for another's people: on no page, in no choice, for no act."""

from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from corps.models import User
from customers.models import Customer
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page

# No role but the superuser's opens these.
SYSTEM_PAGES = {
    "corps.corp",
    "django_celery_beat.periodictask",
    "django_celery_beat.intervalschedule",
    "django_celery_beat.crontabschedule",
}
# Its pages are reports, which tests/insights/stats/test_console_*.py look at.
NO_ROWS = {"insights.dailystat"}
ROLES = ["owner", "manager", "admin", "stranger"]


def test_every_page_of_the_console_is_named_in_these_tests(one_of_each: dict[str, Any]) -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == SYSTEM_PAGES | NO_ROWS | set(one_of_each)


@pytest.mark.slow
def test_an_administrator_finds_each_row_of_the_own_company(cast: Cast, one_of_each: dict[str, Any]) -> None:
    client = entered(cast.users["admin"])
    for name, row in one_of_each.items():
        listed = client.get(page(type(row), "changelist"))
        assert row.pk in {r.pk for r in listed.context["cl"].result_list}, name
        for kind in ("change", "history"):
            assert client.get(page(row, kind)).status_code == 200, (name, kind)


def test_a_stranger_finds_no_row_on_any_list(cast: Cast, one_of_each: dict[str, Any]) -> None:
    client = entered(cast.users["stranger"])
    for name, row in one_of_each.items():
        listed = client.get(page(type(row), "changelist"))
        assert listed.status_code == 200, name
        assert row.pk not in {r.pk for r in listed.context["cl"].result_list}, name
        assert "甲方" not in listed.content.decode(), name


@pytest.mark.slow
def test_a_foreign_row_answers_as_one_that_is_not_there(cast: Cast, one_of_each: dict[str, Any]) -> None:
    client = entered(cast.users["stranger"])
    for name, row in one_of_each.items():
        kinds = ["change", "delete", "history"]
        acts = [a.action_name.removeprefix(name.replace(".", "_") + "_") for a in _acts(row)]
        for kind in kinds + acts:
            answer = client.get(page(row, kind))
            refused = answer.status_code == 403
            assert refused or (answer.status_code == 302 and answer.url == reverse("admin:index")), (name, kind)
            assert "甲方" not in client.get(page(row, kind), follow=True).content.decode(), (name, kind)


def test_a_foreign_row_can_not_be_acted_upon(cast: Cast, one_of_each: dict[str, Any], recorded: Any) -> None:
    client, before = entered(cast.users["stranger"]), recorded()
    password = User.objects.get(pk=cast.users["owner"].pk).password
    for name, row in one_of_each.items():
        for act in _acts(row):
            address = page(row, act.action_name.removeprefix(name.replace(".", "_") + "_"))
            client.post(address, {"new_password1": "a brand new one", "new_password2": "a brand new one", "add": "1"})
        client.post(page(row, "delete"), {"post": "yes"})
    assert recorded() == before
    assert User.objects.get(pk=cast.users["owner"].pk).password == password
    assert one_of_each["corps.apiaccount"].keys.filter(revoked_at=None).count() == 1
    assert type(one_of_each["messaging.deadletter"]).objects.filter(asked_at=None).count() == 1


@pytest.mark.parametrize("model", ["customers.customertag.tag", "customers.customer.follow_user", "tags.tag.group"])
def test_the_picker_offers_rows_of_the_own_company_alone(cast: Cast, one_of_each: dict[str, Any], model: str) -> None:
    app, name, field = model.split(".")
    query = {"app_label": app, "model_name": name, "field_name": field}
    offered = entered(cast.users["admin"]).get(reverse("admin:autocomplete"), query).json()["results"]
    assert offered
    foreign = entered(cast.users["stranger"]).get(reverse("admin:autocomplete"), query).json()["results"]
    assert not {o["id"] for o in offered} & {o["id"] for o in foreign}


def test_a_filter_does_not_tell_the_name_behind_a_foreign_id(cast: Cast, one_of_each: dict[str, Any]) -> None:
    client = entered(cast.users["stranger"])
    tag, follower = one_of_each["tags.tag"].pk, cast.owner.pk
    answer = client.get(page(Customer, "changelist"), {"tag": tag, "follow_user__id__exact": follower})
    assert answer.status_code == 200
    assert "甲方标签" not in answer.content.decode()
    assert cast.owner.name not in answer.content.decode()


def test_staff_see_the_customers_they_follow_and_a_manager_those_of_the_department(cast: Cast) -> None:
    mine, theirs = make.customer(cast.corp, cast.owner), make.customer(cast.corp, cast.colleague)
    nobodys = make.customer(cast.corp)
    seen = {}
    for role in ROLES:
        listed = entered(cast.users[role]).get(page(Customer, "changelist"))
        seen[role] = {row.pk for row in listed.context["cl"].result_list}
    assert seen == {
        "owner": {mine.pk},
        "manager": {mine.pk, theirs.pk},
        "admin": {mine.pk, theirs.pk, nobodys.pk},
        "stranger": set(),
    }


def test_staff_read_the_follow_ups_of_their_own_customers_alone(cast: Cast, one_of_each: dict[str, Any]) -> None:
    row = one_of_each["followups.followup"]
    assert entered(cast.users["owner"]).get(page(row, "change")).status_code == 200
    assert entered(cast.users["colleague"]).get(page(row, "change")).status_code == 302


def test_an_employee_of_another_company_is_no_choice_for_a_customer(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    client = entered(cast.users["admin"])
    posted = form_of(client.get(page(customer, "change")), follow_user=cast.stranger.pk)
    answer = client.post(page(customer, "change"), posted)
    assert "follow_user" in answer.context["adminform"].form.errors
    assert Customer.objects.get(pk=customer.pk).follow_user_id == cast.owner.pk


def test_a_column_that_nobody_asked_for_can_not_be_searched_by_address(cast: Cast, one_of_each: dict[str, Any]) -> None:
    client = entered(cast.users["admin"])
    for model, query in [
        (User, {"password__startswith": "pbkdf2"}),
        (Customer, {"search_text__contains": "x"}),
        (Customer, {"mobile__startswith": "1"}),
        (OutboxEvent, {"payload__contains": "x"}),
    ]:
        assert client.get(page(model, "changelist"), query).status_code == 400, query


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_pages_beyond_a_role_are_refused_and_not_in_the_menu(
    cast: Cast, one_of_each: dict[str, Any], role: str
) -> None:
    client = entered(cast.users[role])
    menu = client.get(reverse("admin:index")).content.decode()
    closed = ["corps.user", "corps.apiaccount", *(n for n in one_of_each if n.startswith("messaging.")), *SYSTEM_PAGES]
    for name in closed:
        address = reverse(f"admin:{name.replace('.', '_')}_changelist")
        assert client.get(address).status_code == 403, name
        assert f'"{address}"' not in menu, name
    assert f'"{page(Customer, "changelist")}"' in menu


def test_a_superuser_of_no_company_sees_all_and_picks_the_company_of_a_new_row(cast: Cast) -> None:
    here, there = make.customer(cast.corp), make.customer(cast.other_corp)
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    listed = client.get(page(Customer, "changelist"))
    assert {row.pk for row in listed.context["cl"].result_list} == {here.pk, there.pk}
    add = client.get(page(Customer, "add"))
    posted = form_of(add, corp=cast.other_corp.pk, external_userid="wmRoot", name="新客户")
    assert client.post(page(Customer, "add"), posted).status_code == 302
    assert Customer.objects.get(external_userid="wmRoot").corp_id == cast.other_corp.pk


def test_the_timetable_is_the_superusers(cast: Cast) -> None:
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    for name in SYSTEM_PAGES:
        for kind in ("changelist", "add"):
            assert client.get(reverse(f"admin:{name.replace('.', '_')}_{kind}")).status_code == 200, name


def _acts(row: Any) -> list[Any]:
    return admin.site._registry[type(row)]._get_base_actions_detail()
