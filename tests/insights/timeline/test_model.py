"""However events come, late, doubled, in any order, some lost, and whenever the record is gone through: each thing
that happened is on the timeline once."""

import datetime as dt
import random
from collections import Counter
from typing import Any

import pytest

from core.time import now
from corps.actors import SYSTEM
from customers import blacklist, remarks, tagging
from customers.models import BlacklistEntry, Customer, CustomerTag, StageChange
from followups import handlers, reminding, writing
from followups.models import TimelineEntry
from followups.timeline import overlap
from insights.timeline import rebuilding
from insights.timeline.record.witnesses import UNRECORDED
from messaging import subscriptions
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.followups.timeline.heard import READER, incoming

AS: dict[str, Any] = {"by": SYSTEM, "source": "system"}
ACTS = 14


@pytest.fixture(autouse=True)
def _a_day_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is long past when it is heard of, and when the record is gone through."""
    for module in (rebuilding, overlap):
        monkeypatch.setattr(module, "now", lambda: now() + dt.timedelta(days=1))


class Life:
    """Random acts with one customer. Each lies minutes from the next, as the rules' own clock can't be moved."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice, self.clock, self.ticket = cast, random.Random(seed), 0, 0
        readings.read(cast.corp, readings.follow("wmA", cast.owner.userid, 0), ticket=1)
        self.group, self.stages = make.group(cast.corp), [make.stage(cast.corp) for _n in range(3)]
        self.tags = [make.tag(self.group) for _n in range(6)]

    def customer(self) -> Customer:
        return Customer.objects.get(external_userid="wmA")

    def live(self) -> None:
        acts = [self.tag, self.stage, self.write, self.remark, self.remind, self.list, self.join]
        for _n in range(ACTS):
            before = OutboxEvent.objects.count()
            self.clock += 5
            self.dice.choice(acts)()
            self._set_back(before)

    def tag(self) -> None:
        some = self.dice.sample(self.tags, self.dice.randint(1, 2))
        tagging.add_tags(customer=self.customer(), tag_ids=[tag.pk for tag in some], **AS)

    def stage(self) -> None:
        make.staged(self.customer(), self.dice.choice(self.stages))

    def write(self) -> None:
        writing.write(customer=self.customer(), content="电话", happened_at=now() - dt.timedelta(hours=3), **AS)

    def remark(self) -> None:
        self.ticket += 1
        about: dict[str, Any] = {"employee_id": self.cast.owner.pk, "remark": f"老张{self.ticket}"}
        remarks.change_remark(customer=self.customer(), **about, **AS)

    def remind(self) -> None:
        reminding.done(reminder=make.reminder(self.customer(), self.cast.owner), **AS)

    def list(self) -> None:
        if self.customer().blacklisted:
            blacklist.lift(customer=self.customer(), **AS)
        else:
            blacklist.put(customer=self.customer(), reason="恶意", **AS)

    def join(self) -> None:
        make.chat(self.cast.corp, self.cast.owner, self.cast.owner, self.customer())

    def _set_back(self, seen: int) -> None:
        """Move what the act has written back to its minute, in rows and events alike."""
        began = now() - dt.timedelta(minutes=4)
        at = now() - dt.timedelta(days=1) + dt.timedelta(minutes=self.clock)
        for model, column in ((CustomerTag, "create_time"), (StageChange, "at"), (BlacklistEntry, "since")):
            model.objects.filter(**{f"{column}__gte": began}).update(**{column: at})
        BlacklistEntry.objects.filter(ended_at__gte=began).update(ended_at=at)
        for event in list(OutboxEvent.objects.order_by("pk")[seen:]):
            event.payload["timestamp"] = (at + dt.timedelta(seconds=self.dice.randint(0, 20))).isoformat()
            event.save(update_fields=["payload"])


def hear(dice: random.Random, events: list[OutboxEvent]) -> None:
    doubled = [*events, *dice.sample(events, len(events) // 2)]
    dice.shuffle(doubled)
    for event in doubled:
        handlers.customer_changed(incoming(event))


def heard_of() -> list[OutboxEvent]:
    return [event for event in OutboxEvent.objects.order_by("pk") if READER in subscriptions.handlers_of(event.name)]


def rebuild() -> None:
    for _progress in rebuilding.rebuild():
        pass


def told() -> Counter[tuple[Any, ...]]:
    """What is told, thing by thing: of a list of tags each."""
    found: Counter[tuple[Any, ...]] = Counter()
    for entry in TimelineEntry.objects.all():
        facts = dict(entry.facts)
        # What only the one or only the other side knows.
        for fact in ("followUserId", "runId") if entry.kind == "created" else ("runId",):
            facts.pop(fact, None)
        for tag in facts.pop("tagIds", [None]):
            found[entry.customer_id, entry.kind, tag, str(sorted(facts.items()))] += 1
    return found


@pytest.mark.parametrize("seed", range(6))
def test_each_thing_is_told_once_whatever_comes_first(cast: Cast, seed: int) -> None:
    life = Life(cast, seed)
    life.live()
    dice, events = random.Random(seed), heard_of()
    for event in events:
        handlers.customer_changed(incoming(event))
    want = told()
    assert len(want) >= ACTS // 2
    TimelineEntry.objects.all().delete()
    # Some are heard before the record is gone through, the others after.
    cut = dice.randint(0, len(events))
    dice.shuffle(events)
    hear(dice, events[:cut])
    rebuild()
    hear(dice, events[cut:])
    rebuild()
    assert told() == want


@pytest.mark.parametrize("seed", range(3))
def test_of_events_that_never_came_all_comes_back_that_has_a_row(cast: Cast, seed: int) -> None:
    life = Life(cast, seed)
    life.live()
    hear(random.Random(seed), heard_of())
    want = told()
    assert len(want) >= ACTS // 2
    TimelineEntry.objects.all().delete()
    rebuild()
    unrecorded = {kind.value for kind in UNRECORDED}
    # Of the blacklist's ends and the rest, all; of remarks nothing.
    assert told() == Counter({thing: n for thing, n in want.items() if thing[1] not in unrecorded})
