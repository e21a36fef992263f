"""Which warnings there are by the record, from when to when, whichever way it is heard of."""

import datetime as dt
import random
from typing import Any

import pytest
from django.core.management import call_command

from core.time import to_wire
from corps.actors import SYSTEM
from customers import lifecycle
from insights import tasks
from insights.models import RiskAlert, RiskRule, TransferFailure
from insights.risks import handling, settling, sweeping
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.insights.scene import Scene, in_full, warnings


def told() -> list[tuple[str, str, Any]]:
    """Name, kind and how, of the warnings' events."""
    rows = OutboxEvent.objects.filter(name__startswith="risk.").order_by("id")
    return [(row.name, row.payload["data"]["kind"], row.payload["data"].get("why")) for row in rows]


class TestDeletions:
    def test_a_customers_deletion_warns_the_employee_and_is_told(self, scene: Scene) -> None:
        scene.begin(50)
        scene.today = 60
        scene.end(59.5)
        scene.hear()
        alert = RiskAlert.objects.get()
        assert (alert.kind, alert.level, alert.state) == ("customer_deleted", 3, "open")
        assert (alert.customer, alert.employee, alert.facts) == (readings.the("wmA"), scene.cast.owner, {"days": 9})
        event = OutboxEvent.objects.filter(name="risk.opened").get()
        assert event.payload["data"] == {
            "riskId": alert.pk,
            "kind": "customer_deleted",
            "level": 3,
            "customerId": alert.customer_id,
            "employeeId": scene.cast.owner.pk,
            "openedAt": to_wire(day(59.5)),
            "recipients": [],
            "deliverAt": None,
        }
        assert (event.aggregate_type, event.aggregate_version, event.payload["source"]) == ("risk_alert", 1, "rule")

    def test_an_employees_deletion_is_another_kind_and_a_transfer_is_none(self, scene: Scene) -> None:
        scene.begin(1, "wmA")
        scene.begin(1, "wmB")
        scene.end(5, "employee", "wmA")
        scene.end(6, "transfer", "wmB")
        scene.hear()
        assert warnings() == [("employee_deleted", 5, None, "open")]

    def test_coming_back_closes_it_and_leaving_again_opens_the_next(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(5)
        scene.hear()
        scene.begin(8)
        scene.hear()
        assert warnings() == [("customer_deleted", 5, 8, "passed")]
        scene.end(9)
        scene.hear()
        assert warnings() == [("customer_deleted", 5, 8, "passed"), ("customer_deleted", 9, None, "open")]

    def test_what_happened_long_ago_is_noted_without_a_word(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(5)
        scene.hear()
        assert (len(warnings()), told()) == (1, [])

    def test_what_is_older_than_the_horizon_is_not_noted_and_closes_what_was(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(5)
        scene.hear()
        scene.today = 96
        scene.settle()
        assert warnings() == [("customer_deleted", 5, 95, "passed")]
        RiskAlert.objects.all().delete()
        scene.settle()
        assert warnings() == []

    def test_an_end_that_proves_wrong_takes_the_warning_back(self, scene: Scene) -> None:
        scene.begin(50)
        scene.end(59.5, "employee")
        scene.hear()
        scene.end(59, "customer")
        scene.hear()
        assert [(kind, at) for kind, at, _over, _state in warnings()] == [("customer_deleted", 59)]
        assert told() == [
            ("risk.opened", "employee_deleted", None),
            ("risk.closed", "employee_deleted", "withdrawn"),
            ("risk.opened", "customer_deleted", None),
        ]

    def test_a_deleted_customer_is_nobodys_worry(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(5)
        scene.hear()
        lifecycle.delete(customer=readings.the("wmA"), by=SYSTEM, source="api")
        scene.hear()
        assert warnings() == []


class TestManyInADay:
    def test_more_than_allowed_in_the_companys_day_is_one_warning_for_the_employee(self, scene: Scene) -> None:
        scene.rule("bulk_deletion", threshold=2, level=3)
        scene.rule("employee_deleted", active=False)
        for n, at in enumerate([10.1, 10.2, 10.3, 10.35, 11.5]):
            scene.begin(1, f"wm{n}")
            scene.end(at, "employee", f"wm{n}")
        scene.hear()
        # Days begin at 16:00 UTC, and the beginning of time here is 08:00.
        assert warnings() == [("bulk_deletion", 10.3, None, "open")]
        alert = RiskAlert.objects.get()
        assert (alert.customer, alert.employee, alert.facts) == (None, scene.cast.owner, {"deleted": 3})

    def test_customers_who_go_by_themselves_are_not_counted(self, scene: Scene) -> None:
        scene.rule("bulk_deletion", threshold=0)
        scene.rule("customer_deleted", active=False)
        scene.begin(1)
        scene.end(5, "customer")
        scene.hear()
        assert warnings() == []

    def test_the_sweep_finds_what_no_event_told_of_and_closes_what_has_grown_old(self, scene: Scene) -> None:
        scene.rule("bulk_deletion", threshold=1)
        scene.rule("employee_deleted", active=False)
        for n in range(3):
            scene.begin(1, f"wm{n}")
            scene.end(10.1 + n / 100, "employee", f"wm{n}")
        sweeping.sweep_all(scene.cast.corp.pk)
        assert warnings() == [("bulk_deletion", 10.11, None, "open")]
        scene.today = 101
        sweeping.sweep_all(scene.cast.corp.pk)
        assert warnings() == [("bulk_deletion", 10.11, 100.11, "passed")]

    def test_another_employees_deletions_are_counted_apart(self, scene: Scene) -> None:
        scene.rule("bulk_deletion", threshold=1)
        scene.rule("employee_deleted", active=False)
        for n, employee in enumerate([scene.cast.owner, scene.cast.colleague]):
            scene.begin(1, f"wm{n}", employee)
            scene.end(10.1, "employee", f"wm{n}", employee)
        scene.hear()
        assert warnings() == []


class TestSilence:
    def test_it_is_off_until_a_company_wants_it(self, scene: Scene) -> None:
        scene.begin(1)
        scene.hear()
        scene.settle()
        assert warnings() == []

    def test_it_opens_after_so_many_days_by_the_sweep_and_closes_with_a_follow_up(self, scene: Scene) -> None:
        scene.rule("silence", threshold=20)
        scene.begin(10)
        scene.contact(15)
        scene.hear()
        assert warnings() == []
        sweeping.sweep_all(scene.cast.corp.pk)
        assert warnings() == [("silence", 35, None, "open")]
        assert RiskAlert.objects.get().employee == scene.cast.owner
        scene.contact(58)
        scene.hear()
        assert warnings() == [("silence", 35, 58, "passed")]

    def test_a_silence_that_nobody_swept_is_found_later_all_the_same(self, scene: Scene) -> None:
        scene.rule("silence", threshold=20)
        scene.begin(10)
        scene.contact(45)
        scene.settle()
        assert warnings() == [("silence", 30, 45, "passed")]

    def test_where_nobody_follows_any_more_there_is_none(self, scene: Scene) -> None:
        scene.rule("silence", threshold=20)
        scene.rule("customer_deleted", active=False)
        scene.begin(10)
        scene.end(15)
        scene.settle()
        assert warnings() == []


class TestTransfers:
    def test_a_refused_transfer_warns_until_one_succeeds(self, scene: Scene) -> None:
        scene.begin(1)
        scene.refused(10)
        assert warnings() == [("transfer_refused", 10, None, "open")]
        assert RiskAlert.objects.get().facts == {"reason": "customer_refused"}
        scene.end(20, "transfer")
        scene.hear()
        assert warnings() == [("transfer_refused", 10, 20, "passed")]

    def test_a_second_refusal_takes_the_place_of_the_first(self, scene: Scene) -> None:
        scene.begin(1)
        scene.refused(10)
        scene.refused(12)
        assert warnings() == [("transfer_refused", 10, 12, "passed"), ("transfer_refused", 12, None, "open")]

    def test_the_same_event_twice_is_one_refusal(self, scene: Scene) -> None:
        scene.begin(1)
        scene.refused(10)
        scene.ears.upto = 0
        scene.hear()
        assert (TransferFailure.objects.count(), len(warnings())) == (1, 1)


class TestGroups:
    def test_out_of_the_last_group_warns_and_a_new_group_closes_it(self, scene: Scene) -> None:
        scene.begin(1)
        scene.in_chat("wrA", ("wmA", 2))
        scene.in_chat("wrB", ("wmA", 3))
        scene.left_chat("wrA", "wmA", 10)
        scene.hear()
        assert warnings() == []
        scene.left_chat("wrB", "wmA", 12)
        scene.hear()
        assert warnings() == [("left_last_group", 12, None, "open")]
        scene.in_chat("wrC", ("wmA", 20))
        scene.hear()
        assert warnings() == [("left_last_group", 12, 20, "passed")]

    def test_whoever_was_never_in_one_has_left_none(self, scene: Scene) -> None:
        scene.begin(1)
        scene.settle()
        assert warnings() == []


class TestBlacklist:
    def test_added_again_by_anybody_warns_until_it_ends_or_the_entry_does(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(5, "employee")
        scene.rule("employee_deleted", active=False)
        scene.listed(8)
        scene.hear()
        assert warnings() == []
        scene.begin(10, employee=scene.cast.colleague)
        scene.hear()
        assert warnings() == [("blacklisted_added", 10, None, "open")]
        assert RiskAlert.objects.get().employee == scene.cast.colleague
        scene.unlisted(14)
        scene.hear()
        assert warnings() == [("blacklisted_added", 10, 14, "passed")]

    def test_joining_a_group_warns_and_leaving_closes(self, scene: Scene) -> None:
        scene.rule("left_last_group", active=False)
        scene.begin(1)
        scene.listed(8)
        scene.in_chat("wrA", ("wmA", 10))
        scene.hear()
        assert warnings() == [("blacklisted_joined", 10, None, "open")]
        scene.left_chat("wrA", "wmA", 12)
        scene.hear()
        assert warnings() == [("blacklisted_joined", 10, 12, "passed")]

    def test_who_followed_before_is_no_warning(self, scene: Scene) -> None:
        scene.begin(1)
        scene.listed(8)
        scene.hear()
        assert warnings() == []


class TestRules:
    def test_a_department_has_its_own_and_those_below_it_too(self, scene: Scene) -> None:
        cast = scene.cast
        below = make.department(cast.corp, cast.department)
        there = make.employee(cast.corp, below)
        scene.rule("customer_deleted", department=cast.department, level=1)
        scene.rule("customer_deleted", level=2)
        elsewhere = make.employee(cast.corp, make.department(cast.corp))
        for who, employee in [("wmA", there), ("wmB", cast.owner), ("wmC", elsewhere)]:
            scene.begin(1, who, employee)
            scene.end(5, who=who, employee=employee)
        scene.hear()
        levels = dict(RiskAlert.objects.values_list("customer__external_userid", "level"))
        assert levels == {"wmA": 1, "wmB": 1, "wmC": 2}

    def test_silence_can_be_one_departments_alone(self, scene: Scene) -> None:
        scene.rule("silence", department=scene.cast.department, threshold=7)
        scene.begin(1, "wmA")
        scene.begin(1, "wmB", make.employee(scene.cast.corp))
        sweeping.sweep_all(scene.cast.corp.pk)
        assert warnings() == [("silence", 8, None, "open")]

    def test_another_threshold_holds_for_the_past_as_well(self, scene: Scene) -> None:
        rule = scene.rule("silence", threshold=20)
        scene.begin(10)
        scene.settle()
        RiskRule.objects.filter(pk=rule.pk).update(threshold=30, level=3)
        scene.settle()
        assert warnings() == [("silence", 40, None, "open")]
        assert RiskAlert.objects.get().level == 3

    def test_switched_off_it_takes_back_what_nobody_has_looked_at(self, scene: Scene) -> None:
        scene.begin(1, "wmA")
        scene.begin(1, "wmB")
        scene.end(5, who="wmA")
        scene.end(5, who="wmB")
        scene.hear()
        handling.acknowledge(alert=RiskAlert.objects.first(), by=SYSTEM, source="operator")
        scene.rule("customer_deleted", active=False)
        sweeping.sweep_all(scene.cast.corp.pk)
        assert warnings() == [("customer_deleted", 5, 60, "passed")]


class TestSettling:
    def test_a_repeat_changes_and_tells_nothing(self, scene: Scene) -> None:
        scene.begin(50)
        scene.end(59.5)
        scene.hear()
        before, events = in_full(), told()
        scene.ears.upto = 0
        scene.hear(twice=True)
        sweeping.sweep_all(scene.cast.corp.pk)
        assert (in_full(), told()) == (before, events)

    def test_customers_of_another_company_are_left_alone(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(5)
        settling.settle_customers(corp_id=scene.cast.other_corp.pk, customer_ids=[readings.the("wmA").pk])
        assert warnings() == []

    def test_what_somebody_handled_stays_handled_and_the_next_one_opens(self, scene: Scene) -> None:
        scene.begin(50)
        scene.end(58.5)
        scene.hear()
        handling.handle(alert=RiskAlert.objects.get(), outcome="lost", by=SYSTEM, source="operator")
        scene.begin(59)
        scene.end(59.5)
        scene.hear()
        assert [(at, state) for _kind, at, _over, state in warnings()] == [(58.5, "handled"), (59.5, "open")]

    def test_muted_of_a_kind_and_subject_holds_for_the_next_one_too(self, scene: Scene) -> None:
        scene.begin(50)
        scene.end(58.5)
        scene.hear()
        until = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)
        handling.mute(alert=RiskAlert.objects.get(), until=until, by=SYSTEM, source="operator")
        events = told()
        scene.begin(59)
        scene.end(59.5)
        scene.hear()
        assert [alert.muted_until for alert in RiskAlert.objects.all()] == [until, until]
        assert told() == [*events, ("risk.closed", "customer_deleted", "passed")]

    @pytest.mark.parametrize("seed", range(25))
    def test_events_in_any_order_the_sweep_and_a_rebuild_from_nothing_agree(self, scene: Scene, seed: int) -> None:
        dice = random.Random(seed)
        scene.rule("silence", threshold=dice.choice([3, 9]))
        scene.rule("bulk_deletion", threshold=1)
        live(scene, dice)
        heard = in_full()
        sweeping.sweep_all(scene.cast.corp.pk)
        # Nobody hears that time passes, nor of a silence that ended: those are the sweep's.
        assert [row for row in in_full() if row[0] != "silence"] == [row for row in heard if row[0] != "silence"]
        swept = in_full()
        RiskAlert.objects.all().delete()
        call_command("rebuild_risks", verbosity=0)
        assert in_full() == swept
        scene.ears.upto = 0
        scene.hear(dice=dice)
        assert in_full() == swept


def live(scene: Scene, dice: random.Random) -> None:
    """A few weeks in which everything may happen, heard of now and then, late and doubled."""
    people, at, members = ["wmA", "wmB"], 1.0, {"wrA": {}, "wrB": {}}
    for who in people:
        scene.begin(at, who)
    for _step in range(dice.randint(8, 22)):
        at += dice.choice([0.2, 1, 2.5])
        who, employee = dice.choice(people), dice.choice([scene.cast.owner, scene.cast.colleague])
        chat = dice.choice(list(members))
        act = dice.choice(["begin", "end", "contact", "listed", "unlisted", "refused", "join", "leave"])
        if act == "begin":
            scene.begin(at, who, employee)
        elif act == "end" and employee == scene.cast.owner:
            scene.end(at, dice.choice(["customer", "employee", "transfer"]), who)
        elif act == "join" and who not in members[chat]:
            members[chat][who] = at
            scene.in_chat(chat, *members[chat].items())
        elif act == "leave" and who in members[chat]:
            del members[chat][who]
            scene.left_chat(chat, who, at)
        elif act in ("contact", "listed", "unlisted", "refused"):
            getattr(scene, act)(at, who)
        if dice.random() < 0.3:
            scene.hear(dice=dice, twice=dice.random() < 0.5)
    scene.hear(dice=dice)


class TestSweeping:
    def test_a_company_is_swept_at_three_in_its_own_morning(self, cast: Cast) -> None:
        type(cast.corp).objects.filter(pk=cast.other_corp.pk).update(time_zone="UTC")
        assert sweeping.due(dt.datetime(2026, 3, 1, 19, 20, tzinfo=dt.UTC)) == [cast.corp.pk]
        assert sweeping.due(dt.datetime(2026, 3, 1, 3, 20, tzinfo=dt.UTC)) == [cast.other_corp.pk]
        assert sweeping.due(dt.datetime(2026, 3, 1, 5, tzinfo=dt.UTC)) == []

    def test_it_goes_through_everybody_in_bounded_pieces(self, scene: Scene, monkeypatch: Any) -> None:
        monkeypatch.setattr(sweeping, "BATCH", 2)
        monkeypatch.setattr(sweeping, "BATCHES", 1)
        for n in range(5):
            scene.begin(1, f"wm{n}")
            scene.end(5, who=f"wm{n}")
        rung: list[Any] = []
        monkeypatch.setattr(tasks.sweep_risks_of, "delay", lambda *args: rung.append(args))
        monkeypatch.setattr(sweeping, "due", lambda: [scene.cast.corp.pk])
        tasks.sweep_risks()
        while rung:
            tasks.sweep_risks_of(*rung.pop())
        assert len(warnings()) == 5

    def test_a_batch_costs_the_same_however_many_are_in_it(
        self, scene: Scene, django_assert_max_num_queries: Any
    ) -> None:
        scene.rule("silence", threshold=20)
        for n in range(8):
            scene.begin(1, f"wm{n}")
            scene.end(5, who=f"wm{n}")
        sweeping.sweep_all(scene.cast.corp.pk)
        ids = list(RiskAlert.objects.values_list("customer_id", flat=True).distinct())
        with django_assert_max_num_queries(13):
            settling.settle_customers(corp_id=scene.cast.corp.pk, customer_ids=ids)
