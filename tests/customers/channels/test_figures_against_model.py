"""The figures beside a plain reckoning over the same histories: whatever came and went, both say the same."""

import datetime as dt
import random
from collections import defaultdict
from typing import Any

import pytest

from core.time import now
from corps.models import Employee
from customers.channels import figures
from customers.channels.figures import NONE, SPANS, UNKNOWN, Days
from customers.choices import RelationStatus
from customers.models import Channel, ContactWay, Customer, RelationEpisode
from tests import make
from tests.conftest import Cast

STATES = ["", "", "expo", "EXPO", "flyer", "unheard", "neither"]
WAYS = [None, 1, 3, 16, 99]
ENDINGS = [None, *(int(status) for status in RelationStatus if status != RelationStatus.ACTIVE)]
CUSTOMERS, STAYS = 12, 90


class Model:
    """The same sums by loops over all stays, as one would explain them."""

    def __init__(self, episodes: list[RelationEpisode], moment: dt.datetime) -> None:
        self.episodes, self.moment = episodes, moment

    def by(self, bucket: Any, days: Days) -> dict[int, tuple[Any, ...]]:
        """Bucket → (added, people, lost, people, kept), where anything happened."""
        added: dict[int, list[RelationEpisode]] = defaultdict(list)
        lost: dict[int, list[RelationEpisode]] = defaultdict(list)
        for one in self.episodes:
            key = bucket(one)
            if key is None:
                continue
            if days.start <= one.began_at < days.end:
                added[key].append(one)
            ended = one.ended_at is not None and days.start <= one.ended_at < days.end
            if ended and one.ended_by != RelationStatus.ENDED_BY_TRANSFER:
                lost[key].append(one)
        return {key: self._row(added[key], lost[key]) for key in {*added, *lost}}

    def _row(self, added: list[RelationEpisode], lost: list[RelationEpisode]) -> tuple[Any, ...]:
        kept = {}
        for span in SPANS:
            ripe = [one for one in added if one.began_at <= self.moment - dt.timedelta(days=span)]
            kept[span] = (len(ripe), sum(self._stayed(one, span) for one in ripe))
        people = [len({one.customer_id for one in some}) for some in (added, lost)]
        return len(added), people[0], len(lost), people[1], kept

    @staticmethod
    def _stayed(one: RelationEpisode, span: int) -> bool:
        if one.ended_at is None or one.ended_by == RelationStatus.ENDED_BY_TRANSFER:
            return True
        return one.ended_at >= one.began_at + dt.timedelta(days=span)


class Company:
    """Channels, codes and a history drawn from a seed."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.corp, self.dice = cast.corp, random.Random(seed)
        self.moment = now().replace(microsecond=0)
        self.expo = make.channel(cast.corp, "expo", "flyer", add_ways=[16])
        self.upper = make.channel(cast.corp, "EXPO", add_ways=[1, 99])
        make.channel(cast.other_corp, "unheard", add_ways=[3])
        self.ways = [make.contact_way(cast.corp, cast.owner, channel=self.expo) for _n in range(2)]
        self.states = [*STATES, *(way.state for way in self.ways)]
        people = [cast.owner, cast.colleague, cast.manager]
        customers = [make.customer(cast.corp) for _n in range(CUSTOMERS)]
        rows = [self._stay(self.dice.choice(customers), self.dice.choice(people)) for _n in range(STAYS)]
        RelationEpisode.objects.bulk_create(self._possible(rows))
        self.episodes = list(RelationEpisode.objects.all())

    def _stay(self, customer: Customer, employee: Employee) -> RelationEpisode:
        began = self.moment - dt.timedelta(seconds=self.dice.randrange(120 * 86_400))
        # Half of them in whole days, where the bounds of the spans lie.
        ended = began + dt.timedelta(days=self.dice.choice([0, 1, 6, 7, 8, 29, 30, 31, 90, 100]))
        over = self.dice.random() < 0.6 and ended <= self.moment
        return RelationEpisode(
            corp_id=customer.corp_id,
            customer=customer,
            employee=employee,
            began_at=began,
            ended_at=ended if over else None,
            ended_by=self.dice.choice(ENDINGS) if over else None,
            state=self.dice.choice(self.states),
            add_way=self.dice.choice(WAYS),
        )

    @staticmethod
    def _possible(rows: list[RelationEpisode]) -> list[RelationEpisode]:
        """One open stay of a pair at most, as the table has it."""
        found, open_pairs, begun = [], set(), set()
        for row in rows:
            pair = (row.customer_id, row.employee_id)
            if (row.ended_at is None and pair in open_pairs) or (*pair, row.began_at) in begun:
                continue
            begun.add((*pair, row.began_at))
            if row.ended_at is None:
                open_pairs.add(pair)
            found.append(row)
        return found

    def channel_of(self, one: RelationEpisode) -> int:
        named: dict[str, Channel] = {"expo": self.expo, "flyer": self.expo, "EXPO": self.upper}
        named |= {way.state: self.expo for way in self.ways}
        if one.state:
            return named[one.state].pk if one.state in named else UNKNOWN
        ways = {16: self.expo, 1: self.upper, 99: self.upper}
        return ways[one.add_way].pk if one.add_way in ways else NONE

    def way_of(self, one: RelationEpisode) -> int | None:
        return next((way.pk for way in self.ways if way.state == one.state), None)

    def spans(self) -> list[Days]:
        today = self.moment.astimezone(self.corp.zone).date()
        asked = [(0, 0), (6, 0), (29, 0), (91, 0), (91, 20), (40, 8), (7, 7)]
        return [
            figures.days_of(self.corp, today - dt.timedelta(days=first), today - dt.timedelta(days=last))
            for first, last in asked
        ]


def row_of(one: figures.Figures) -> tuple[Any, ...]:
    return one.added, one.added_people, one.lost, one.lost_people, one.kept or dict.fromkeys(SPANS, (0, 0))


@pytest.mark.parametrize("seed", range(4))
def test_channels_and_codes_are_counted_as_a_person_would(
    cast: Cast, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = Company(cast, seed)
    monkeypatch.setattr(figures, "now", lambda: company.moment)
    model = Model(company.episodes, company.moment)
    for days in company.spans():
        told = {one.key: row_of(one) for one in figures.by_channel(cast.corp, days)}
        empty = (0, 0, 0, 0, dict.fromkeys(SPANS, (0, 0)))
        said = {company.expo.pk: empty, company.upper.pk: empty, UNKNOWN: empty, NONE: empty}
        said |= {way.channel_id: empty for way in ContactWay.objects.filter(corp=cast.corp)}
        assert told == said | model.by(company.channel_of, days), days
        ways = {key: row_of(one) for key, one in figures.by_way(cast.corp, days).items()}
        assert ways == model.by(company.way_of, days), days


@pytest.mark.parametrize("seed", range(2))
def test_unknown_states_are_the_unknown_of_the_figures(cast: Cast, seed: int) -> None:
    company = Company(cast, seed)
    for days in company.spans():
        unknown = next(one for one in figures.by_channel(cast.corp, days) if one.key == UNKNOWN)
        rows = figures.unknown_states(cast.corp, days)
        assert sum(row["added"] for row in rows) == unknown.added
        assert {row["state"] for row in rows} <= {"unheard", "neither"}
        assert [row["added"] for row in rows] == sorted((row["added"] for row in rows), reverse=True)


@pytest.mark.parametrize("seed", range(2))
def test_the_parts_of_a_span_add_up_to_it(cast: Cast, seed: int) -> None:
    """Adds and losses of two halves are those of the whole: each stay counts in one day."""
    company = Company(cast, seed)
    today = company.moment.astimezone(cast.corp.zone).date()

    def counted(first: int, last: int) -> dict[int, tuple[int, int]]:
        days = figures.days_of(cast.corp, today - dt.timedelta(days=first), today - dt.timedelta(days=last))
        return {one.key: (one.added, one.lost) for one in figures.by_channel(cast.corp, days)}

    whole, early, late = counted(60, 0), counted(60, 30), counted(29, 0)
    assert whole == {key: (early[key][0] + late[key][0], early[key][1] + late[key][1]) for key in whole}
