"""What is read of a customer beside the detail."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import lifecycle, remarks
from insights.profile import record
from insights.profile.record import MOST
from tests import make
from tests.conftest import Cast
from tests.insights.profile.scene import ago, episode, follow_up, full


def of(customer: Any, people: list[int] | None = None) -> record.Record:
    return record.of([customer.pk], corp_id=customer.corp_id, people=people)


class TestReading:
    def test_it_is_one_statement(self, cast: Cast, django_assert_num_queries: Any) -> None:
        rows = [full(cast, 1), full(cast, 4), make.customer(cast.corp)]
        for row in rows:
            row.refresh_from_db()
            with django_assert_num_queries(1):
                of(row)

    def test_of_another_customer_nothing_is_read(self, cast: Cast) -> None:
        full(cast, 3)
        nobody = make.customer(cast.corp)
        found = of(nobody)
        empty = {name for name, rows in found.items() if not rows}
        assert set(found) - empty == {"corp", "made"}

    def test_one_row_beyond_the_bound_is_read(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        row = full(cast, 4)
        for part in MOST:
            monkeypatch.setitem(MOST, part, 2)
        found = of(row)
        for part in ("relations", "episodes", "tags", "groups", "segments", "warnings", "churn"):
            assert len(found[part]) == 3, part

    def test_entries_have_a_bound_of_their_own_each(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(record, "ENTRIES", 2)
        row = make.customer(cast.corp, cast.owner)
        follow_up(row, 1, 2, 3, 4)
        for n in range(4):
            make.entry(row, at=ago(n))
        found = of(row)
        assert (len(found["entries"]), len(found["follow_ups"])) == (3, 3)
        # The newest are read.
        assert [at for _kind, at in found["entries"]] == sorted((at for _kind, at in found["entries"]), reverse=True)

    def test_the_last_stays_come_first(self, cast: Cast) -> None:
        row = make.customer(cast.corp)
        for days in (90, 10, 50):
            episode(row, cast.owner, days, days - 5)
        began = [row[1] for row in of(row)["episodes"]]
        assert began == sorted(began, reverse=True)


class TestScope:
    @pytest.mark.parametrize(("people", "number"), [(None, 2), ("owner", 1), ("nobody", 0)])
    def test_groups_warnings_and_scores_are_those_of_the_people(self, cast: Cast, people: Any, number: int) -> None:
        row = make.customer(cast.corp, cast.owner)
        for employee in (cast.owner, cast.colleague):
            make.chat(cast.corp, employee, row)
            make.alert(row, employee, subject=f"c{row.pk}:e{employee.pk}")
            make.churn(row, employee)
        found = of(row, {None: None, "owner": [cast.owner.pk], "nobody": []}[people])
        assert {part: len(found[part]) for part in ("groups", "warnings", "churn")} == dict.fromkeys(
            ("groups", "warnings", "churn"), number
        )

    def test_a_chat_that_belongs_to_nobody_is_the_companys(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        make.chat(cast.corp, None, row)
        assert len(of(row)["groups"]) == 1
        assert of(row, [cast.owner.pk])["groups"] == []


class TestChanges:
    def test_tags_and_relations_that_come_and_go_are_no_changes_of_facts(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        make.tagged(row, make.tag(make.group(cast.corp)))
        make.staged(row, make.stage(cast.corp))
        remarks.change_remark(
            customer=row, employee_id=cast.owner.pk, remark="老张", by=cast.actor("admin"), source="operator"
        )
        row.refresh_from_db()
        assert [row[:3] for row in of(row)["changes"]] == [(cast.owner.pk, "remark", "operator")]

    def test_of_each_value_the_last_change_alone_is_read(self, cast: Cast) -> None:
        row, other = make.customer(cast.corp, cast.owner), make.customer(cast.corp, cast.owner)
        for n in range(3):
            lifecycle.update(customer=row, name=f"名{n}", city=f"市{n}", by=SYSTEM, source=("api", "sync", "rule")[n])
            remarks.change_remark(
                customer=row, employee_id=cast.owner.pk, remark=str(n), by=SYSTEM, source="api", run_id=n
            )
        lifecycle.update(customer=other, name="别人", by=SYSTEM, source="api")
        found = of(row)["changes"]
        assert [change[:5] for change in found] == [
            (None, "name", "rule", "system", None),
            (None, "city", "rule", "system", None),
            (cast.owner.pk, "remark", "api", "system", 2),
        ]
