"""Active, silent, never contacted: against a count by hand, and what a new definition does to what was counted."""

from typing import Any

import pytest

from core.errors import BadRequest
from followups.models import Communication, FollowUp
from groups.models import GroupMember
from insights.choices import ContactKind
from insights.engagement import defining
from insights.engagement.definition import Definition
from insights.models import ActivityDefinition, DailyStat
from insights.stats import behind, scopes
from insights.stats.periods import period
from insights.stats.reports import activity
from insights.stats.scopes import Scope
from insights.stats.terms import Dim, Metric, Span
from tests import api, make
from tests.customers.mirroring.readings import day as moment
from tests.customers.mirroring.readings import the
from tests.insights.stats import engaged, model
from tests.insights.stats.test_other_model import NAMES, Dice
from tests.insights.stats.world import World, day

LAST = 7
NUMBERS = {"active": Metric.ACTIVE, "silent": Metric.SILENT, "neverContacted": Metric.NEVER_CONTACTED}


class Talk(Dice):
    """Contact of every kind at random moments, with the employee of a relation, with another, or with nobody named."""

    def contact(self) -> None:
        employee = self.dice.choice([*self.world.people, None])
        about: dict[str, Any] = {"customer": self.customer(), "employee": employee, "corp": self.world.corp}
        kind = self.dice.choice(list(ContactKind))
        if kind == ContactKind.FOLLOW_UP:
            FollowUp.objects.create(happened_at=self.at(), actor="system", content="电话", **about)
        elif kind == ContactKind.GROUP_JOINED:
            about = {"userid": f"g{self.dice.random()}", "type": 2, "customer": about["customer"]}
            chat = self.dice.choice(self.chats)
            GroupMember.objects.create(corp=self.world.corp, chat=chat, join_time=self.at(), **about)
        else:
            how, direction = kind.split("_")
            about |= {"kind": how, "direction": direction, "external_id": f"x{self.dice.random()}"}
            at = self.at()
            Communication.objects.create(at=at, day=at.date(), source="api", **about)


def defined(world: World, days: int, *kinds: ContactKind) -> Definition:
    defining.define(corp_id=world.corp.pk, days=days, kinds=kinds, by=world.cast.actor("admin"))
    return defining.current(world.corp.pk)


def count(world: World, last: int = LAST) -> int:
    return world.recount(day(-1), day(last))


def company(world: World, metric: Metric, on: int = LAST) -> tuple[int, int, int] | None:
    """(relations, people, version) of the company on a day."""
    row = DailyStat.objects.filter(dim=Dim.CORP, metric=metric, day=day(on), corp=world.corp).first()
    return (row.relations, row.people, row.detail) if row else None


@pytest.fixture
def world(world: World) -> World:
    world.at(day(LAST + 1))
    return world


@pytest.mark.parametrize("seed", range(6))
def test_rows_are_what_a_count_by_hand_finds_and_stay_so_to_the_byte(world: World, seed: int) -> None:
    dice = Talk(world, seed)
    world.zone(["Asia/Shanghai", "America/New_York"][seed % 2])
    for _n in range(seed * 3):
        dice.contact()
    by = Definition()
    if seed > 1:
        by = defined(world, dice.dice.randint(1, 4), *dice.dice.sample(list(ContactKind), dice.dice.randint(1, 5)))
    count(world)
    assert model.stored(world.corp, engaged.STATES) == engaged.expected(world.corp, day(-1), day(LAST), by)
    first = model.in_full()
    assert count(world) == 0
    assert model.in_full() == first


@pytest.mark.parametrize("seed", range(3))
def test_the_three_add_up_to_the_total_in_relations_and_in_people_and_each_list_has_what_its_number_says(
    world: World, seed: int
) -> None:
    dice = Talk(world, seed)
    for _n in range(8):
        dice.contact()
    defined(world, 3, *ContactKind)
    count(world)
    totals = model.stored(world.corp, [Metric.TOTAL])
    rows = model.stored(world.corp, engaged.STATES)
    assert totals
    for (span, on, dim, _metric, ident, _detail), pair in totals.items():
        three = [rows.get((span, on, dim, metric, ident, 1), (0, 0)) for metric in engaged.STATES]
        assert tuple(map(sum, zip(*three, strict=True))) == pair
    for (_span, on, dim, metric, ident, _detail), (relations, _people) in rows.items():
        scope = Scope(world.corp.pk, Dim(dim), (ident,), _inside(world, dim, ident))
        name = next(name for name, one in NUMBERS.items() if one == metric)
        assert behind.stays(world.corp, scope, name, on, on).count() == relations


def _inside(world: World, dim: int, ident: int) -> tuple[int, ...] | None:
    if dim == Dim.DEPARTMENT:
        return tuple(who for who, where in model.places(world.corp).items() if ident in where)
    return (ident,) if dim == Dim.EMPLOYEE else None


class TestEdges:
    def test_contact_at_the_first_instant_of_the_last_days_counts_and_a_second_before_does_not(
        self, world: World
    ) -> None:
        world.begin(0, "wmA")
        world.begin(0, "wmB")
        # The day of readings begins eight hours after the midnight of Shanghai's next day, as UTC has it.
        for who, hours in (("wmA", 16), ("wmB", 16 - 1 / 3600)):
            make.follow_up(the(who), world.cast.owner, happened_at=moment(4 + (hours - 8) / 24))
        defined(world, 3, ContactKind.FOLLOW_UP)
        count(world)
        assert company(world, Metric.ACTIVE, on=7) == (1, 1, 1)
        assert company(world, Metric.SILENT, on=7) == (1, 1, 1)
        assert company(world, Metric.SILENT, on=6) is None

    def test_what_a_colleague_did_is_no_contact_of_this_relation_but_the_person_is_active(self, world: World) -> None:
        world.begin(0, "wmA", world.cast.owner)
        world.begin(0, "wmA", world.cast.colleague)
        make.follow_up(the("wmA"), world.cast.colleague, happened_at=moment(LAST))
        count(world)
        assert company(world, Metric.ACTIVE) == (1, 1, 0)
        assert company(world, Metric.NEVER_CONTACTED) == (1, 0, 0)

    def test_a_contact_written_down_later_moves_the_day_when_it_is_counted_again(self, world: World) -> None:
        world.begin(0, "wmA")
        count(world)
        assert company(world, Metric.NEVER_CONTACTED) == (1, 1, 0)
        make.follow_up(the("wmA"), world.cast.owner, happened_at=moment(LAST))
        count(world)
        assert (company(world, Metric.NEVER_CONTACTED), company(world, Metric.ACTIVE)) == (None, (1, 1, 0))


class TestDefining:
    def test_rows_keep_what_they_were_counted_by_until_their_day_is_counted_again(self, world: World) -> None:
        world.begin(0, "wmA")
        make.follow_up(the("wmA"), world.cast.owner, happened_at=moment(1))
        count(world)
        before = model.in_full()
        defined(world, 2, *ContactKind)
        assert model.in_full() == before
        assert company(world, Metric.ACTIVE) == (1, 1, 0)
        world.recount(day(LAST), day(LAST))
        assert (company(world, Metric.SILENT), company(world, Metric.ACTIVE)) == ((1, 1, 1), None)
        # The day before was counted by the other one, and its list goes by that too.
        assert company(world, Metric.ACTIVE, on=LAST - 1) == (1, 1, 0)
        scope = Scope(world.corp.pk, Dim.CORP, (0,))
        listed = [behind.stays(world.corp, scope, "active", on, on).count() for on in (day(LAST - 1), day(LAST))]
        assert listed == [1, 0]

    def test_versions_follow_each_other_and_the_same_again_is_none(self, world: World) -> None:
        said = {"corp_id": world.corp.pk, "by": world.cast.actor("admin")}
        # What holds anyway is no version of its own.
        assert defining.define(days=30, kinds=list(ContactKind), **said) is None
        first = defining.define(days=14, kinds=["call_in", "follow_up", "call_in"], **said)
        assert first is not None
        assert (first.version, first.days, first.kinds, first.actor) == (
            1,
            14,
            ["follow_up", "call_in"],
            world.cast.actor("admin").label,
        )
        assert defining.define(days=14, kinds=["follow_up", "call_in"], **said) is None
        back = defining.define(days=30, kinds=list(ContactKind), **said)
        assert back is not None
        assert (back.version, ActivityDefinition.objects.count()) == (2, 2)
        assert defining.current(world.cast.other_corp.pk) == Definition()

    @pytest.mark.parametrize(
        ("days", "kinds", "code"),
        [
            (0, ["call_in"], "days_invalid"),
            (366, ["call_in"], "days_invalid"),
            (7, [], "kinds_missing"),
            (7, ["telepathy"], "kinds_missing"),
        ],
    )
    def test_what_makes_no_sense_is_refused_and_nothing_is_kept(
        self, world: World, days: int, kinds: list[str], code: str
    ) -> None:
        with pytest.raises(BadRequest) as refused:
            defining.define(corp_id=world.corp.pk, days=days, kinds=kinds, by=world.cast.actor("admin"))
        assert refused.value.code == code
        assert not ActivityDefinition.objects.exists()


@pytest.fixture
def told(world: World) -> World:
    """Three customers of the owner's, one of each state, and one of the colleague's who is silent."""
    for who in NAMES:
        world.begin(0, who, world.cast.owner, state="expo")
    world.begin(0, "wmD", world.cast.colleague)
    make.follow_up(the("wmA"), world.cast.owner, happened_at=moment(LAST - 1))
    make.follow_up(the("wmB"), world.cast.owner, happened_at=moment(1))
    make.follow_up(the("wmD"), world.cast.colleague, happened_at=moment(1))
    count(world, LAST - 3)
    defined(world, 2, ContactKind.FOLLOW_UP)
    world.recount(day(LAST - 2), day(LAST))
    return world


@pytest.fixture
def client(told: World) -> Any:
    return api.client(told.corp)


def asked(world: World, where: str, api: Any, **query: Any) -> Any:
    answer = api.get(f"/api/v1/stats/{where}", {"fromDay": day(2), "toDay": day(LAST)} | query)
    assert answer.status_code == 200, answer.content
    return answer.json()


class TestAnswers:
    def test_activity_tells_the_three_day_by_day_and_by_which_definition(self, told: World, client: Any) -> None:
        answer = asked(told, "activity", client)
        by_day = {row["day"]: [row[name] for name in (*NUMBERS, "definition")] for row in answer["list"]}
        one, two = {"relations": 1, "people": 1}, {"relations": 2, "people": 2}
        assert by_day[day(LAST).isoformat()] == [one, two, one, 1]
        assert by_day[day(2).isoformat()] == [two, {"relations": 0, "people": 0}, two, 0]
        assert [answer["sum"][name] for name in NUMBERS] == [one, two, one]
        assert [answer["before"][name] for name in (*NUMBERS, "definition")] == [
            two,
            {"relations": 0, "people": 0},
            two,
            0,
        ]
        assert answer["activeMeans"] == [
            {"version": 0, "days": 30, "kinds": list(ContactKind), "current": False},
            {"version": 1, "days": 2, "kinds": ["follow_up"], "current": True},
        ]
        assert set(NUMBERS) < set(answer["definitions"])

    def test_it_tells_how_they_lie_among_employees_and_who_has_most_silent_ones(self, told: World, client: Any) -> None:
        told.begin(0, "wmE", told.cast.colleague)
        make.follow_up(the("wmE"), told.cast.colleague, happened_at=moment(1))
        told.recount(day(LAST), day(LAST))
        answer = asked(told, "activity", client)
        silent = answer["spread"]["silent"]
        assert (silent["of"], silent["p0"], silent["p100"], silent["mean"]) == (2, 1, 2, 1.5)
        ranking = [(row["employeeId"], row["silent"]["relations"]) for row in answer["silentRanking"]]
        assert ranking == [(told.cast.colleague.pk, 2), (told.cast.owner.pk, 1)]

    def test_days_counted_before_there_was_anything_of_the_kind_are_not_known_and_not_zero(
        self, told: World, client: Any
    ) -> None:
        DailyStat.objects.filter(metric__in=engaged.STATES).delete()
        answer = asked(told, "activity", client)
        assert {row["silent"] for row in answer["list"] if row["silent"] is None} == {None}
        assert answer["sum"]["active"] is None
        assert answer["silentRanking"] == []

    def test_employees_departments_and_channels_have_them_side_by_side(self, told: World, client: Any) -> None:
        one = {"relations": 1, "people": 1}
        mine = next(
            r for r in asked(told, "employees", client, fromDay=day(0))["list"] if r["employeeId"] == told.cast.owner.pk
        )
        assert [mine[name] for name in NUMBERS] == [one, one, one]
        channel = next(
            r for r in asked(told, "channels", client, fromDay=day(0))["list"] if r["channelId"] == told.channel.pk
        )
        assert [channel[name] for name in NUMBERS] == [one, one, one]

    def test_staff_see_their_own_alone(self, told: World) -> None:
        days = period(told.corp, Span.DAY, day(2), day(LAST))
        answer = activity.activity(scopes.asked(told.cast.actor("owner")), days)
        assert answer["sum"]["silent"] == {"relations": 1, "people": 1}
        assert [row["employeeId"] for row in answer["silentRanking"]] == [told.cast.owner.pk]

    def test_the_file_has_them_behind_the_others(self, told: World, client: Any) -> None:
        answer = client.get("/api/v1/stats/activity/export", {"fromDay": day(LAST), "toDay": day(LAST)})
        head, line = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert head.endswith(
            "active.relations,active.people,silent.relations,silent.people,"
            "neverContacted.relations,neverContacted.people,definition"
        )
        assert line.endswith(",1,1,2,2,1,1,1")
