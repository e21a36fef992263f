"""Customers and group chats change hands: nothing of them is lost, and nothing is taken for a loss."""

import pytest

from core.errors import Conflict
from corps.actors import SYSTEM
from customers import blacklist, collaborating, remarks, tagging
from customers.choices import RelationStatus
from customers.models import Collaborator, FollowRelation, TransferItem
from customers.transfers import running
from groups import leavers
from groups.models import GroupMember
from insights.models import Loss, RiskAlert
from tests import make
from tests.journeys.town import BY, DAY, Town


def waiting(town: Town) -> tuple[int | None, int | None, int | None]:
    found = leavers.waiting(make.service(town.corp))
    return found.leavers, found.customers, found.groups


def test_a_customer_who_is_handed_over_keeps_notes_tags_and_readers(town: Town) -> None:
    external = town.arrive("lina", "大海")
    tag = make.tag(make.group(town.corp), name="重点")
    customer, lina = town.customer(external), town.employee("lina")
    tagging.add_tags(customer=customer, tag_ids=[tag.pk], follower_id=lina.pk, **BY)
    remarks.change_remark(customer=customer, employee_id=lina.pk, remark="大海-展会", **BY)
    collaborating.add_collaborators(customer=customer, employee_ids=[town.employee("zhou").pk], **BY)
    town.spread()
    job = town.hand_over("lina", "wangwu", external)
    assert town.outcomes(job) == [("done", "")]
    new = FollowRelation.objects.get(customer=customer, employee=town.employee("wangwu"))
    assert (new.status, new.remark) == (RelationStatus.ACTIVE, "大海-展会")
    assert town.tags(external) == {"重点"}
    # In WeCom as well, which forgets both of them.
    town.spread()
    assert town.there("wangwu", external).remark == "大海-展会"
    assert len(town.there("wangwu", external).tags) == 1
    assert town.there("lina", external) is None
    assert Collaborator.objects.get(customer=customer).employee == town.employee("zhou")


def test_who_was_handed_over_is_recorded_as_that_and_nobody_is_warned(town: Town) -> None:
    channel = make.channel(town.corp, "expo")
    external = town.arrive("lina", "大海", state="expo")
    town.hand_over("lina", "wangwu", external)
    assert [loss.ended_by for loss in Loss.objects.all()] == [RelationStatus.ENDED_BY_TRANSFER]
    assert (town.warnings(), town.told()) == ([], [])
    assert town.came_by(channel)[1] == 0


def test_a_refusal_is_a_warning_until_another_takes_over(town: Town) -> None:
    external = town.arrive("lina", "大海")
    job = town.begin(town.draw("lina", "wangwu", external))
    town.company.refuse_transfer("wangwu", external)
    town.spread()
    assert town.outcomes(job) == [("refused", "customer_refused")] or town.outcomes(job)[0][0] == "refused"
    assert town.warnings() == [("transfer_refused", "open")]
    assert list(town.follows(external)) == ["lina"]
    town.pass_time(2 * DAY)
    second = town.hand_over("lina", "zhou", external)
    assert town.outcomes(second) == [("done", "")]
    assert town.warnings() == [("transfer_refused", "passed")]


def test_a_refusal_is_warned_of_once_though_it_is_told_twice(town: Town) -> None:
    external = town.arrive("lina", "大海")
    job = town.begin(town.draw("lina", "wangwu", external))
    town.company.refuse_transfer("wangwu", external)
    events = town.live.happen()
    town.live.tell(events)
    town.live.tell(events)
    town.live.work()
    town.spread()
    # And once more by the list of results.
    town.work(job)
    town.spread()
    assert town.warnings() == [("transfer_refused", "open")]
    assert TransferItem.objects.get(job=job).state == "refused"


def test_who_is_on_the_blacklist_is_left_out_and_said_to_be(town: Town) -> None:
    good, bad = town.arrive("lina", "好人"), town.arrive("lina", "坏人")
    blacklist.put(customer=town.customer(bad), reason="骚扰同事", **BY)
    job = town.draw("lina", "wangwu", good, bad)
    assert sorted(town.outcomes(job)) == [("excluded", "blacklisted"), ("ready", "")]
    job = town.finish(town.begin(job))
    assert sorted(town.outcomes(job)) == [("done", ""), ("excluded", "blacklisted")]
    assert [transfer.external_userid for transfer in town.company.transfers] == [good]


def test_who_is_put_on_the_blacklist_after_the_sheet_is_not_sent(town: Town) -> None:
    external = town.arrive("lina", "大海")
    job = town.draw("lina", "wangwu", external)
    assert town.outcomes(job) == [("ready", "")]
    blacklist.put(customer=town.customer(external), reason="骚扰同事", **BY)
    with pytest.raises(Conflict) as refusal:
        running.start(job=job, **BY)
    assert refusal.value.code == "nothing_to_send"
    assert town.company.transfers == []
    # Taken off again, they can go.
    blacklist.lift(customer=town.customer(external), **BY)
    assert town.outcomes(town.finish(town.begin(job))) == [("done", "")]


def test_a_leaver_leaves_nothing_behind_once_customers_and_chats_have_gone(town: Town) -> None:
    externals = [town.arrive("lina", name) for name in ("大海", "小河")]
    for external in externals:
        town.company.open_chat("lina", [external], name=f"群{external}")
    town.spread()
    assert set(town.owners().values()) == {"lina"}
    town.company.fire("lina")
    town.spread()
    town.box.sync("house", "customers", "groups")
    assert waiting(town) == (1, 2, 2)
    job = town.hand_over("lina", "wangwu", *externals)
    assert town.outcomes(job) == [("done", "")] * 2
    assert waiting(town) == (1, 0, 2)
    chats = town.hand_over_chats("lina", "wangwu")
    assert sorted(chats.items.values_list("state", flat=True)) == ["done", "done"]
    assert set(town.owners().values()) == {"wangwu"}
    assert waiting(town) == (0, 0, 0)
    # Whoever was in a group still is: nobody has left their last one.
    assert GroupMember.objects.filter(customer__isnull=False, left_at=None).count() == 2
    assert RiskAlert.objects.filter(kind="left_last_group").count() == 0


def test_a_customer_of_two_goes_from_one_of_them_only(town: Town) -> None:
    external = town.arrive("lina", "大海")
    town.company.befriend("zhou", external)
    town.spread()
    town.hand_over("lina", "wangwu", external)
    active = FollowRelation.objects.filter(customer=town.customer(external), status=RelationStatus.ACTIVE)
    assert sorted(active.values_list("employee__userid", flat=True)) == ["wangwu", "zhou"]
    # Back to one who has them already: the sheet says so before WeCom does.
    assert town.outcomes(town.draw("wangwu", "zhou", external)) == [("excluded", "already_friend")]


def test_who_deletes_us_on_the_way_comes_to_nobody_and_is_a_loss(town: Town) -> None:
    external = town.arrive("lina", "大海")
    job = town.begin(town.draw("lina", "wangwu", external))
    town.pass_time(3600)
    town.company.delete_by_customer("lina", external)
    town.spread()
    job = town.finish(job)
    assert town.outcomes(job)[0][0] in ("refused", "failed", "no_record")
    assert [loss.ended_by for loss in Loss.objects.all()] == [RelationStatus.ENDED_BY_CUSTOMER]
    assert ("customer_deleted", "open") in town.warnings()


def test_a_full_sync_after_it_all_finds_nothing_to_do(town: Town) -> None:
    externals = [town.arrive("lina", name) for name in ("大海", "小河", "高山")]
    town.company.open_chat("lina", externals, name="三人")
    town.spread()
    town.hand_over("lina", "wangwu", externals[0])
    town.company.delete_by_employee("lina", externals[1])
    town.spread()
    before = sorted(FollowRelation.objects.values_list("customer_id", "employee_id", "status", "remark"))
    for run in town.box.sync("house", "tags", "customers", "groups"):
        assert (run.state, run.report.get("ended", 0)) == ("done", 0)
    town.spread()
    assert sorted(FollowRelation.objects.values_list("customer_id", "employee_id", "status", "remark")) == before
    assert make.service(town.corp).corp_id == town.corp.pk != SYSTEM.corp_id
