"""What every page is built on: refusals at their fields, the menu, the timetable, pickers of plain pages."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from core.console_acts import refusing
from core.console_lists import badge
from core.console_scope import visible
from core.errors import Conflict, FieldError, RuleViolation
from corps.models import Corp, User
from customers.models import Customer
from messaging.models import DeadLetter
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page


class Form(forms.Form):
    name = forms.CharField()
    follow_user = forms.CharField(required=False)


def errors_of(refusal: RuleViolation) -> dict[str, list[str]]:
    form = refusing(Form, refusal)({"name": "x"})
    assert not form.is_valid()
    return form.errors


def test_a_refusal_stands_beside_the_field_that_the_rule_names_in_the_wires_words() -> None:
    refusal = Conflict("taken", "taken", [FieldError("name", "a", "eins"), FieldError("followUserId", "b", "zwei")])
    assert errors_of(refusal) == {"name": ["eins"], "follow_user": ["zwei"]}


def test_a_refusal_of_no_field_or_of_one_that_is_not_shown_stands_above_the_form() -> None:
    assert errors_of(Conflict("gone", "weg")) == {"__all__": ["weg"]}
    assert errors_of(Conflict("x", "x", [FieldError("tagIds", "x", "drei")])) == {"__all__": ["drei"]}


def test_rows_of_a_model_without_a_company_are_for_those_who_see_every_company(cast: Cast) -> None:
    root = User.objects.create_superuser("root", "correct horse battery")
    bound = User.objects.create_superuser("bound", "correct horse battery", corp=cast.corp)
    assert visible(Corp.objects.all(), root.actor).count() == 2
    assert not visible(Corp.objects.all(), bound.actor).exists()
    assert not visible(Corp.objects.all(), cast.actor("admin")).exists()


def test_rows_with_a_bare_company_number_are_narrowed_by_it(cast: Cast) -> None:
    for corp_id in (cast.corp.pk, cast.other_corp.pk):
        DeadLetter.objects.create(corp_id=corp_id, digest=str(corp_id), queue="q", body=b"")
    assert [row.corp_id for row in visible(DeadLetter.objects.all(), cast.actor("admin"))] == [cast.corp.pk]


def test_a_badge_shows_its_text_as_text() -> None:
    assert "&lt;b&gt;" in badge("<b>", "success")
    assert "<b>" not in badge("<b>")


def test_a_superuser_bound_to_a_company_sees_that_one_alone(cast: Cast) -> None:
    here = make.customer(cast.corp)
    make.customer(cast.other_corp)
    client = entered(User.objects.create_superuser("bound", "correct horse battery", corp=cast.corp))
    assert [row.pk for row in client.get(page(Customer, "changelist")).context["cl"].result_list] == [here.pk]


def test_whoever_is_not_logged_in_finds_a_door_and_nothing_else(cast: Cast, one_of_each: dict[str, Any]) -> None:
    from django.test import Client

    client = Client()
    for row in one_of_each.values():
        for address in (page(type(row), "changelist"), page(row, "change"), page(row, "delete")):
            answer = client.get(address)
            assert (answer.status_code, answer.url) == (302, f"{reverse('admin:login')}?next={address}")
    assert client.get(reverse("admin:autocomplete")).status_code == 302
    assert AnonymousUser().is_anonymous


def test_a_schedule_is_changed_by_a_superuser_and_offers_the_tasks_that_exist(db: None) -> None:
    every = IntervalSchedule.objects.create(every=30, period="seconds")
    task = PeriodicTask.objects.create(name="count", task="customers.tasks.count_tags", interval=every)
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    shown = client.get(page(task, "change"))
    offered = [name for name, _label in shown.context["adminform"].form.fields["task"].choices]
    assert {"customers.tasks.count_tags", "messaging.tasks.prune"} <= set(offered)
    assert not [name for name in offered if name.startswith("celery.")]
    posted = form_of(shown)
    posted.pop("enabled")
    assert client.post(page(task, "change"), posted).status_code == 302
    task.refresh_from_db()
    assert not task.enabled
    assert client.post(page(task, "change"), posted | {"task": "os.system"}).status_code == 200


def test_the_picker_of_a_plain_page_works_too(db: None) -> None:
    IntervalSchedule.objects.create(every=30, period="seconds")
    query = {"app_label": "django_celery_beat", "model_name": "periodictask", "field_name": "interval"}
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    answer = client.get(reverse("admin:autocomplete"), query).json()
    assert len(answer["results"]) == 1


def test_an_empty_list_offers_to_reset_filters_only_where_some_are_set(cast: Cast) -> None:
    client, address = entered(cast.users["admin"]), page(Customer, "changelist")
    for query, narrowed in (
        ({}, False),
        ({"o": "1"}, False),
        ({"status__exact": "1"}, True),
        ({"q": "没有的人"}, True),
    ):
        shown = client.get(address, query).content.decode()
        assert ("没有符合条件的数据" in shown, "暂无数据" in shown) == (narrowed, not narrowed), query
        assert ("filter_list_off" in shown) == narrowed, query
