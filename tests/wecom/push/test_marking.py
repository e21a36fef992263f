"""Tags of customers on their way to WeCom."""

from django.utils import translation

from core.time import now
from customers.models import CustomerTag, FollowRelation
from messaging.models import Command
from tags import catalog
from tags.models import Tag
from tests.wecom.push.conftest import BY_HAND, Shop
from wecom import refreshing
from wecom.push import executing, lanes, reasons


def test_tags_put_here_are_there_after_one_call_for_the_pair(shop: Shop) -> None:
    shop.put("甲", "乙", "丙")
    assert shop.push() == 1
    assert (shop.theirs(), shop.calls("mark_tag")) == (["丙", "乙", "甲"], 1)
    assert shop.states() == [("customer.tag", "done")] * 3


def test_put_and_taken_off_go_in_one_call(shop: Shop) -> None:
    shop.put("甲", "乙")
    shop.push()
    shop.take_off("甲")
    shop.put("丙")
    shop.push()
    assert (shop.theirs(), shop.calls("mark_tag")) == (["丙", "乙"], 2)


def test_what_changed_its_mind_on_the_way_sends_only_where_it_ended(shop: Shop) -> None:
    shop.put("甲")
    shop.take_off("甲")
    shop.put("甲")
    command = Command.objects.get()
    assert command.revision == 3
    shop.push()
    assert (shop.theirs(), shop.calls("mark_tag")) == (["甲"], 1)


def test_tags_stand_for_each_employee_apart(shop: Shop) -> None:
    shop.put("甲", userid="lina")
    shop.put("乙", userid="wang")
    assert shop.push() == 2
    assert (shop.theirs(userid="lina"), shop.theirs(userid="wang")) == (["甲"], ["乙"])


def test_a_change_during_the_call_keeps_the_command_open_for_another_one(shop: Shop) -> None:
    shop.put("甲")
    hold = lanes.take(*lanes.due()[0])
    assert hold
    shop.take_off("甲")
    executing.work(hold)
    assert shop.states() == [("customer.tag", "waiting")]
    shop.push()
    assert (shop.theirs(), shop.states()) == ([], [("customer.tag", "done")])


def test_what_was_read_before_the_call_is_refused_by_the_mirror(shop: Shop) -> None:
    relation = FollowRelation.objects.get(customer=shop.customer(), employee=shop.employee())
    shop.put("甲")
    reading = refreshing.read_customers(_client(shop), [shop.externals[0]])
    shop.push()
    reading.apply(source="sync")
    assert CustomerTag.objects.filter(customer=shop.customer(), follower=shop.employee()).count() == 1
    relation.refresh_from_db()
    assert relation.fetch_seq > reading.ticket


def test_what_is_read_while_the_command_is_open_changes_nothing_of_it(shop: Shop) -> None:
    shop.put("甲")
    refreshing.refresh_customer(corp_id=shop.corp_id, external_userid=shop.externals[0], source="callback")
    assert CustomerTag.objects.filter(customer=shop.customer(), follower=shop.employee()).count() == 1
    assert Command.objects.get().revision == 1


def test_what_the_mirror_writes_is_never_sent_back(shop: Shop) -> None:
    tag = shop.tag("甲")
    shop.box.company.tag_follow("lina", shop.externals[0], add=[tag.wecom_id])
    refreshing.refresh_customer(corp_id=shop.corp_id, external_userid=shop.externals[0], source="callback")
    assert CustomerTag.objects.filter(tag=tag).exists()
    assert shop.states() == []


class TestTagsNotYetThere:
    def test_they_wait_for_the_catalogue_without_counting_a_try(self, shop: Shop) -> None:
        shop.create("丁")
        shop.put("丁")
        Command.objects.filter(kind="tag").update(due_at=now().replace(year=2100))
        shop.push()
        row = Command.objects.get(kind="customer.tag")
        assert (row.state, row.attempts, row.last_error) == ("waiting", 0, reasons.TAG_ON_ITS_WAY)
        assert shop.calls("mark_tag") == 0
        Command.objects.update(due_at=now())
        shop.push()
        Command.objects.update(due_at=now())
        shop.push()
        assert (shop.theirs(), {state for _kind, state in shop.states()}) == (["丁"], {"done"})

    def test_one_that_nobody_has_sent_yet_is_sent_now(self, shop: Shop) -> None:
        row = Tag.objects.create(corp_id=shop.corp_id, group=shop.group(), name="旧", order=9)
        shop.put("旧")
        shop.push()
        assert Command.objects.get(kind="tag").subject == {"tagId": row.pk}
        Command.objects.filter(state="waiting").update(due_at=now())
        shop.push()
        assert shop.theirs() == ["旧"]

    def test_one_that_could_not_be_made_ends_the_wait(self, shop: Shop) -> None:
        shop.create("丁")
        shop.put("丁")
        Command.objects.filter(kind="tag").update(state="dead", settled_at=now())
        shop.push()
        row = Command.objects.get(kind="customer.tag")
        assert (row.state, row.last_error) == ("dead", reasons.TAG_NOT_THERE)
        with translation.override("en"):
            assert "tag" in str(reasons.sentence(row))


class TestRefusals:
    def test_a_pair_that_is_over_there_is_read_again_and_the_commands_given_up(self, shop: Shop) -> None:
        shop.put("甲", "乙")
        shop.box.company.delete_by_employee("lina", shop.externals[0])
        shop.push()
        assert shop.states() == [("customer.tag", "dead")] * 2
        assert set(Command.objects.values_list("error_code", flat=True)) == {84061}
        assert str(reasons.sentence(Command.objects.first()))
        relation = FollowRelation.objects.get(customer=shop.customer(), employee=shop.employee())
        assert relation.status != 1

    def test_one_unknown_tag_doesnt_hold_up_the_others(self, shop: Shop) -> None:
        shop.put("甲", "乙", "丙")
        shop.box.company.delete_tag(shop.tag("乙").wecom_id)
        shop.push()
        assert shop.theirs() == ["丙", "甲"]
        states = {c.subject["tagId"]: c.state for c in Command.objects.all()}
        gone = Tag.objects.get(name="乙")
        assert states == {shop.tag("甲").pk: "done", gone.pk: "dead", shop.tag("丙").pk: "done"}
        assert gone.deleted_at is not None

    def test_a_tag_deleted_here_needs_no_taking_off(self, shop: Shop) -> None:
        shop.put("甲")
        shop.push()
        catalog.delete_tag(tag=shop.tag("甲"), **BY_HAND)
        shop.push()
        assert (shop.theirs(), shop.catalogue()) == ([], {"等级": ["乙", "丙"]})
        assert shop.calls("mark_tag") == 1


def _client(shop: Shop):
    from wecom.client.transport import client_for

    return client_for(shop.corp_id)
