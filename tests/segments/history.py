"""What has happened with the customers of the scene: stays, follow-ups, group chats, transfers, warnings of loss."""

import datetime as dt
import random
from typing import TYPE_CHECKING, Any

from core.time import now
from corps.models import Corp, Employee
from customers.models import BlacklistEntry, Customer, RelationEpisode, StageChange, TransferItem, TransferJob
from followups.choices import FollowUpKind
from followups.models import FollowUp
from groups.models import ChatTag, GroupChat, GroupMember, GroupTag
from insights.models import ChurnScore
from segments.models import Segment, SegmentStanding, SegmentStay
from segments.querysets import NEVER
from tests import make

if TYPE_CHECKING:
    from tests.segments.scene import Scene

DAY = dt.timedelta(days=1)


def chats_of(corp: Corp, employees: list[Employee]) -> tuple[list[GroupChat], list[GroupTag]]:
    """Three group chats, one without an owner; the first has a tag and the second both."""
    chats = [GroupChat.objects.create(corp=corp, chat_id=f"wr{n}") for n in range(3)]
    GroupChat.objects.filter(pk=chats[0].pk).update(owner=employees[0])
    GroupChat.objects.filter(pk=chats[1].pk).update(owner=employees[1])
    tags = [make.group_tag(make.group_tag_set(corp)) for _ in range(2)]
    for chat, tag in [(chats[0], tags[0]), (chats[1], tags[0]), (chats[1], tags[1])]:
        ChatTag.objects.create(corp=corp, chat=chat, tag=tag, source="api", actor="system")
    return chats, tags


def add(scene: "Scene", customer: Customer, chance: random.Random, *, times: list[dt.datetime]) -> None:
    of: dict[str, Any] = {"corp": scene.corp, "customer": customer}
    for employee in chance.sample(scene.employees, chance.randint(0, 2)):
        _add_stay(of, employee, chance, chance.choice(times))
        ChurnScore.objects.create(
            **of,
            employee=employee,
            score=chance.choice([0, 7, 30, 90]),
            level=chance.choice(["calm", "watch", "high"]),
            as_of=times[0].date(),
        )
    for _ in range(chance.randint(0, 2)):
        FollowUp.objects.create(
            **of,
            employee=chance.choice([None, *scene.employees]),
            actor=chance.choice(["user:7", "api:3"]),
            content="x",
            kind=chance.choice(FollowUpKind.values),
            outcome=chance.choice(["", "", "no_answer", "agreed"]),
            happened_at=chance.choice(times),
            next_at=chance.choice([None, *times]),
        )
        StageChange.objects.create(
            **of,
            from_stage=chance.choice([None, *scene.stages]),
            to_stage=chance.choice([None, *scene.stages]),
            at=chance.choice(times),
            actor="user:7",
            source=chance.choice(["api", "rule"]),
        )
    for _ in range(chance.randint(0, 4)):
        # Often two of one kind and one moment.
        make.entry(
            customer,
            chance.choice([None, *scene.employees]),
            kind=chance.choice(["follow_up", "follow_up", "tag_added", "sop_ended"]),
            at=chance.choice(times[:4]),
            source=chance.choice(["api", "rule"]),
            actor=chance.choice(["user:7", "system"]),
        )
    for chat in chance.sample(scene.chats, chance.randint(0, 2)):
        _add_group_stay(of, chat, chance, times)
    if chance.random() < 0.4:
        _add_ended(of, scene, chance, times)


def _add_stay(of: dict[str, Any], employee: Employee, chance: random.Random, began: dt.datetime) -> None:
    # To the microsecond at both sides of a whole day.
    lasted = chance.choice([None, DAY, DAY - dt.timedelta(microseconds=1), 7 * DAY, 90 * DAY, dt.timedelta(0)])
    RelationEpisode.objects.create(
        **of,
        employee=employee,
        began_at=began,
        ended_at=None if lasted is None else began + lasted,
        ended_by=None if lasted is None else chance.choice([None, 2, 3, 4]),
        add_way=chance.choice([None, 1, 3, 99]),
        state=chance.choice(["", "ABC", "abc", "Z"]),
    )


def _add_group_stay(of: dict[str, Any], chat: GroupChat, chance: random.Random, times: list[dt.datetime]) -> None:
    left = chance.choice([None, *times])
    GroupMember.objects.create(
        **of,
        chat=chat,
        userid=f"wm{of['customer'].pk}",
        type=2,
        join_time=chance.choice(times),
        join_scene=chance.choice([None, 1, 2, 99]),
        left_at=left,
        quit_scene=left and chance.choice([None, 0, 1]),
    )


def _add_ended(of: dict[str, Any], scene: "Scene", chance: random.Random, times: list[dt.datetime]) -> None:
    handover, taker = scene.employees[:2]
    job = TransferJob.objects.create(corp=scene.corp, kind=chance.choice(["onjob", "leaver"]), handover=handover)
    TransferItem.objects.create(
        **of,
        job=job,
        handover=handover,
        taker=chance.choice([None, taker]),
        state=chance.choice(["ready", "waiting", "done", "refused"]),
        sent_at=chance.choice([None, *times]),
        takeover_time=chance.choice([None, *times]),
    )
    BlacklistEntry.objects.create(
        **of,
        reason=chance.choice(["广告", "ABC", "abc"]),
        actor="user:7",
        since=chance.choice(times),
        until=chance.choice([None, *times]),
        ended_at=chance.choice([None, *times]),
        ending=chance.choice(["", "lifted"]),
    )


def segments_of(corp: Corp, some: list[Customer]) -> list[Segment]:
    """A list, of which some have gone and some come with the run that is under way, and conditions that name it and
    each other."""

    def asking(name: str, where: Any) -> Segment:
        condition = {"version": 1, "where": where}
        row = Segment.objects.create(corp=corp, name=name, kind="dynamic", condition=condition)
        SegmentStanding.objects.create(segment=row, corp=corp)
        return row

    listed = Segment.objects.create(corp=corp, name="名单", kind="static")
    SegmentStanding.objects.create(segment=listed, corp=corp, run=2)
    runs = [(1, NEVER), (2, NEVER), (1, 2), (1, 3), (3, NEVER)]
    for n, customer in enumerate(some):
        entered, left = runs[n % len(runs)]
        fields = {"entered_run": entered, "left_run": left, "entered_at": now(), "entered_by": "listed"}
        SegmentStay.objects.create(corp=corp, segment=listed, customer=customer, **fields)
    in_list = {"field": "segments", "op": "any", "value": [listed.pk]}
    everybody = asking("全部", None)
    women = asking("女士", {"field": "gender", "op": "is", "value": 2})
    shut_out = asking("黑名单", {"field": "blacklisted", "op": "is", "value": True})
    named = asking("名单外的女士", {"all": [{"not": in_list}, {"field": "segments", "op": "any", "value": [women.pk]}]})
    return [listed, everybody, women, shut_out, named]
