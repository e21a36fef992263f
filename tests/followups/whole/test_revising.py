"""A follow-up is changed or deleted by those who may, while they may; how it read before is kept for good."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Conflict, Forbidden, PreconditionFailed, RuleViolation
from core.time import now, to_wire
from corps.actors import SYSTEM
from customers import lifecycle
from customers.models import Customer
from followups import revising, writing
from followups.models import FollowUp, FollowUpMention, FollowUpSetting, FollowUpVersion, Reminder
from tests import make
from tests.conftest import Cast

AHEAD = dt.datetime(2099, 1, 2, 3, 4, tzinfo=dt.UTC)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def written(cast: Cast, customer: Customer) -> FollowUp:
    return writing.write(customer=customer, content="电话沟通", by=cast.actor("owner"), source="operator")


def edit(row: FollowUp, by: Any, **fields: Any) -> FollowUp:
    return revising.edit(follow_up=row, by=by, source="operator", **fields)


def aged(row: FollowUp, hours: float) -> FollowUp:
    """Written so long ago."""
    FollowUp.objects.filter(pk=row.pk).update(create_time=now() - dt.timedelta(hours=hours))
    return FollowUp.objects.get(pk=row.pk)


def state() -> list[Any]:
    return [list(m.objects.order_by("pk").values()) for m in (FollowUp, FollowUpVersion, FollowUpMention, Reminder)]


def test_a_change_is_told_by_the_names_of_what_differs_and_the_old_words_are_kept(
    cast: Cast, written: FollowUp, recorded: Any
) -> None:
    happened = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    row = edit(
        written, cast.actor("owner"), content=" 已报价 ", kind="call", outcome="interested", happened_at=happened
    )
    stored = FollowUp.objects.get()
    assert (stored.content, stored.kind, stored.outcome, stored.happened_at, stored.version) == (
        "已报价",
        "call",
        "interested",
        happened,
        2,
    )
    assert (stored.actor, stored.employee_id, row.pk) == (written.actor, cast.owner.pk, stored.pk)
    kept = FollowUpVersion.objects.get()
    assert (kept.follow_up_id, kept.number, kept.revision, kept.content) == (row.pk, 1, "edited", "电话沟通")
    assert (kept.kind, kept.outcome, kept.happened_at, kept.actor) == ("note", "", written.happened_at, written.actor)
    assert (kept.revised_by, kept.employee_id, kept.customer_id) == (
        cast.actor("owner").label,
        cast.owner.pk,
        row.customer_id,
    )
    data = {"customerId": row.customer_id, "followUpId": row.pk, "employeeId": cast.owner.pk, "mentionedIds": []}
    data["version"] = 2
    changed = ["content", "happenedAt", "kind", "outcome"]
    assert recorded()[-1] == ("customer.followup.updated", row.pk, data | {"changed": changed})
    assert "报价" not in str(recorded())


def test_the_same_again_changes_keeps_and_tells_nothing(cast: Cast, written: FollowUp, recorded: Any) -> None:
    edit(written, cast.actor("owner"), content="已报价")
    before = (state(), recorded())
    edit(written, cast.actor("owner"), content=" 已报价 ", kind="note")
    edit(written, cast.actor("owner"))
    assert (state(), recorded()) == before


def test_each_change_keeps_a_version_more_and_they_read_in_order(cast: Cast, written: FollowUp) -> None:
    for text in ("二", "三", "四"):
        edit(written, cast.actor("owner"), content=text)
    kept = FollowUpVersion.objects.order_by("number").values_list("number", "content")
    assert list(kept) == [(1, "电话沟通"), (2, "二"), (3, "三")]
    assert FollowUp.objects.get().version == 4


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"content": "  "}, "content_invalid", "content"),
        ({"content": "长" * 5_001}, "content_invalid", "content"),
        ({"happened_at": AHEAD}, "happened_in_future", "happenedAt"),
        ({"next_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "next_in_past", "nextAt"),
        ({"mention_ids": [2**40]}, "mention_unknown", "mentionIds"),
    ],
)
def test_what_may_not_be_written_may_not_be_written_later(
    cast: Cast, written: FollowUp, recorded: Any, fields: dict[str, Any], code: str, field: str
) -> None:
    before = (state(), recorded())
    with pytest.raises(RuleViolation) as refusal:
        edit(written, cast.actor("owner"), **fields)
    assert (refusal.value.code, refusal.value.errors[0].field) == (code, field)
    assert (state(), recorded()) == before


def test_a_version_that_has_passed_is_refused(cast: Cast, written: FollowUp, recorded: Any) -> None:
    edit(written, cast.actor("owner"), content="二")
    before = (state(), recorded())
    for act in (lambda: edit(written, cast.actor("owner"), content="三", if_version=1), lambda: _delete(written, 1)):
        with pytest.raises(PreconditionFailed):
            act()
    assert (state(), recorded()) == before


def _delete(row: FollowUp, if_version: int | None = None) -> None:
    revising.delete(follow_up=row, by=SYSTEM, source="system", if_version=if_version)


@pytest.mark.parametrize(
    ("who", "hours", "code"),
    [
        ("owner", 23, None),
        ("owner", 25, "edit_time_over"),
        ("colleague", 1, "not_your_record"),
        ("manager", 9_000, None),
        ("admin", 9_000, None),
    ],
)
def test_writers_have_a_day_managers_and_administrators_all_time(
    cast: Cast, written: FollowUp, recorded: Any, who: str, hours: float, code: str | None
) -> None:
    row, before = aged(written, hours), recorded()
    kept = state()
    if code is None:
        assert edit(row, cast.actor(who), content="改").content == "改"
        return
    for act in (
        lambda: edit(row, cast.actor(who), content="改"),
        lambda: revising.delete(follow_up=row, by=cast.actor(who), source="api"),
    ):
        with pytest.raises(Forbidden) as refusal:
            act()
        assert refusal.value.code == code
    assert (state(), recorded()) == (kept, before)


@pytest.mark.parametrize(("allowed", "hours", "may"), [(0, 0, False), (48, 47, True), (48, 49, False)])
def test_the_company_says_how_long(cast: Cast, written: FollowUp, allowed: int, hours: float, may: bool) -> None:
    FollowUpSetting.objects.create(corp=cast.corp, edit_hours=allowed)
    row = aged(written, hours)
    if may:
        assert edit(row, cast.actor("owner"), content="改").version == 2
    else:
        with pytest.raises(Forbidden):
            edit(row, cast.actor("owner"), content="改")


def test_another_companys_word_is_not_ours(cast: Cast, written: FollowUp) -> None:
    FollowUpSetting.objects.create(corp=cast.other_corp, edit_hours=0)
    assert edit(written, cast.actor("owner"), content="改").content == "改"


def test_what_a_service_wrote_for_an_employee_is_theirs_to_change(cast: Cast, customer: Customer) -> None:
    by = make.service(cast.corp)
    row = writing.write(customer=customer, content="系统", by=by, source="api", employee_id=cast.owner.pk)
    assert edit(row, cast.actor("owner"), content="改").content == "改"
    assert edit(row, by, content="又改").content == "又改"


def test_a_deleted_one_is_gone_with_its_comments_and_its_words_are_kept(
    cast: Cast, written: FollowUp, recorded: Any
) -> None:
    make.comment(written, cast.colleague, mention_ids=[cast.manager.pk])
    _delete(written)
    assert not FollowUp.objects.exists()
    assert not FollowUpMention.objects.exists()
    kept = FollowUpVersion.objects.get()
    assert (kept.revision, kept.content, kept.follow_up_id, kept.revised_by) == (
        "deleted",
        "电话沟通",
        written.pk,
        "system",
    )
    data = {"customerId": written.customer_id, "followUpId": written.pk, "employeeId": cast.owner.pk}
    assert recorded()[-1] == ("customer.followup.deleted", written.pk, data)


def test_a_second_deletion_finds_nothing(written: FollowUp, recorded: Any) -> None:
    _delete(written)
    before = recorded()
    with pytest.raises(FollowUp.DoesNotExist):
        _delete(written)
    assert recorded() == before


def test_the_record_of_a_deleted_customer_stays_as_it_is(cast: Cast, written: FollowUp, recorded: Any) -> None:
    lifecycle.delete(customer=Customer.objects.get(), by=SYSTEM, source="system")
    before = (state(), recorded())
    for act in (lambda: edit(written, SYSTEM, content="改"), lambda: _delete(written)):
        with pytest.raises(Conflict) as refusal:
            act()
        assert refusal.value.code == "customer_deleted"
    assert (state(), recorded()) == before


def test_a_time_that_is_shown_and_not_changed_may_have_passed(cast: Cast, written: FollowUp) -> None:
    FollowUp.objects.update(next_at=now() - dt.timedelta(days=1))
    row = FollowUp.objects.get()
    assert edit(row, cast.actor("owner"), content="改", next_at=row.next_at).content == "改"
    assert to_wire(FollowUp.objects.get().next_at) == to_wire(row.next_at)
