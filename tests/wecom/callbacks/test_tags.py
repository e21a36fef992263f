"""What events of tags leave in the catalogue: the events say nothing of the new value."""

import pytest

from tags.models import Tag
from tests.wecom import comparing
from tests.wecom.callbacks.live import Live, State
from wecom.sandbox.things import TagGroup


@pytest.fixture
def group(live: Live) -> TagGroup:
    """A group of two tags, known here, beside another one."""
    live.company.add_tag_group("地区", ["北"])
    made = live.company.add_tag_group("等级", ["甲", "乙"])
    live.settle()
    return made


def same(live: Live) -> bool:
    return comparing.catalogue(live.box.corp) == comparing.true_catalogue(live.company.truth())


def test_a_new_group_comes_with_its_tags_by_one_reading_however_many_events_it_had(live: Live, group: TagGroup) -> None:
    assert len(live.told) > 2
    assert live.calls("get_corp_tag_list") == 1
    assert same(live)
    assert len(comparing.catalogue(live.box.corp)) == 3


def test_a_renamed_tag_and_group_are_renamed_here(live: Live, group: TagGroup) -> None:
    live.company.rename_tag(live.company.tags_of(group.id)[0].id, "特级")
    live.company.rename_group(group.id, "级别")
    live.settle()
    assert same(live)
    assert set(live.states()) == {State.DONE}


def test_an_added_tag_is_here(live: Live, group: TagGroup) -> None:
    live.company.add_tag(group.id, "丙")
    live.settle()
    assert same(live)


def test_a_deleted_tag_ends_here_and_its_sister_stays(live: Live, group: TagGroup) -> None:
    live.company.delete_tag(live.company.tags_of(group.id)[0].id)
    live.settle()
    assert same(live)
    assert len(comparing.catalogue(live.box.corp)) == 2


def test_a_deleted_group_ends_here_with_its_tags_of_which_no_event_tells(live: Live, group: TagGroup) -> None:
    live.company.delete_group(group.id)
    live.settle()
    assert same(live)
    assert len(comparing.catalogue(live.box.corp)) == 1


def test_a_group_goes_with_its_last_tag(live: Live, group: TagGroup) -> None:
    for tag in live.company.tags_of(group.id):
        live.company.delete_tag(tag.id)
    live.settle()
    assert same(live)


def test_the_last_group_of_all_can_go(live: Live, group: TagGroup) -> None:
    for row in live.company.living_groups():
        live.company.delete_group(row.id)
    live.settle()
    assert comparing.catalogue(live.box.corp) == {}


def test_a_new_order_is_taken_over(live: Live, group: TagGroup) -> None:
    live.company.shuffle(group.id)
    live.company.shuffle()
    live.settle()
    truth = live.company.truth()["tags"]
    assert {t.wecom_id: t.wecom_order for t in Tag.objects.all()} == {id: row["order"] for id, row in truth.items()}


def test_an_empty_answer_takes_away_nothing_but_what_an_event_named(live: Live, group: TagGroup) -> None:
    live.company.rename_group(group.id, "级别")
    live.tell()
    live.box.server.faults.set(empty=1.0, only=["externalcontact/get_corp_tag_list"])
    live.work()
    assert len(comparing.catalogue(live.box.corp)) == 3


def test_a_deletion_that_is_told_late_and_was_undone_by_nobody_is_no_second_one(live: Live, group: TagGroup) -> None:
    live.company.delete_group(group.id)
    deleted = live.happen()
    live.box.sync("tags")
    before = {t.pk: t.version for t in Tag.objects.all()}
    live.tell(deleted)
    live.work()
    assert {t.pk: t.version for t in Tag.objects.all()} == before
    assert set(live.states()) == {State.DONE}


def test_tags_of_a_rule_group_are_not_asked_for(live: Live) -> None:
    head = {"ToUserName": live.company.corpid, "FromUserName": "sys", "CreateTime": 1, "MsgType": "event"}
    event = {"Event": "change_external_tag", "ChangeType": "update", "Id": "st1", "TagType": "tag", "StrategyId": 1}
    live.tell([head | event])
    live.work()
    assert (live.calls("get_corp_tag_list"), live.states()) == (0, [State.DONE])
