"""What becomes of a follow-up is on the timeline: its changes, its end, and what colleagues say to it."""

from typing import Any

import pytest

from customers.models import Customer
from followups import commenting, revising
from followups.models import FollowUp, TimelineEntry
from insights.timeline import words
from insights.timeline.names import Names
from tests import make
from tests.conftest import Cast
from tests.followups.timeline.heard import all_heard, of_kind
from tests.insights.timeline.test_words import read


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


@pytest.fixture
def follow_up(cast: Cast, customer: Customer) -> FollowUp:
    return make.follow_up(customer, cast.owner, content="已报价")


@pytest.fixture
def by(cast: Cast) -> dict[str, Any]:
    return {"by": cast.actor("manager"), "source": "operator"}


def said(cast: Cast, entry: TimelineEntry) -> str:
    shown = read(entry)
    return words.details(shown, Names([shown], actor=cast.actor("admin"), corp_id=cast.corp.pk))


def test_each_change_is_one_entry_that_says_what_was_changed_and_not_how_it_read(
    cast: Cast, customer: Customer, follow_up: FollowUp, by: dict[str, Any]
) -> None:
    revising.edit(follow_up=follow_up, content="已成交", outcome="agreed", **by)
    revising.edit(follow_up=follow_up, kind="visit", **by)
    first, second = of_kind("follow_up_edited", times=2)
    assert first.facts == {
        "followUpId": follow_up.pk,
        "version": 2,
        "employeeId": cast.owner.pk,
        "changed": ["content", "outcome"],
    }
    assert (first.employee_id, first.actor, first.source) == (cast.owner.pk, by["by"].label, "operator")
    assert first.event_id == f"follow_up_edited:{customer.pk}:{follow_up.pk}:2"
    assert second.facts["changed"] == ["kind"]
    assert said(cast, first) == "王小明 · 内容、跟进结果 · 已成交"


def test_naming_one_more_colleague_is_no_change_and_a_file_is_one(
    cast: Cast, follow_up: FollowUp, by: dict[str, Any]
) -> None:
    revising.edit(follow_up=follow_up, mention_ids=[cast.colleague.pk], **by)
    assert of_kind("follow_up_edited") == []
    make.attachment(follow_up)
    (entry,) = of_kind("follow_up_edited")
    assert entry.facts["changed"] == ["attachments"]


def test_a_deletion_is_one_entry_and_what_was_told_before_stays(
    cast: Cast, customer: Customer, follow_up: FollowUp, by: dict[str, Any]
) -> None:
    revising.delete(follow_up=follow_up, **by)
    entries = [entry for entry in all_heard(times=2) if entry.kind.startswith("follow_up")]
    assert [entry.kind for entry in entries] == ["follow_up", "follow_up_deleted"]
    assert entries[1].event_id == f"follow_up_deleted:{customer.pk}:{follow_up.pk}"
    assert said(cast, entries[1]) == "王小明"


def test_a_comment_is_one_entry_and_so_is_its_end(cast: Cast, follow_up: FollowUp) -> None:
    told: dict[str, Any] = {"by": cast.actor("colleague"), "source": "api"}
    made = commenting.comment(follow_up=follow_up, content="价格可以再谈", **told)
    (entry,) = of_kind("commented", times=2)
    assert (entry.employee_id, entry.facts["commentId"]) == (cast.colleague.pk, made.pk)
    assert said(cast, entry).endswith("已报价 · 价格可以再谈")
    commenting.delete_comment(comment=made, **told)
    (gone,) = of_kind("comment_deleted", times=2)
    assert gone.facts == {"followUpId": follow_up.pk, "commentId": made.pk, "employeeId": cast.colleague.pk}
    assert TimelineEntry.objects.filter(kind="commented").count() == 1
