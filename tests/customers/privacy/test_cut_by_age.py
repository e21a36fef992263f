"""What is cut by age: which tables may be, from how many days on, and what goes and stays with a row that is cut."""

import datetime as dt
from typing import Any

import pytest
from django.apps import apps

from core.errors import RuleViolation
from core.personal import tables
from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp
from customers.models import AccessRecord, Customer
from customers.privacy import retention
from followups import attaching, revising
from followups.models import Communication, FollowUp, FollowUpAttachment, FollowUpComment, FollowUpVersion
from insights.models import Loss
from tests import make
from tests.conftest import Cast

DEFAULTS = {
    "access_record": 180,
    "communication": None,
    "follow_up": None,
    "follow_up_version": None,
    "relation_loss": None,
    "value_change": None,
}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def ago(days: float) -> dt.datetime:
    return now() - dt.timedelta(days=days)


def cut(corp: Corp, **days: Any) -> int:
    return retention.prune(corp=retention.choose(corp=corp, masking="others", retention=days))


def test_five_tables_are_cut_by_age_and_by_default_the_accesses_alone() -> None:
    assert retention.defaults() == DEFAULTS
    assert (retention.LEAST, retention.MOST) == (30, 3_650)


def test_the_oldest_of_a_company_are_found_along_an_index() -> None:
    for model, table in tables().items():
        if table.aged:
            starts = [tuple(index.fields[:2]) for index in model._meta.indexes]
            assert ("corp", table.aged) in [tuple(name.lstrip("-") for name in start) for start in starts], model


@pytest.mark.parametrize("days", [30, 3_650, None])
@pytest.mark.parametrize("table", list(DEFAULTS))
def test_both_bounds_and_for_ever_may_be_chosen_of_each(cast: Cast, table: str, days: int | None) -> None:
    row = retention.choose(corp=cast.corp, masking="others", retention={table: days})
    assert retention.days_of(Corp.objects.get(pk=row.pk)) == DEFAULTS | {table: days}


@pytest.mark.parametrize("days", [-1, 0, 29, 3_651])
@pytest.mark.parametrize("table", list(DEFAULTS))
def test_beyond_the_bounds_is_refused_beside_its_table(cast: Cast, table: str, days: int) -> None:
    with pytest.raises(RuleViolation) as refusal:
        retention.choose(corp=cast.corp, masking="all", retention={"access_record": 90, table: days})
    assert (refusal.value.code, refusal.value.errors[0].field) == ("days_out_of_bounds", table)
    row = Corp.objects.get(pk=cast.corp.pk)
    assert (row.masking, row.retention) == ("others", {})


@pytest.mark.parametrize("table", ["follow_up_comment", "custom_change", "customer_key", "tombstone"])
def test_what_is_not_cut_by_age_can_not_be_chosen(cast: Cast, table: str) -> None:
    with pytest.raises(RuleViolation) as refusal:
        retention.choose(corp=cast.corp, masking="others", retention={table: 100})
    assert refusal.value.errors[0].field == table


def test_a_row_of_just_so_many_days_stays(cast: Cast, customer: Customer) -> None:
    _old, young = (make.follow_up_row(customer, cast.owner, happened_at=ago(days)) for days in (30.01, 29.99))
    assert cut(cast.corp, follow_up=30) == 1
    assert list(FollowUp.objects.all()) == [young]


def test_each_table_is_cut_by_its_own_number(cast: Cast, customer: Customer) -> None:
    for days in (40, 100, 200):
        make.follow_up_row(customer, cast.owner, happened_at=ago(days))
        make.loss(customer, cast.owner, ended_at=ago(days))
        told: dict[str, Any] = {"kind": "view", "actor": "user:1", "source": "api"}
        AccessRecord.objects.create(corp=cast.corp, customer=customer, at=ago(days), **told)
    assert cut(cast.corp, follow_up=150, relation_loss=30) == 5
    left = [model.objects.count() for model in (FollowUp, Loss, AccessRecord)]
    assert left == [2, 0, 2]


def test_comments_go_with_their_follow_up_and_its_file_by_the_sweep(cast: Cast, customer: Customer) -> None:
    old, young = make.follow_up(customer, cast.owner), make.follow_up(customer, cast.owner)
    rows = [(make.comment(row), make.attachment(row)) for row in (old, young)]
    FollowUp.objects.filter(pk=old.pk).update(happened_at=ago(400))
    assert cut(cast.corp, follow_up=365) == 1
    assert list(FollowUpComment.objects.all()) == [rows[1][0]]
    FollowUpAttachment.objects.update(create_time=ago(1))
    assert attaching.sweep() == 1
    (kept,) = FollowUpAttachment.objects.all()
    assert (kept.pk, kept.follow_up_id) == (rows[1][1].pk, young.pk)
    storage = kept.file.storage
    assert [storage.exists(file.file.name) for _comment, file in rows] == [False, True]


def test_how_it_read_before_goes_with_a_follow_up_that_is_cut(cast: Cast, customer: Customer) -> None:
    old, young = (make.follow_up(customer, cast.owner, content="一") for _n in range(2))
    for row in (old, young):
        revising.edit(follow_up=row, content="二", by=SYSTEM, source="api")
    FollowUp.objects.filter(pk=old.pk).update(happened_at=ago(400))
    assert cut(cast.corp, follow_up=365) == 1
    assert list(FollowUpVersion.objects.values_list("follow_up_id", "content")) == [(young.pk, "一")]
    # Whatever a table takes along can be asked for by the row's number.
    for model, table in tables().items():
        if table.along:
            name, column = table.along.split(".")
            beside = apps.get_model(model._meta.app_label, name)
            assert column in [key.fields[0] for key in (*beside._meta.constraints, *beside._meta.indexes)]


def test_how_a_deleted_follow_up_read_goes_by_the_age_of_the_deletion(cast: Cast, customer: Customer) -> None:
    for content in ("一", "二"):
        revising.delete(follow_up=make.follow_up(customer, cast.owner, content=content), by=SYSTEM, source="api")
    FollowUpVersion.objects.filter(content="一").update(revised_at=ago(100))
    assert cut(cast.corp, follow_up_version=90) == 1
    assert [row.content for row in FollowUpVersion.objects.all()] == ["二"]


def test_communications_go_by_when_they_were(cast: Cast, customer: Customer) -> None:
    for days in (100, 10):
        make.communication(customer, cast.owner, at=ago(days))
    assert cut(cast.corp, communication=90) == 1
    assert Communication.objects.get().at > ago(11)


def test_what_is_due_is_what_is_cut(cast: Cast, customer: Customer) -> None:
    for days in (10, 40, 50):
        make.loss(customer, cast.owner, ended_at=ago(days))
    corp = retention.choose(corp=cast.corp, masking="others", retention={"relation_loss": 30})
    assert retention.due(corp) == {"access_record": (0, True), "relation_loss": (2, True)}
    assert retention.prune(corp=corp) == 2
    assert retention.due(corp)["relation_loss"] == (0, True)
    assert retention.prune(corp=corp) == 0
