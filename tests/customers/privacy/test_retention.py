"""What grows older than its company says is deleted, a little at a time, and nothing else."""

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from core.errors import RuleViolation
from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp
from customers import tasks
from customers.console.privacy_settings import LABELS
from customers.models import AccessRecord, Customer, PrivacySetting
from customers.privacy import retention
from followups import writing
from followups.models import FollowUp
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def access(customer: Customer, days: int) -> AccessRecord:
    moment = now() - dt.timedelta(days=days)
    return AccessRecord.objects.create(
        corp_id=customer.corp_id, kind="view", actor="user:1", customer=customer, source="api", at=moment
    )


def wrote(customer: Customer, days: int) -> FollowUp:
    row = writing.write(customer=customer, content="called", by=SYSTEM, source="api")
    FollowUp.objects.filter(pk=row.pk).update(happened_at=now() - dt.timedelta(days=days))
    return row


def choose(corp: Corp, **days: int | None) -> Corp:
    return retention.choose(corp=corp, masking=corp.masking, retention=days)


def test_by_default_accesses_go_after_half_a_year_and_what_people_wrote_stays(cast: Cast, customer: Customer) -> None:
    young, _old, written = access(customer, 179), access(customer, 181), wrote(customer, 5_000)
    assert retention.prune(corp=cast.corp) == 1
    assert list(AccessRecord.objects.all()) == [young]
    assert list(FollowUp.objects.all()) == [written]
    assert retention.prune(corp=cast.corp) == 0


def test_a_company_says_otherwise(cast: Cast, customer: Customer) -> None:
    corp = choose(cast.corp, access_record=None, follow_up=365)
    access(customer, 5_000)
    young, _old = wrote(customer, 364), wrote(customer, 366)
    assert retention.prune(corp=corp) == 1
    assert list(FollowUp.objects.all()) == [young]
    assert AccessRecord.objects.count() == 1


def test_another_company_is_left_alone(cast: Cast) -> None:
    theirs = access(make.customer(cast.other_corp), 1_000)
    assert retention.prune(corp=cast.corp) == 0
    assert AccessRecord.objects.get() == theirs


def test_it_goes_in_batches_the_oldest_first(cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "MOST_BATCHES", 2)
    rows = [access(customer, days) for days in (200, 300, 400, 500, 600)]
    assert retention.prune(corp=cast.corp) == 4
    assert list(AccessRecord.objects.all()) == rows[:1]
    assert retention.prune(corp=cast.corp) == 1


def test_the_task_goes_on_while_there_is_more(
    cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    monkeypatch.setattr(retention, "MOST_BATCHES", 1)
    asked: list[int] = []
    monkeypatch.setattr(tasks.prune_old_of, "delay", asked.append)
    access(customer, 200)
    tasks.prune_old_of(cast.corp.pk)
    assert asked == [cast.corp.pk]
    tasks.prune_old_of(cast.corp.pk)
    assert asked == [cast.corp.pk]
    tasks.prune_old()
    assert set(asked) == {cast.corp.pk, cast.other_corp.pk}


class TestChoosing:
    def test_only_what_differs_is_stored(self, cast: Cast) -> None:
        corp = retention.choose(
            corp=cast.corp, masking="people", retention={"access_record": 180, "relation_loss": 400}
        )
        assert (corp.masking, corp.retention) == ("people", {"relation_loss": 400})
        assert retention.days_of(corp) == retention.defaults() | {"relation_loss": 400}

    @pytest.mark.parametrize("days", [{"relation_loss": 29}, {"relation_loss": 3_651}, {"customer": 400}])
    def test_days_out_of_bounds_change_nothing(self, cast: Cast, days: dict[str, int]) -> None:
        with pytest.raises(RuleViolation) as refusal:
            retention.choose(corp=cast.corp, masking="off", retention=days)
        assert refusal.value.code == "days_out_of_bounds"
        row = Corp.objects.get(pk=cast.corp.pk)
        assert (row.masking, row.retention) == ("others", {})

    def test_numbers_are_hidden_in_the_known_ways_only(self, cast: Cast) -> None:
        with pytest.raises(RuleViolation) as refusal:
            retention.choose(corp=cast.corp, masking="some", retention={})
        assert refusal.value.code == "masking_unknown"

    def test_a_table_that_is_no_more_is_passed_over(self, cast: Cast) -> None:
        Corp.objects.filter(pk=cast.corp.pk).update(retention={"gone": 30})
        assert "gone" not in retention.days_of(Corp.objects.get(pk=cast.corp.pk))

    def test_the_page_asks_for_every_table_that_can_grow_too_old(self) -> None:
        assert set(LABELS) == set(retention.defaults())

    def test_an_administrator_chooses_on_the_page(self, cast: Cast) -> None:
        seen, url = entered(cast.users["admin"]), page(PrivacySetting.objects.get(pk=cast.corp.pk), "change")
        shown = seen.get(url)
        assert shown.context["adminform"].form["access_record"].value() == 180
        answer = seen.post(url, form_of(shown, masking="all", access_record="90", follow_up=""))
        assert answer.status_code == 302
        row = Corp.objects.get(pk=cast.corp.pk)
        assert (row.masking, row.retention) == ("all", {"access_record": 90})
        wrong = seen.post(url, form_of(seen.get(url), access_record="5"))
        assert wrong.status_code == 200
        assert Corp.objects.get(pk=cast.corp.pk).retention == {"access_record": 90}

    def test_nobody_else_does(self, cast: Cast) -> None:
        for name in ("owner", "manager"):
            url = page(PrivacySetting.objects.get(pk=cast.corp.pk), "change")
            assert entered(cast.users[name]).get(url).status_code == 403
        foreign = page(PrivacySetting.objects.get(pk=cast.other_corp.pk), "change")
        assert entered(cast.users["admin"]).get(foreign).status_code == 302


class TestCommand:
    def run(self, *args: str) -> str:
        out = StringIO()
        call_command("retention", *args, stdout=out)
        return out.getvalue()

    def test_it_counts_and_deletes_nothing(self, cast: Cast, customer: Customer) -> None:
        access(customer, 200)
        said = self.run("--corp", str(cast.corp.pk))
        assert said.splitlines() == [f"company {cast.corp.pk}: 1 rows of access_record"]
        assert AccessRecord.objects.count() == 1

    def test_told_to_it_deletes(self, cast: Cast, customer: Customer) -> None:
        access(customer, 200)
        assert f"company {cast.corp.pk}: 1 rows deleted" in self.run("--delete")
        assert not AccessRecord.objects.exists()
