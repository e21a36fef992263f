"""Every change of a fact or a note leaves a row of what was before; a creation leaves none."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Conflict
from corps.actors import SYSTEM
from customers import lifecycle, merging, remarks
from customers.models import Customer, FollowRelation, ValueChange
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring.readings import day, end, follow, pair, person, read, the


def kept(customer: Customer, *names: str) -> list[tuple[Any, ...]]:
    """(field, before, after) of each change, in order; of these fields where any are named."""
    rows = ValueChange.objects.filter(customer=customer).order_by("pk")
    rows = rows.filter(field__in=names) if names else rows
    return list(rows.values_list("field", "before", "after"))


class TestByPeople:
    def test_a_change_leaves_what_was_before_who_did_it_and_when(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, name="张三", city=None)
        admin = cast.actor("admin")
        lifecycle.update(customer=row, name="张三丰", city="上海", by=admin, source="operator")
        assert kept(row) == [("name", "张三", "张三丰"), ("city", None, "上海")]
        change = ValueChange.objects.filter(customer=row).first()
        assert change is not None
        assert (change.corp_id, change.employee_id, change.source) == (cast.corp.pk, None, "operator")
        assert (change.actor, change.run_id) == (admin.label, None)
        row.refresh_from_db()
        assert abs((change.at - row.update_time).total_seconds()) < 60

    def test_a_creation_leaves_none_and_the_record_says_how_it_was_made(self, cast: Cast) -> None:
        by = cast.actor("owner")
        row = lifecycle.create(corp_id=cast.corp.pk, external_userid="wmNew", name="新", by=by, source="api")
        row.refresh_from_db()
        assert not ValueChange.objects.exists()
        assert (row.created_source, row.created_by, row.created_run) == ("api", by.label, None)

    def test_a_repeat_and_a_refusal_leave_none(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, name="张三")
        lifecycle.update(customer=row, name="张三", by=SYSTEM, source="api")
        lifecycle.delete(customer=row, by=SYSTEM, source="api")
        before = kept(row)
        with pytest.raises(Conflict):
            lifecycle.update(customer=row, name="李四", by=SYSTEM, source="api")
        assert kept(row) == before == [("status", 1, 0)]

    def test_one_who_comes_again_is_changed_and_not_made_anew(self, cast: Cast) -> None:
        row = make.customer(cast.corp, name="张三")
        lifecycle.delete(customer=row, by=SYSTEM, source="api")
        again = {"corp_id": cast.corp.pk, "external_userid": row.external_userid, "name": "张三丰"}
        lifecycle.create(**again, by=SYSTEM, source="api")
        assert kept(row) == [("status", 1, 0), ("status", 0, 1), ("name", "张三", "张三丰")]

    def test_a_note_is_that_of_the_employee(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        own: dict[str, Any] = {"customer": row, "employee_id": cast.owner.pk, "by": SYSTEM, "source": "rule"}
        remarks.change_remark(**own, remark="老张", remark_mobiles=["13800000001"], run_id=5)
        assert kept(row) == [("remark", None, "老张"), ("remarkMobiles", None, ["13800000001"])]
        assert set(ValueChange.objects.values_list("employee_id", "run_id")) == {(cast.owner.pk, 5)}

    def test_what_changes_together_is_one_statement_more(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        with CaptureQueriesContext(connection) as seen:
            lifecycle.update(customer=row, name="A", city="B", province="C", gender=1, by=SYSTEM, source="api")
        assert sum("value_change" in query["sql"] for query in seen.captured_queries) == 1

    def test_a_merge_and_its_undoing_are_in_the_history_of_each_record(self, cast: Cast) -> None:
        first, second = make.customer(cast.corp, city=None), make.customer(cast.corp, city="深圳")
        merged = merging.merge(kept=first, others=[second], by=SYSTEM, source="operator")
        assert (kept(first), kept(second)) == ([("city", None, "深圳")], [("status", 1, 0)])
        merging.undo(merge=merged, by=SYSTEM, source="operator")
        assert kept(first) == [("city", None, "深圳"), ("city", "深圳", None)]
        assert kept(second) == [("status", 1, 0), ("status", 0, 1)]


class TestByWecom:
    def test_a_first_reading_leaves_none_and_says_how_the_rows_were_made(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid, remark="老张"), ticket=1, run_id=8)
        assert not ValueChange.objects.exists()
        for made in (the("wmA"), pair("wmA", cast.owner.userid)):
            assert (made.created_source, made.created_by, made.created_run) == ("sync", "system", 8)

    def test_a_later_one_leaves_what_was_before_with_its_run(self, cast: Cast) -> None:
        userid = cast.owner.userid
        read(cast.corp, follow("wmA", userid, remark="老张", remark_mobiles=("13800000001",)), ticket=1)
        changed = follow("wmA", userid, remark="张总", remark_mobiles=(), personal_tags=(("级别", "A"),))
        people = [person("wmA", name="张三丰", external_profile={"external_attr": []})]
        read(cast.corp, changed, ticket=2, people=people, run_id=9)
        assert kept(the("wmA")) == [
            ("name", "Name of wmA", "张三丰"),
            ("externalProfile", None, {"external_attr": []}),
            ("remark", "老张", "张总"),
            ("remarkMobiles", ["13800000001"], None),
            ("personalTags", None, [["级别", "A"]]),
        ]
        assert set(ValueChange.objects.values_list("source", "actor", "run_id")) == {("sync", "system", 9)}
        assert set(ValueChange.objects.filter(field="remark").values_list("employee_id")) == {(cast.owner.pk,)}

    def test_a_callback_is_told_by_its_receipt(self, cast: Cast) -> None:
        userid = cast.owner.userid
        read(cast.corp, follow("wmA", userid), ticket=1, source="callback", hints={"wmA": 77})
        assert the("wmA").created_run == 77
        read(cast.corp, follow("wmA", userid, remark="张总"), ticket=2, source="callback", hints={"wmA": 78})
        assert list(ValueChange.objects.values_list("field", "source", "run_id")) == [("remark", "callback", 78)]

    def test_an_end_leaves_what_the_customer_had_of_the_relation(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid), follow("wmA", cast.colleague.userid, 2), ticket=1)
        end(cast.corp, "wmA", cast.owner.userid, "customer", 5, ticket=2)
        first, second = (day(n).strftime("%Y-%m-%dT%H:%M:%SZ") for n in (0, 2))
        assert kept(the("wmA")) == [
            ("followUserId", cast.owner.pk, cast.colleague.pk),
            ("addTime", first, second),
        ]

    def test_a_second_employee_of_a_known_customer_is_a_beginning_and_no_change(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=1)
        read(cast.corp, follow("wmA", cast.colleague.userid, 3, remark="新加的"), ticket=2)
        assert not ValueChange.objects.exists()
        assert FollowRelation.objects.get(remark="新加的").created_source == "sync"

    def test_a_page_of_changes_is_one_statement_more_and_one_without_changes_none(self, cast: Cast) -> None:
        userid = cast.owner.userid
        page = [follow(f"wm{n}", userid, n) for n in range(40)]
        read(cast.corp, *page, ticket=1)
        for people, number in (([person(f"wm{n}", name=f"新{n}") for n in range(40)], 1), (None, 1), (None, 0)):
            with CaptureQueriesContext(connection) as seen:
                read(cast.corp, *page, ticket=2, people=people)
            assert sum("value_change" in query["sql"] for query in seen.captured_queries) == number
        assert ValueChange.objects.count() == 80
