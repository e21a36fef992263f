"""What is erased, taken along or too old."""

import datetime as dt

from core.time import now
from corps.actors import SYSTEM
from customers import lifecycle, remarks
from customers.models import Customer, FollowRelation, ValueChange
from customers.privacy import exporting, retention
from customers.privacy.erasing import erase
from insights.profile import answer
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring.readings import follow, pair, person, read, the


def changed(cast: Cast) -> Customer:
    read(cast.corp, follow("wmA", cast.owner.userid, remark="老张"), ticket=1)
    changes = [person("wmA", name="张三丰")]
    read(cast.corp, follow("wmA", cast.owner.userid, remark="张总"), ticket=2, people=changes)
    return the("wmA")


def grown_old(customer: Customer, days: int) -> None:
    rows = ValueChange.objects.filter(customer=customer)
    rows.update(at=now() - dt.timedelta(days=days))


class TestErasing:
    def test_an_erasure_leaves_no_former_value_and_that_of_another_stays(self, cast: Cast) -> None:
        row, other = changed(cast), make.customer(cast.corp, name="别人")
        lifecycle.update(customer=other, name="改名", by=SYSTEM, source="api")
        erase(customer=row, reason="asked", by=cast.actor("admin"), source="operator")
        assert set(ValueChange.objects.values_list("customer_id", flat=True)) == {other.pk}

    def test_former_numbers_are_looked_for_as_the_present_ones_are(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, mobile="13800000001")
        lifecycle.update(customer=row, mobile=None, by=SYSTEM, source="api")
        event = OutboxEvent.objects.filter(aggregate_id=row.pk).earliest("pk")
        event.payload["data"]["note"] = "call 13800000001"
        event.save()
        erase(customer=row, reason="asked", by=cast.actor("admin"), source="operator")
        event.refresh_from_db()
        assert "13800000001" not in str(event.payload)


def test_everything_about_a_person_has_the_history(cast: Cast) -> None:
    told = exporting.export(customer=changed(cast), reason="asked", by=cast.actor("admin"), source="operator")
    rows = told["tables"]["value_change"]
    assert [(row["field"], row["before"], row["after"]) for row in rows] == [
        ("name", "Name of wmA", "张三丰"),
        ("remark", "老张", "张总"),
    ]


class TestDays:
    def test_what_is_older_goes_and_is_no_longer_claimed_to_be_known(self, cast: Cast) -> None:
        row, admin = changed(cast), cast.actor("admin")
        grown_old(row, 400)
        remarks.change_remark(customer=row, employee_id=cast.owner.pk, description="新", by=SYSTEM, source="api")
        corp = retention.choose(corp=cast.corp, masking=cast.corp.masking, retention={"value_change": 365})
        assert retention.prune(corp=corp) == 2
        assert [change.field for change in ValueChange.objects.all()] == ["description"]
        told = answer.of(row.pk, admin)
        assert told["provenance"]["name"] is None
        (relation,) = told["relations"]["list"]
        assert relation["provenance"]["remark"] is None
        assert relation["provenance"]["description"]["source"] == "api"

    def test_what_was_not_touched_goes_on_knowing_how_it_was_made(self, cast: Cast) -> None:
        read(cast.corp, follow("wmB", cast.owner.userid), ticket=1)
        row = changed(cast)
        ValueChange.objects.filter(field="name").delete()
        grown_old(row, 400)
        make.relation(row, cast.colleague)
        FollowRelation.objects.filter(employee=cast.colleague).update(created_source="sync")
        corp = retention.choose(corp=cast.corp, masking=cast.corp.masking, retention={"value_change": 365})
        assert retention.prune(corp=corp) == 1
        assert the("wmA").created_source == the("wmB").created_source == "sync"
        assert pair("wmA", cast.owner.userid).created_source is None
        assert pair("wmA", cast.colleague.userid).created_source == "sync"
        assert retention.prune(corp=corp) == 0
