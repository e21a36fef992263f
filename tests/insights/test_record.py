"""What is read of a customer for the warnings, and the commands that read it of everybody."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.management import call_command

from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from followups import writing
from insights.models import Loss, RiskAlert
from insights.risks import record, sweeping
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.insights.scene import Scene, warnings


def read(*who: str, contacts: bool = True) -> dict[int, record.Person]:
    customers = Customer.objects.filter(external_userid__in=who).order_by("pk")
    return {person.id: person for person in record.of_customers(customers, contacts=contacts)}


class TestReading:
    def test_everything_of_one_and_nothing_of_another(self, scene: Scene) -> None:
        scene.begin(1, "wmA")
        scene.begin(2, "wmB")
        scene.end(5, "customer", "wmA")
        scene.contact(3, "wmA")
        scene.in_chat("wrA", ("wmA", 2), ("wmB", 3))
        scene.left_chat("wrA", "wmA", 4)
        scene.listed(6, "wmB")
        scene.refused(7, "wmB")
        one, two = readings.the("wmA"), readings.the("wmB")
        found = read("wmA", "wmB")
        a, b = found[one.pk], found[two.pk]
        assert [(s.whom, s.began_at, s.ended_at, s.how) for s in a.stays] == [
            (scene.cast.owner.pk, day(1), day(5), 3),
        ]
        assert [(s.began_at, s.ended_at, s.how) for s in a.chats] == [(day(2), day(4), 0)]
        assert (a.contacts, a.listed, a.failures) == ([day(3)], [], [])
        assert [s.span for s in b.stays] == [(day(2), None)]
        assert [s.span for s in b.chats] == [(day(3), None)]
        assert (b.contacts, b.listed) == ([], [(day(6), None)])
        assert b.failures == [(day(7), "customer_refused")]
        assert (a.owner, b.owner) == (scene.cast.owner.pk, scene.cast.owner.pk)

    def test_follow_ups_are_read_only_where_silence_matters(self, scene: Scene) -> None:
        scene.begin(1)
        scene.contact(3)
        (person,) = read("wmA", contacts=False).values()
        assert person.contacts == []

    def test_the_deleted_are_nobodys_worry(self, scene: Scene) -> None:
        scene.begin(1)
        lifecycle.delete(customer=readings.the("wmA"), by=SYSTEM, source="api")
        assert read("wmA") == {}

    def test_many_cost_as_much_as_one(self, cast: Cast, django_assert_num_queries: Any) -> None:
        customers = [make.customer(cast.corp, cast.owner) for _n in range(6)]
        for customer in customers:
            writing.write(customer=customer, content="电话", by=SYSTEM, source="api")
        with django_assert_num_queries(7):
            people = record.of_customers(customers, contacts=True)
        assert [len(person.contacts) for person in people] == [1] * 6

    def test_nobody_is_no_record(self) -> None:
        assert record.of_customers([], contacts=False) == []


class TestCommands:
    def told(self, name: str) -> str:
        out = io.StringIO()
        call_command(name, stdout=out)
        return out.getvalue()

    def test_rebuilding_the_warnings_tells_how_many_are_open(self, scene: Scene) -> None:
        for who in ("wmA", "wmB"):
            scene.begin(1, who)
            scene.end(5, who=who)
        told = self.told("rebuild_risks")
        assert f"Company {scene.cast.corp.pk}: 2 warnings are open." in told
        assert f"Company {scene.cast.other_corp.pk}: 0 warnings are open." in told
        assert warnings() == [("customer_deleted", 5, None, "open")] * 2

    def test_a_company_that_is_switched_off_is_left_alone(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(5)
        type(scene.cast.corp).objects.filter(pk=scene.cast.corp.pk).update(active=False)
        self.told("rebuild_risks")
        assert warnings() == []
        assert sweeping.due(dt.datetime(2026, 3, 1, 19, tzinfo=dt.UTC)) == [scene.cast.other_corp.pk]

    def test_rebuilding_the_losses_tells_what_it_changed_and_then_nothing(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(5)
        assert self.told("rebuild_losses").startswith("1 deletion records")
        assert self.told("rebuild_losses").startswith("0 deletion records")
        Loss.objects.update(days=99)
        assert self.told("rebuild_losses").startswith("1 deletion records")
        assert Loss.objects.get().days == 4

    @pytest.mark.parametrize("batch", [1, 2, 500])
    def test_losses_are_rebuilt_in_pieces_of_any_size(self, scene: Scene, monkeypatch: Any, batch: int) -> None:
        from insights import rebuilding

        monkeypatch.setattr(rebuilding, "BATCH", batch)
        for n in range(5):
            scene.begin(1, f"wm{n}")
            scene.end(5 + n, who=f"wm{n}")
        assert rebuilding.rebuild_losses() == 5
        assert Loss.objects.count() == 5

    def test_what_people_did_outlives_a_rebuild(self, scene: Scene) -> None:
        scene.begin(1)
        scene.end(5)
        scene.hear()
        RiskAlert.objects.update(state="acknowledged", acknowledged_at=day(6), acknowledged_by="user:1")
        self.told("rebuild_risks")
        row = RiskAlert.objects.get()
        assert (row.state, row.acknowledged_by) == ("acknowledged", "user:1")
