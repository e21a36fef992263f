"""Contact ways: the rules that make, change and end them."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus
from customers import channels, contact_ways
from customers.contact_ways import checking
from customers.contact_ways.checking import Shift
from customers.models import Channel, ChannelKey, ContactWay, ContactWayMember
from messaging.models import Command, OutboxEvent
from tests import make
from tests.conftest import Cast

AS: Any = {"by": SYSTEM, "source": "operator"}


def everything() -> list[list[Any]]:
    tables = (ContactWay, ContactWayMember, Channel, ChannelKey, OutboxEvent, Command)
    return [list(t.objects.order_by("pk").values()) for t in tables]


@pytest.fixture
def mirrored(cast: Cast) -> Cast:
    cast.corp.mirrored = True
    cast.corp.save()
    return cast


def test_a_way_is_made_with_a_state_of_its_own_that_its_channel_stands_for(mirrored: Cast, recorded: Any) -> None:
    channel = make.channel(mirrored.corp, "old")
    way = make.contact_way(mirrored.corp, mirrored.owner, channel=channel)
    assert (way.status, way.config_id, way.serving) == ("draft", None, {})
    assert way.state.startswith("cw")
    assert len(way.state) <= 30
    assert Channel.objects.get(pk=channel.pk).states == ["old", way.state]
    assert recorded()[-1] == ("contact_way.created", way.pk, {"contactWayId": way.pk, "channelId": channel.pk})
    (command,) = Command.objects.all()
    lane = f"contact_way:{way.pk}"
    assert (command.kind, command.lane, command.key, command.source) == ("contact_way", lane, lane, "operator")


def test_no_two_have_the_same_state(cast: Cast) -> None:
    assert len({make.contact_way(cast.corp, cast.owner).state for _n in range(5)}) == 5


def test_a_company_that_is_not_connected_keeps_a_draft(cast: Cast) -> None:
    way = make.contact_way(cast.corp, cast.owner)
    assert not Command.objects.exists()
    before = everything()
    with pytest.raises(Conflict) as refusal:
        contact_ways.retry_way(way=way, **AS)
    assert refusal.value.code == "not_mirrored"
    assert everything() == before


def test_what_differs_is_changed_and_told_and_a_repeat_does_nothing(mirrored: Cast, recorded: Any) -> None:
    way = make.contact_way(mirrored.corp, mirrored.owner)
    Command.objects.all().delete()
    shift = Shift(mirrored.colleague.pk, None, "12345", dt.time(9), dt.time(18), 50)
    fields: dict[str, Any] = {"name": "新名", "members": [shift], "welcome_text": "您好"}
    row = contact_ways.update_way(way=way, **fields, **AS)
    assert (row.name, row.welcome_text, row.version) == ("新名", "您好", 2)
    assert checking.shifts_of(row) == [shift]
    told = recorded()[-1][2]
    assert told["changed"] == ["members", "name", "welcomeText"]
    assert Command.objects.count() == 1
    before = everything()
    contact_ways.update_way(way=way, **fields, **AS)
    assert everything() == before


def test_what_is_only_ours_is_not_told_to_wecom(mirrored: Cast) -> None:
    way = make.contact_way(mirrored.corp, mirrored.owner)
    Command.objects.all().delete()
    tag = make.tag(make.group(mirrored.corp))
    contact_ways.update_way(way=way, tag_ids=[tag.pk], remark_template="{name}-展", welcome_text="您好", **AS)
    assert not Command.objects.exists()


def test_a_way_that_changes_its_channel_takes_its_state_along(cast: Cast) -> None:
    way, other = make.contact_way(cast.corp, cast.owner), make.channel(cast.corp)
    old = way.channel
    contact_ways.update_way(way=way, channel_id=other.pk, **AS)
    assert Channel.objects.get(pk=old.pk).states == []
    assert Channel.objects.get(pk=other.pk).states == [way.state]


def test_a_deleted_way_is_wanted_away_and_still_names_its_channel(mirrored: Cast, recorded: Any) -> None:
    way = make.contact_way(mirrored.corp, mirrored.owner)
    Command.objects.all().delete()
    contact_ways.delete_way(way=way, **AS)
    assert ContactWay.objects.get().status == "deleted"
    assert recorded()[-1][0] == "contact_way.deleted"
    assert Command.objects.count() == 1
    assert Channel.objects.get().states == [way.state]
    before = everything()
    contact_ways.delete_way(way=way, **AS)
    for act in (contact_ways.update_way, contact_ways.retry_way):
        with pytest.raises(Conflict) as refusal:
            act(way=way, **AS)
        assert refusal.value.code == "contact_way_deleted"
    assert everything() == before


def test_a_channel_with_contact_ways_is_not_deleted(cast: Cast) -> None:
    way = make.contact_way(cast.corp, cast.owner)
    before = everything()
    with pytest.raises(Conflict) as refusal:
        channels.delete_channel(channel=way.channel, **AS)
    assert refusal.value.code == "channel_in_use"
    assert everything() == before


def test_only_the_version_that_was_seen_is_changed(cast: Cast) -> None:
    way = make.contact_way(cast.corp, cast.owner)
    contact_ways.update_way(way=way, name="x", **AS)
    before = everything()
    for act in (contact_ways.update_way, contact_ways.delete_way):
        with pytest.raises(PreconditionFailed):
            act(way=way, if_version=1, **AS)
    assert everything() == before


WRONG_SHIFTS = [
    [],
    [Shift()],
    [Shift(employee_id=-1, department_id=-2)],
    [Shift(employee_id=-1, weekdays="")],
    [Shift(employee_id=-1, weekdays="8")],
    [Shift(employee_id=-1, weekdays="11")],
    [Shift(employee_id=-1, start=dt.time(9))],
    [Shift(employee_id=-1, start=dt.time(9), end=dt.time(9))],
    [Shift(department_id=-2, day_cap=3)],
]


@pytest.mark.parametrize("shifts", WRONG_SHIFTS)
def test_shifts_that_make_no_sense_are_refused(cast: Cast, shifts: list[Shift]) -> None:
    _refused(cast, "members_invalid", members=_real(cast, shifts))


def _real(cast: Cast, shifts: list[Shift]) -> list[Shift]:
    """-1 is the owner, -2 the department."""
    ids = {-1: cast.owner.pk, -2: cast.department.pk}
    named = [{**shift.columns()} for shift in shifts]
    for row in named:
        for key in ("employee_id", "department_id"):
            row[key] = ids.get(row[key], row[key])
    return [Shift(**row) for row in named]


def _refused(cast: Cast, code: str, **fields: Any) -> None:
    way = make.contact_way(cast.corp, cast.owner)
    fields = {"members": [Shift(employee_id=cast.owner.pk)], "name": "二号"} | fields
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        contact_ways.create_way(channel=way.channel, **fields, **AS)
    assert refusal.value.code == code
    if "type" not in fields:
        with pytest.raises(RuleViolation) as refusal:
            contact_ways.update_way(way=way, **fields, **AS)
        assert refusal.value.code == code
    assert everything() == before


def test_a_code_of_one_has_exactly_one(cast: Cast) -> None:
    two = [Shift(employee_id=cast.owner.pk), Shift(employee_id=cast.colleague.pk)]
    for members in (two, [Shift(department_id=cast.department.pk)]):
        _refused(cast, "members_invalid", type=ContactWay.Type.SINGLE, members=members)


def test_no_more_people_than_wecom_takes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "MOST_PEOPLE", 1)
    _refused(cast, "members_invalid", members=[Shift(employee_id=e.pk) for e in (cast.owner, cast.colleague)])


def test_rows_of_another_company_and_leavers_are_refused(cast: Cast) -> None:
    leaver = make.employee(cast.corp, status=EmployeeStatus.LEFT)
    foreign = make.department(cast.other_corp)
    for one in (cast.stranger, leaver):
        _refused(cast, "employee_unknown", members=[Shift(employee_id=one.pk)])
        _refused(cast, "employee_unknown", spare_id=one.pk)
    _refused(cast, "department_unknown", members=[Shift(department_id=foreign.pk)])
    tag = make.tag(make.group(cast.other_corp))
    _refused(cast, "tag_unknown", tag_ids=[tag.pk])
    way, channel = make.contact_way(cast.corp, cast.owner), make.channel(cast.other_corp)
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        contact_ways.update_way(way=way, channel_id=channel.pk, **AS)
    assert refusal.value.code == "channel_unknown"
    assert everything() == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "name_invalid"),
        ({"name": "x" * 31}, "name_invalid"),
        ({"remark_template": "x" * 21}, "remark_invalid"),
        ({"remark_template": "{name}" + "x" * 20}, "remark_invalid"),
        ({"remark_template": "a\nb"}, "remark_invalid"),
        ({"welcome_text": "好" * 1334}, "welcome_too_long"),
    ],
)
def test_texts_that_wecom_would_refuse_are_refused(cast: Cast, fields: Any, code: str) -> None:
    _refused(cast, code, **fields)
