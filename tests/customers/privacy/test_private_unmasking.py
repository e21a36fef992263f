"""What a personal custom field holds is shown once, to who says why; that it was is kept and told."""

from typing import Any

import pytest

from core.errors import RuleViolation
from corps.choices import Masking
from customers import custom
from customers.models import AccessRecord, Customer, CustomField
from customers.privacy import unmasking
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.custom.common import AS
from tests.customers.privacy.people import URL, choose, client
from tests.customers.privacy.private import HELD, NOTE, leaks, private
from tests.doors import refused
from tests.followups.test_timeline import heard


def asked(field: str) -> dict[str, Any]:
    return {"field": field, "reason": "办理贷款"}


def test_each_kind_is_answered_as_the_detail_has_it(cast: Cast) -> None:
    customer, held = private(cast)
    seen = client(cast, "manager")
    for key in HELD:
        answer = seen.post(f"{URL}/{customer.pk}/unmask", asked(f"customFields.{key}"), format="json")
        assert (answer.status_code, answer.json()) == (200, {"field": f"customFields.{key}", "value": held[key]})
    assert AccessRecord.objects.filter(kind="unmask").count() == len(HELD)


def test_the_access_is_kept_and_told_without_the_value(cast: Cast, recorded: Any) -> None:
    customer, _held = private(cast)
    manager = cast.actor("manager")
    told: Any = {"by": manager, "source": "api", "address": "10.0.0.7"}
    unmasking.unmask(customer=customer, field="customFields.idCard", reason="办理贷款", **told)
    kept = AccessRecord.objects.get()
    assert (kept.kind, kept.what, kept.facts) == ("unmask", "customFields", {"key": "idCard"})
    assert (kept.actor, kept.customer_id, kept.reason, kept.address) == (
        manager.label,
        customer.pk,
        "办理贷款",
        "10.0.0.7",
    )
    fact = {"customerId": customer.pk, "field": "customFields.idCard"}
    assert recorded()[-1] == ("customer.unmasked", customer.pk, fact)
    assert not leaks(str(OutboxEvent.objects.get(name="customer.unmasked").payload))
    (entry,) = [entry for entry in heard() if entry.kind == "unmasked"]
    assert entry.facts == {"field": "customFields.idCard"}


def test_of_relations_each_is_told_with_whose_it_is(cast: Cast) -> None:
    customer, _held = private(cast)
    make.relation(customer, cast.manager)
    make.filled(customer, cast.manager, habit="晚上")
    answer = client(cast, "colleague").post(
        f"{URL}/{customer.pk}/unmask", asked(f"follows.customFields.{NOTE[0]}"), format="json"
    )
    assert answer.json()["value"] == [
        {"employeeId": cast.owner.pk, "value": NOTE[1]},
        {"employeeId": cast.manager.pk, "value": "晚上"},
    ]
    assert AccessRecord.objects.get().what == "follows.customFields"


def test_that_there_is_nothing_is_an_answer_too(cast: Cast) -> None:
    private(cast)
    other = make.customer(cast.corp, cast.owner)
    for field, value in (("customFields.salary", None), (f"follows.customFields.{NOTE[0]}", [])):
        answer = client(cast, "manager").post(f"{URL}/{other.pk}/unmask", asked(field), format="json")
        assert (answer.status_code, answer.json()["value"]) == (200, value)


@pytest.mark.parametrize(
    "field",
    [
        "customFields.hobby",
        "customFields.nothing",
        "customFields.habit",
        "follows.customFields.idCard",
        "customFields.foreign",
    ],
)
def test_what_is_not_starred_out_is_not_shown_so(cast: Cast, field: str) -> None:
    customer, _held = private(cast)
    make.custom_field(cast.other_corp, "foreign", personal=True)
    answer = client(cast, "manager").post(f"{URL}/{customer.pk}/unmask", asked(field), format="json")
    refused(answer, 422, "field_unknown")
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("field", ["customFields", "customFields.", "customFields.Ä", "follow.customFields.a", "x.y"])
def test_a_name_that_means_nothing_is_refused(cast: Cast, field: str) -> None:
    customer, _held = private(cast)
    answer = client(cast, "manager").post(f"{URL}/{customer.pk}/unmask", asked(field), format="json")
    assert answer.status_code == 400
    with pytest.raises(RuleViolation):
        unmasking.unmask(customer=customer, field=field, reason="r", by=cast.actor("admin"), source="api")


def test_a_field_that_is_retired_is_shown_still(cast: Cast) -> None:
    customer, _held = private(cast)
    custom.update_field(field=CustomField.objects.get(key="salary"), active=False, **AS)
    answer = client(cast, "manager").post(f"{URL}/{customer.pk}/unmask", asked("customFields.salary"), format="json")
    assert answer.json()["value"] == HELD["salary"][1]


def test_a_service_that_sees_stars_can_ask_for_it_too(cast: Cast) -> None:
    customer, _held = private(cast)
    choose(cast, Masking.ALL)
    answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/unmask", asked("customFields.nick"), format="json")
    assert answer.json()["value"] == HELD["nick"][1]


def test_they_count_with_the_numbers_within_an_hour(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmasking, "HOURLY", 2)
    customer, _held = private(cast)
    seen = client(cast, "manager")
    fields = ("mobile", "customFields.nick", "customFields.salary")
    answers = [seen.post(f"{URL}/{customer.pk}/unmask", asked(field), format="json") for field in fields]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


class TestConsole:
    def url(self, customer: Customer) -> str:
        return page(customer, "change").replace("/change/", "/unmask/")

    def test_the_act_offers_the_company_s_fields_and_shows_one_in_words(self, cast: Cast) -> None:
        customer, _held = private(cast)
        make.custom_field(cast.other_corp, "foreign", personal=True, name="外人字段")
        field = CustomField.objects.get(key="illness")
        seen = entered(cast.users["manager"])
        form = seen.get(self.url(customer)).content.decode()
        assert field.name in form
        assert "外人字段" not in form
        assert CustomField.objects.get(key="hobby").name not in form
        answer = seen.post(self.url(customer), asked("customFields.illness"), follow=True)
        content = answer.content.decode()
        assert field.name in content
        assert "糖尿病" in content
        assert "no-store" in answer["Cache-Control"]
        assert AccessRecord.objects.get().facts == {"key": "illness"}

    def test_of_relations_the_page_says_whose(self, cast: Cast) -> None:
        customer, _held = private(cast)
        answer = entered(cast.users["manager"]).post(self.url(customer), asked("follows.customFields.habit"))
        assert f"{cast.owner}: {NOTE[1]}" in answer.content.decode()

    def test_the_record_of_accesses_says_which_field(self, cast: Cast) -> None:
        customer, _held = private(cast)
        client(cast, "manager").post(f"{URL}/{customer.pk}/unmask", asked("customFields.salary"), format="json")
        shown = entered(cast.users["admin"]).get(page(AccessRecord, "changelist")).content.decode()
        assert "customFields.salary" in shown

    def test_the_timeline_names_the_field_in_words(self, cast: Cast) -> None:
        customer, _held = private(cast)
        client(cast, "manager").post(f"{URL}/{customer.pk}/unmask", asked("customFields.salary"), format="json")
        heard()
        shown = entered(cast.users["admin"]).get(page(customer, "tab_timeline")).content.decode()
        assert "自定义字段 salary" in shown
