"""A number is shown once, to who says why; that it was is kept, told and bounded."""

import datetime as dt
from typing import Any

import pytest

from core.errors import RuleViolation, TooMany
from core.time import now
from corps.choices import Masking
from customers.models import AccessRecord, Customer
from customers.privacy import unmasking
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy.people import MOBILE, NOTED, UNIONID, URL, choose, client, numbered
from tests.doors import is_chinese
from tests.followups.test_timeline import heard


def unmask(customer: Customer, by: Any, field: str = "mobile", reason: str = "客户要求回电") -> Any:
    told: Any = {"field": field, "reason": reason, "address": "10.0.0.7"}
    return unmasking.unmask(customer=customer, by=by, source="api", **told).value


@pytest.mark.parametrize(("field", "value"), [("mobile", MOBILE), ("unionid", UNIONID), ("remarkMobiles", [NOTED])])
def test_the_number_is_answered_kept_and_told_without_itself(cast: Cast, recorded: Any, field: str, value: Any) -> None:
    customer, manager = numbered(cast), cast.actor("manager")
    assert unmask(customer, manager, field) == value
    kept = AccessRecord.objects.get()
    assert (kept.kind, kept.what, kept.customer_id, kept.corp_id) == ("unmask", field, customer.pk, cast.corp.pk)
    assert (kept.actor, kept.employee_id, kept.source) == (manager.label, cast.manager.pk, "api")
    assert (kept.reason, kept.address) == ("客户要求回电", "10.0.0.7")
    assert now() - kept.at < dt.timedelta(minutes=1)
    assert recorded()[-1] == ("customer.unmasked", customer.pk, {"customerId": customer.pk, "field": field})
    event = OutboxEvent.objects.get(name="customer.unmasked")
    assert event.aggregate_version == Customer.objects.get(pk=customer.pk).version == customer.version + 1
    assert not any(number in str(event.payload) for number in (MOBILE, UNIONID, NOTED, "客户要求回电"))


def test_that_there_is_no_number_is_an_answer_too(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    assert unmask(customer, cast.actor("admin")) is None
    assert unmask(customer, cast.actor("admin"), "remarkMobiles") == []
    assert AccessRecord.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "reason", "code"),
    [
        ("name", "r", "field_unknown"),
        ("mobile", "", "reason_missing"),
        ("mobile", "   ", "reason_missing"),
        ("mobile", "字" * 201, "reason_too_long"),
    ],
)
def test_without_a_field_or_a_reason_nothing_is_shown_and_nothing_kept(
    cast: Cast, field: str, reason: str, code: str
) -> None:
    customer = numbered(cast)
    told = OutboxEvent.objects.count()
    with pytest.raises(RuleViolation) as refusal:
        unmask(customer, cast.actor("manager"), field, reason)
    assert (refusal.value.code, refusal.value.errors[0].code) == (code, code)
    assert (AccessRecord.objects.count(), OutboxEvent.objects.count()) == (0, told)


class TestOften:
    @pytest.fixture(autouse=True)
    def _three(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(unmasking, "HOURLY", 3)

    def test_within_an_hour_only_so_many_are_shown_to_one(self, cast: Cast) -> None:
        customer = numbered(cast)
        for _time in range(3):
            unmask(customer, cast.actor("manager"))
        with pytest.raises(TooMany):
            unmask(customer, cast.actor("manager"))
        assert AccessRecord.objects.count() == 3
        # Others have an hour of their own.
        assert unmask(customer, cast.actor("colleague")) == MOBILE

    def test_after_the_hour_more_are(self, cast: Cast) -> None:
        customer = numbered(cast)
        for _time in range(3):
            unmask(customer, cast.actor("manager"))
        AccessRecord.objects.update(at=now() - dt.timedelta(minutes=61))
        assert unmask(customer, cast.actor("manager")) == MOBILE

    def test_the_api_says_when_to_come_back(self, cast: Cast) -> None:
        customer, body = numbered(cast), {"field": "mobile", "reason": "r"}
        seen = client(cast, "manager")
        statuses = [seen.post(f"{URL}/{customer.pk}/unmask", body, format="json").status_code for _time in range(4)]
        assert statuses == [200, 200, 200, 429]
        answer = seen.post(f"{URL}/{customer.pk}/unmask", body, format="json")
        assert (answer.json()["code"], answer["Retry-After"]) == ("unmasked_too_often", "600")
        assert MOBILE not in answer.content.decode()


class TestApi:
    def test_who_reads_along_is_shown_the_number_and_kept(self, cast: Cast) -> None:
        customer = numbered(cast)
        body = {"field": "mobile", "reason": "客户来电"}
        answer = client(cast, "colleague").post(f"{URL}/{customer.pk}/unmask/", body, format="json")
        assert (answer.status_code, answer.json()) == (200, {"field": "mobile", "value": MOBILE})
        kept = AccessRecord.objects.get()
        assert (kept.employee_id, kept.source, kept.address) == (cast.colleague.pk, "api", "127.0.0.1")

    @pytest.mark.parametrize(
        "body", [{}, {"field": "mobile"}, {"field": "name", "reason": "r"}, {"field": "mobile", "reason": "r", "x": 1}]
    )
    def test_a_body_that_means_nothing_is_refused(self, cast: Cast, body: dict[str, Any]) -> None:
        customer = numbered(cast)
        answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/unmask", body, format="json")
        assert answer.status_code == 400
        assert not AccessRecord.objects.exists()

    def test_a_customer_of_others_is_not_there(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner, mobile=MOBILE)
        body = {"field": "mobile", "reason": "r"}
        for seen in (client(cast, "colleague"), client(cast, "stranger")):
            assert seen.post(f"{URL}/{customer.pk}/unmask", body, format="json").status_code == 404
        assert not AccessRecord.objects.exists()

    def test_a_service_from_which_numbers_are_hidden_can_ask_for_one(self, cast: Cast) -> None:
        customer = numbered(cast)
        choose(cast, Masking.ALL)
        body = {"field": "unionid", "reason": "积分对账"}
        answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/unmask", body, format="json")
        assert answer.json()["value"] == UNIONID
        assert api.client(cast.corp, "read").post(f"{URL}/{customer.pk}/unmask", body, format="json").status_code == 403

    def test_an_idempotency_key_keeps_no_number(self, cast: Cast) -> None:
        customer, body = numbered(cast), {"field": "mobile", "reason": "r"}
        seen = api.client(cast.corp)
        for _time in range(2):
            seen.post(f"{URL}/{customer.pk}/unmask", body, format="json", headers={"Idempotency-Key": "k"})
        assert AccessRecord.objects.count() == 2


class TestConsole:
    def url(self, customer: Customer) -> str:
        return page(customer, "change").replace("/change/", "/unmask/")

    def test_the_page_shows_stars_and_the_act_the_number_once(self, cast: Cast) -> None:
        customer = numbered(cast)
        seen = entered(cast.users["manager"])
        shown = seen.get(page(customer, "change")).content.decode()
        assert "138****5678" in shown
        assert not any(number in shown for number in (MOBILE, UNIONID, NOTED))
        answer = seen.post(self.url(customer), {"field": "mobile", "reason": "回访"}, follow=True)
        assert MOBILE in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        kept = AccessRecord.objects.get()
        assert (kept.reason, kept.source, kept.what) == ("回访", "operator", "mobile")
        assert MOBILE not in seen.get(page(customer, "change")).content.decode()

    def test_without_a_reason_the_form_comes_back_in_chinese(self, cast: Cast) -> None:
        customer = numbered(cast)
        answer = entered(cast.users["manager"]).post(self.url(customer), {"field": "mobile", "reason": ""})
        assert answer.status_code == 200
        assert is_chinese(answer.context["title"])
        assert MOBILE not in answer.content.decode()
        assert not AccessRecord.objects.exists()

    def test_saving_the_page_with_stars_keeps_the_numbers(self, cast: Cast) -> None:
        customer = numbered(cast)
        seen = entered(cast.users["manager"])
        form = seen.get(page(customer, "change")).context["adminform"].form
        assert not {"mobile", "unionid"} & set(form.fields)
        own = entered(cast.users["owner"]).get(page(customer, "change")).context["adminform"].form
        assert {"mobile", "unionid"} <= set(own.fields)


def test_the_timeline_tells_that_a_number_was_shown_and_which(cast: Cast) -> None:
    customer = numbered(cast)
    unmask(customer, cast.actor("manager"))
    (entry,) = [entry for entry in heard() if entry.kind == "unmasked"]
    assert entry.customer_id == customer.pk
    assert (entry.facts, entry.actor) == ({"field": "mobile"}, cast.actor("manager").label)
