"""Where the values of a person with several records came from, and who of the cast is told so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotFound
from corps.actors import SYSTEM
from customers import lifecycle, merging, remarks
from customers.models import Customer
from insights.profile import answer, provenance
from tests import make
from tests.conftest import Cast
from tests.insights.behaviour.days import ago
from tests.insights.profile.scene import told

AS: Any = {"by": SYSTEM, "source": "operator"}
MADE = ("api", "api:3", None, ago(9))
FIELDS = (*provenance.FACTS, *provenance.NOTES)
CHANGES = st.lists(
    st.tuples(st.sampled_from([None, 7, 8]), st.sampled_from(FIELDS), st.sampled_from(["api", "sync"])), max_size=12
).map(lambda rows: [(*row, "system", n, ago(1)) for n, row in enumerate(rows)])


@pytest.fixture
def pair(cast: Cast) -> tuple[Customer, Customer]:
    """The owner's, called by an administrator, and the colleague's, called by a rule."""
    kept = make.customer(cast.corp, cast.owner, name="甲", city=None)
    other = make.customer(cast.corp, cast.colleague, name="乙", city="深圳")
    lifecycle.update(customer=kept, name="甲甲", by=cast.actor("admin"), source="operator")
    lifecycle.update(customer=other, name="乙乙", by=SYSTEM, source="rule")
    for row, employee, source in ((kept, cast.owner, "api"), (other, cast.colleague, "rule")):
        remarks.change_remark(
            customer=row, employee_id=employee.pk, remark=employee.name, by=SYSTEM, source=source, run_id=row.pk
        )
    return kept, other


@given(CHANGES)
def test_each_value_has_the_newest_change_of_its_own_and_all_others_the_creation(changes: list[Any]) -> None:
    found = provenance.of_facts(changes, MADE, dict.fromkeys(provenance.FACTS, 1))
    assert set(found) == set(provenance.FACTS)
    for fact, origin in found.items():
        runs = [row[4] for row in changes if row[:2] == (None, fact)]
        assert origin is not None
        assert (origin["runId"], origin["created"]) == ((runs[-1], False) if runs else (None, True))


@given(CHANGES, st.sampled_from([7, 8]))
def test_no_change_of_a_fact_or_of_another_is_the_origin_of_a_note(changes: list[Any], employee: int) -> None:
    follow = {"employeeId": employee} | dict.fromkeys(provenance.NOTES, "x")
    found = provenance.of_notes(changes, (None, None, None, ago(9)), follow)
    mine = {row[1] for row in changes if row[0] == employee}
    assert {name for name, origin in found.items() if origin} == mine & set(provenance.NOTES)


def test_zero_and_no_are_values_and_have_an_origin() -> None:
    facts = {"status": 0, "gender": 0, "name": "", "city": None}
    assert set(provenance.of_facts([], MADE, facts)) == {"status", "gender"}
    assert provenance.of_facts([], (), facts) == {"status": None, "gender": None}


def test_facts_and_notes_of_each_record_have_the_origins_they_had_alone(
    cast: Cast, pair: tuple[Customer, Customer]
) -> None:
    kept, other = pair
    admin = cast.actor("admin")
    alone = {row.pk: told(row, admin)["relations"]["list"][0]["provenance"] for row in pair}
    make.merge(*pair)
    person = told(kept, admin)
    assert (person["provenance"]["name"]["source"], person["provenance"]["name"]["actor"]) == ("operator", admin.label)
    assert person["provenance"]["name"]["actorName"] == str(cast.users["admin"])
    beside = {one["customerId"]: one["provenance"] for one in person["relations"]["list"]}
    assert beside == alone
    assert (beside[kept.pk]["remark"]["source"], beside[other.pk]["remark"]["source"]) == ("api", "rule")
    assert (beside[kept.pk]["remark"]["runId"], beside[other.pk]["remark"]["runId"]) == (kept.pk, other.pk)


def test_what_the_merge_filled_in_came_by_the_merge_and_goes_with_its_undoing(
    cast: Cast, pair: tuple[Customer, Customer]
) -> None:
    kept, other = pair
    manager = cast.actor("manager")
    row = merging.merge(kept=kept, others=[other], by=manager, source="api")
    found = told(kept, manager)
    assert found["facts"]["city"] == "深圳"
    assert {name: found["provenance"]["city"][name] for name in ("source", "actor", "created")} == {
        "source": "api",
        "actor": manager.label,
        "created": False,
    }
    merging.undo(merge=row, **AS)
    found = told(kept, manager)
    assert found["facts"]["city"] is None
    assert "city" not in found["provenance"]
    assert found["provenance"]["name"]["source"] == "operator"


def test_the_hidden_record_says_who_hid_it(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    kept, other = pair
    merging.merge(kept=kept, others=[other], by=cast.actor("manager"), source="api")
    found = told(other, cast.actor("colleague"))
    assert (found["facts"]["status"], found["facts"]["mergedIntoId"]) == (0, kept.pk)
    assert found["provenance"]["status"]["actor"] == cast.actor("manager").label
    assert found["provenance"]["name"]["source"] == "rule"


def test_whoever_follows_one_record_is_told_of_all_and_a_stranger_of_none(
    cast: Cast, pair: tuple[Customer, Customer]
) -> None:
    kept, other = pair
    for name in ("colleague", "stranger"):
        with pytest.raises(NotFound):
            answer.of(kept.pk, cast.actor(name))
    row = make.merge(*pair)
    for name in ("owner", "colleague", "manager", "admin"):
        found = told(kept, cast.actor(name))
        assert [one["id"] for one in found["records"]] == [other.pk], name
        assert {one["customerId"] for one in found["relations"]["list"]} == {kept.pk, other.pk}, name
    with pytest.raises(NotFound):
        answer.of(kept.pk, cast.actor("stranger"))
    merging.undo(merge=row, **AS)
    assert told(kept, cast.actor("owner"))["records"] == []
    with pytest.raises(NotFound):
        answer.of(other.pk, cast.actor("owner"))


def test_records_come_in_the_order_of_their_ids_whichever_way_they_were_merged(cast: Cast) -> None:
    first, kept, last = (make.customer(cast.corp, name=name) for name in ("一", "二", "三"))
    make.merge(kept, last)
    make.merge(Customer.objects.get(pk=kept.pk), first)
    found = told(kept, cast.actor("admin"))
    assert [(one["id"], one["name"], one["mergedIntoId"]) for one in found["records"]] == [
        (first.pk, "一", kept.pk),
        (last.pk, "三", kept.pk),
    ]
    assert (found["facts"]["id"], found["facts"]["mergedCount"]) == (kept.pk, 2)
