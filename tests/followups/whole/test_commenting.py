"""Colleagues comment and are named; who was named is told once, by the events that every reader hears."""

from typing import Any

import pytest

from core.errors import Forbidden, RuleViolation
from corps.choices import EmployeeStatus
from corps.models import Employee
from followups import commenting, mentioning, revising, writing
from followups.models import FollowUp, FollowUpComment, FollowUpMention
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from scrm_customer.subscriptions import SUBSCRIPTIONS
from tests import make
from tests.conftest import Cast
from wecom import handlers
from wecom.models import Notice
from wecom.notices import keeping, words


@pytest.fixture
def written(cast: Cast) -> FollowUp:
    return make.follow_up(make.customer(cast.corp, cast.owner), cast.owner)


def say(cast: Cast, row: FollowUp, who: str = "colleague", **more: Any) -> FollowUpComment:
    given = {"content": " 再谈价格 ", "source": "operator"} | more
    return commenting.comment(follow_up=row, by=cast.actor(who), **given)


def test_a_comment_is_its_writers_and_its_event_has_none_of_it(cast: Cast, written: FollowUp, recorded: Any) -> None:
    made = say(cast, written, mention_ids=[cast.owner.pk, cast.manager.pk])
    stored = FollowUpComment.objects.get()
    assert (stored.pk, stored.content, stored.employee_id) == (made.pk, "再谈价格", cast.colleague.pk)
    assert (stored.follow_up_id, stored.customer_id, stored.corp_id) == (written.pk, written.customer_id, cast.corp.pk)
    data = {"customerId": written.customer_id, "followUpId": written.pk, "commentId": made.pk}
    data |= {"employeeId": cast.colleague.pk, "mentionedIds": sorted([cast.owner.pk, cast.manager.pk])}
    assert recorded()[-1] == ("customer.followup.commented", made.pk, data)
    assert "价格" not in str(OutboxEvent.objects.latest("id").payload)


@pytest.mark.parametrize("content", ["", " \n ", "长" * 1_001])
def test_an_empty_or_endless_comment_is_refused(cast: Cast, written: FollowUp, recorded: Any, content: str) -> None:
    before = recorded()
    with pytest.raises(RuleViolation) as refusal:
        say(cast, written, content=content)
    assert refusal.value.code == "content_invalid"
    assert (FollowUpComment.objects.count(), recorded()) == (0, before)


def test_there_is_an_end_to_comments(cast: Cast, written: FollowUp, recorded: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(commenting, "MOST", 1)
    say(cast, written)
    before = recorded()
    with pytest.raises(RuleViolation) as refusal:
        say(cast, written)
    assert (refusal.value.code, FollowUpComment.objects.count(), recorded()) == ("too_many_comments", 1, before)


def test_writers_take_their_comment_away_and_others_dont(cast: Cast, written: FollowUp, recorded: Any) -> None:
    made = say(cast, written, mention_ids=[cast.owner.pk])
    before = recorded()
    with pytest.raises(Forbidden):
        commenting.delete_comment(comment=made, by=cast.actor("owner"), source="api")
    assert (FollowUpComment.objects.count(), recorded()) == (1, before)
    commenting.delete_comment(comment=made, by=cast.actor("colleague"), source="api")
    assert (FollowUpComment.objects.count(), FollowUpMention.objects.count()) == (0, 0)
    assert recorded()[-1][:2] == ("customer.followup.comment.deleted", made.pk)


def test_who_is_named_in_a_follow_up_is_kept_once_and_told_once(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    ids = [cast.colleague.pk, cast.colleague.pk, cast.manager.pk]
    row = writing.write(customer=customer, content="x", by=cast.actor("owner"), source="api", mention_ids=ids)
    assert recorded()[-1][2]["mentionedIds"] == sorted(set(ids))
    found = set(FollowUpMention.objects.values_list("employee_id", "actor", "follow_up_id", "customer_id"))
    assert found == {(pk, cast.actor("owner").label, row.pk, customer.pk) for pk in ids}
    before = recorded()
    act: Any = {"follow_up": row, "by": cast.actor("owner"), "source": "api"}
    revising.edit(mention_ids=ids, **act)
    assert recorded() == before
    revising.edit(mention_ids=[cast.colleague.pk, cast.owner.pk], **act)
    told = recorded()[-1]
    assert (told[0], told[2]["mentionedIds"], told[2]["changed"]) == (
        "customer.followup.updated",
        [cast.owner.pk],
        [],
    )
    assert FollowUpMention.objects.count() == 3


def test_strangers_leavers_and_a_crowd_are_not_named(cast: Cast, written: FollowUp, recorded: Any) -> None:
    gone = make.employee(cast.corp)
    Employee.objects.filter(pk=gone.pk).update(status=EmployeeStatus.LEFT)
    crowd = range(1, mentioning.MOST + 2)
    before = recorded()
    for ids, code in (
        ([cast.stranger.pk], "mention_unknown"),
        ([cast.owner.pk, gone.pk], "mention_unknown"),
        (crowd, "too_many_mentions"),
    ):
        with pytest.raises(RuleViolation) as refusal:
            say(cast, written, mention_ids=ids)
        assert (refusal.value.code, refusal.value.errors[0].field) == (code, "mentionIds")
    assert (FollowUpComment.objects.count(), FollowUpMention.objects.count(), recorded()) == (0, 0, before)


def test_each_reads_where_they_were_named_and_may_look(cast: Cast, written: FollowUp) -> None:
    say(cast, written, mention_ids=[cast.owner.pk, cast.colleague.pk])
    counts = {who: FollowUpMention.objects.of_whom(cast.actor(who)).count() for who in cast.users}
    # The colleague doesn't follow the customer.
    assert counts == {"owner": 1, "colleague": 0, "manager": 0, "admin": 0, "stranger": 0}


def heard(cast: Cast, name: str = "customer.followup.commented", event_id: str = "e-1", **data: Any) -> None:
    told = {"customerId": 4, "followUpId": 5, "employeeId": cast.owner.pk, "mentionedIds": [cast.colleague.pk]}
    handlers.colleagues_named(Incoming(event_id, name, cast.corp.pk, told | data, hops=1))


def test_whoever_is_named_is_told_in_wecom_at_once_and_once(cast: Cast) -> None:
    heard(cast)
    heard(cast)
    row = Notice.objects.get()
    assert (row.employee_id, row.kind, row.level, row.risk_id, row.customer_id, row.owner_id, row.state) == (
        cast.colleague.pk,
        "mention",
        1,
        None,
        4,
        cast.owner.pk,
        "waiting",
    )
    for name in ("created", "updated", "commented"):
        assert "wecom.handlers.colleagues_named" in SUBSCRIPTIONS[f"customer.followup.{name}"]


def test_nobody_named_and_nobody_of_ours_is_told_nothing(cast: Cast) -> None:
    heard(cast, mentionedIds=[])
    heard(cast, mentionedIds=[cast.stranger.pk])
    assert not Notice.objects.exists()


def test_the_end_of_a_warning_takes_no_mention_back(cast: Cast) -> None:
    heard(cast)
    assert keeping.withdraw(corp_id=cast.corp.pk, risk_id=0) == 0
    assert Notice.objects.get().state == "waiting"


def test_the_message_says_who_named_them_where_and_counts_warnings_apart(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner, name="张三丰")
    heard(cast, customerId=customer.pk)
    mention = Notice.objects.get()
    warning = make.notice(cast.colleague, customer_id=customer.pk, owner_id=cast.owner.pk)
    alone = words.message([mention])
    assert "王小明" in alone
    assert "张三丰" in alone
    assert alone.count("\n") == 1
    heading = words.message([mention, warning]).splitlines()[0]
    assert " · " in heading
    assert " · " not in alone.splitlines()[0]
