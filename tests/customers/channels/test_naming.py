"""What states and add ways are called: the rules."""

from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.actors import SYSTEM
from customers import channels
from customers.channels import naming, resolving
from customers.channels.resolving import Channels
from customers.choices import AddWay
from customers.models import Channel, ChannelKey
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

AS: Any = {"by": SYSTEM, "source": "operator"}


def everything() -> list[list[Any]]:
    return [list(t.objects.order_by("pk").values()) for t in (Channel, ChannelKey, OutboxEvent)]


def create(cast: Cast, **fields: Any) -> Channel:
    return channels.create_channel(corp_id=cast.corp.pk, **{"name": "展会"} | fields, **AS)


def test_a_channel_stands_for_states_and_add_ways(cast: Cast, recorded: Any) -> None:
    row = create(cast, states=["expo-1", "expo-2"], add_ways=[16, 1, 1], note="上海", order=3)
    assert (row.states, row.add_ways, row.note, row.order, row.active) == (
        ["expo-1", "expo-2"],
        [1, 16],
        "上海",
        3,
        True,
    )
    assert recorded()[-1] == ("channel.created", row.pk, {"channelId": row.pk})


def test_what_differs_is_changed_and_told_and_a_repeat_does_nothing(cast: Cast, recorded: Any) -> None:
    row = create(cast, states=["old"])
    fields: dict[str, Any] = {"name": "新展会", "states": ["new", "old"], "add_ways": [3], "active": False}
    changed = channels.update_channel(channel=row, **fields, **AS)
    assert (changed.name, changed.states, changed.add_ways, changed.version) == ("新展会", ["old", "new"], [3], 2)
    told = {"channelId": row.pk, "changed": ["active", "addWays", "name", "states"]}
    assert recorded()[-1] == ("channel.updated", row.pk, told)
    before = everything()
    channels.update_channel(channel=row, **fields, **AS)
    assert everything() == before


def test_a_state_is_taken_from_a_channel_by_leaving_it_out(cast: Cast) -> None:
    row = create(cast, states=["a", "b"], add_ways=[1])
    channels.update_channel(channel=row, states=["b"], **AS)
    row = Channel.objects.get()
    assert (row.states, row.add_ways) == (["b"], [1])


def test_only_the_version_that_was_seen_is_changed_or_deleted(cast: Cast) -> None:
    row = create(cast)
    channels.update_channel(channel=row, note="x", **AS)
    before = everything()
    for act in (channels.delete_channel, channels.update_channel):
        with pytest.raises(PreconditionFailed):
            act(channel=row, if_version=1, **AS)
    assert everything() == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": "展会"}, "channel_exists"),
        ({"name": "x", "states": ["expo"]}, "state_taken"),
        ({"name": "x", "add_ways": [1]}, "add_way_taken"),
        ({"name": "x" * 51}, "name_invalid"),
        ({"name": "  "}, "name_invalid"),
        ({"name": "x", "states": [""]}, "state_invalid"),
        ({"name": "x", "states": [" expo"]}, "state_invalid"),
        ({"name": "x", "states": ["x" * 65]}, "state_invalid"),
        ({"name": "x", "states": ["a\nb"]}, "state_invalid"),
        ({"name": "x", "states": ["a", "b", "c"]}, "too_many_keys"),
    ],
)
def test_what_may_not_be_is_refused_and_nothing_is_written(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, fields: Any, code: str
) -> None:
    monkeypatch.setattr(naming, "MOST_KEYS", 2)
    create(cast, states=["expo"], add_ways=[1])
    other = create(cast, name="别的")
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        create(cast, **fields)
    assert refusal.value.code == code
    with pytest.raises(RuleViolation):
        channels.update_channel(channel=other, **fields, **AS)
    assert everything() == before


def test_another_company_may_use_the_same_words(cast: Cast) -> None:
    create(cast, states=["expo"], add_ways=[1])
    make.channel(cast.other_corp, "expo", name="展会", add_ways=[1])
    assert ChannelKey.objects.filter(state="expo").count() == 2


def test_states_differ_by_case(cast: Cast) -> None:
    create(cast, states=["expo"])
    create(cast, name="x", states=["EXPO"])
    names = Channels(cast.corp.pk)
    assert (names.name_of("expo", None), names.name_of("EXPO", None)) == ("展会", "x")


def test_after_a_deletion_its_states_can_be_named_anew(cast: Cast, recorded: Any) -> None:
    row = create(cast, states=["expo"])
    pk = row.pk
    channels.delete_channel(channel=row, **AS)
    assert recorded()[-1] == ("channel.deleted", pk, {"channelId": pk})
    assert not ChannelKey.objects.exists()
    assert create(cast, states=["expo"]).states == ["expo"]


class TestNamingAState:
    def test_by_a_channel_that_is_there(self, cast: Cast) -> None:
        row = create(cast, states=["a"])
        named = channels.name_state(corp_id=cast.corp.pk, state="b", channel=row, **AS)
        assert named.states == ["a", "b"]

    def test_by_a_new_one(self, cast: Cast) -> None:
        named = channels.name_state(corp_id=cast.corp.pk, state="b", name="地推", **AS)
        assert (named.name, named.states) == ("地推", ["b"])

    def test_not_by_another_companys(self, cast: Cast) -> None:
        foreign = make.channel(cast.other_corp)
        before = everything()
        with pytest.raises(RuleViolation) as refusal:
            channels.name_state(corp_id=cast.corp.pk, state="b", channel=foreign, **AS)
        assert refusal.value.code == "channel_unknown"
        assert everything() == before

    def test_not_twice(self, cast: Cast) -> None:
        create(cast, states=["a"])
        other = create(cast, name="x")
        before = everything()
        with pytest.raises(Conflict) as refusal:
            channels.name_state(corp_id=cast.corp.pk, state="a", channel=other, **AS)
        assert refusal.value.code == "state_taken"
        assert everything() == before


class TestResolving:
    def test_the_state_comes_first_then_the_add_way(self, cast: Cast) -> None:
        create(cast, states=["expo"])
        create(cast, name="扫码", add_ways=[1])
        names = Channels(cast.corp.pk)
        assert names.name_of("expo", 1) == "展会"
        assert names.name_of("", 1) == "扫码"
        assert names.name_of("", 2) == names.name_of("", None) == ""

    def test_an_unknown_state_is_not_the_add_ways(self, cast: Cast) -> None:
        create(cast, name="扫码", add_ways=[1])
        assert Channels(cast.corp.pk).name_of("who-knows", 1) == ""

    def test_one_not_in_use_still_names_what_came_by_it(self, cast: Cast) -> None:
        create(cast, states=["expo"], active=False)
        assert Channels(cast.corp.pk).name_of("expo", None) == "展会"

    def test_another_companys_name_nothing_here(self, cast: Cast) -> None:
        make.channel(cast.other_corp, "expo")
        assert Channels(cast.corp.pk).name_of("expo", None) == ""

    def test_each_add_way_has_a_chinese_and_an_english_name(self) -> None:
        rows = resolving.add_ways()
        assert [row["addWay"] for row in rows] == AddWay.values
        named = {row["addWay"]: (row["nameZh"], row["nameEn"]) for row in rows}
        assert named[202] == ("管理员分配", "assigned by an administrator")
        assert all(zh and en and zh != en for zh, en in named.values())
