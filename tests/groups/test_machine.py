"""Readings and events lost, doubled, late and out of order: after one full reading the mirror is the truth."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from corps import tickets
from corps.actors import SYSTEM
from groups import mirroring
from groups.choices import ChatStatus, QuitScene
from groups.facts import ChatFacts
from groups.models import GroupChat, GroupMember
from messaging.models import OutboxEvent
from tests import make
from tests.groups.story import at
from tests.groups.world import RealGroup, RealStay

PEOPLE = [f"wm{name}" for name in "AB"]
AS: dict[str, Any] = {"by": SYSTEM, "source": "callback"}
# How many back: the latest most often.
BACK = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5])


class GroupMachine(RuleBasedStateMachine):
    """One group lives; what WeCom tells of it arrives as it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.corp = make.corp()
        self.owners = [make.employee(self.corp).userid for _n in range(2)]
        self.real = RealGroup("wrReal", self.owners[0])
        # Readings under way: the ticket, and what WeCom showed. They are never taken off, so each may come twice.
        self.readings: list[tuple[int, ChatFacts | None]] = []
        self.events: list[RealStay] = []
        # The stays whose leaving was told while there was a row of them: the mirror has to know how they ended.
        self.told: list[RealStay] = []
        for person in PEOPLE:
            self.real.join(person)
        self.read_at_once()

    # --- What happens there ---

    @precondition(lambda self: self.real.dismissed is None)
    @rule(who=st.sampled_from(PEOPLE))
    def join_or_leave(self, who: str) -> None:
        if who in self.real.present():
            how = QuitScene.LEFT if self.real.minute % 2 else QuitScene.REMOVED
            self.events.append(self.real.leave(who, how))
        else:
            self.real.join(who)

    @precondition(lambda self: self.real.dismissed is None)
    @rule(name=st.sampled_from(["甲群", "乙群", ""]), owner=st.integers(0, 1))
    def rename_and_hand_over(self, name: str, owner: int) -> None:
        self.real.name, self.real.owner = name, self.owners[owner]

    @precondition(lambda self: self.real.dismissed is None and self.real.minute > 8)
    @rule()
    def dismiss(self) -> None:
        self.real.dismiss()

    # --- What is heard of it ---

    @rule()
    def begin_reading(self) -> None:
        self.readings.append((tickets.draw(self.corp.pk), self.real.facts()))

    @precondition(lambda self: self.readings)
    @rule(back=BACK)
    def end_reading(self, back: int) -> None:
        self.apply(*self.readings[-1 - back % len(self.readings)])

    @rule()
    def read_at_once(self) -> None:
        self.apply(tickets.draw(self.corp.pk), self.real.facts())

    @precondition(lambda self: self.events)
    @rule(back=BACK)
    def hear_of_a_leaving(self, back: int) -> None:
        stay = self.events[-1 - back % len(self.events)]
        if self.rows().filter(userid=stay.userid, join_time=at(stay.joined)).exists():
            self.told.append(stay)
        assert stay.left is not None
        mirroring.apply_departures(
            corp_id=self.corp.pk,
            chat_id="wrReal",
            userids=[stay.userid],
            quit_scene=stay.how or 0,
            at=at(stay.left),
            **AS,
        )

    @precondition(lambda self: self.real.dismissed is None)
    @rule(who=st.sampled_from(PEOPLE), more=st.booleans())
    def hear_of_a_leaving_before_a_reading_begun_earlier_ends(self, who: str, more: bool) -> None:
        # Chance would seldom put these four in this order.
        self.begin_reading()
        self.join_or_leave(who)
        if more:
            self.join_or_leave(who)
        if self.events:
            self.hear_of_a_leaving(0)
        self.end_reading(0)

    @precondition(lambda self: self.real.dismissed is not None)
    @rule()
    def hear_of_the_dismissal(self) -> None:
        self.apply(tickets.draw(self.corp.pk), None)

    def apply(self, ticket: int, facts: ChatFacts | None, run_id: int | None = None) -> None:
        if facts:
            mirroring.apply_chats(corp_id=self.corp.pk, chats=[facts], ticket=ticket, run_id=run_id, **AS)
        else:
            gone = at(self.real.dismissed or 0)
            mirroring.dismiss(corp_id=self.corp.pk, chat_id="wrReal", ticket=ticket, at=gone, **AS)

    def rows(self) -> Any:
        return GroupMember.objects.filter(corp=self.corp)

    # --- What always holds ---

    @invariant()
    def each_event_has_a_version_of_its_own_and_the_last_is_the_groups(self) -> None:
        chat = GroupChat.objects.filter(corp=self.corp).first()
        told = OutboxEvent.objects.filter(corp_id=self.corp.pk, aggregate_type="group_chat").order_by("id")
        versions = list(told.values_list("aggregate_version", flat=True))
        assert versions == list(range(1, (chat.version if chat else 0) + 1))

    @invariant()
    def the_counts_are_those_of_the_open_stays(self) -> None:
        for chat in GroupChat.objects.filter(corp=self.corp):
            lasting = chat.members.current().count()
            assert (chat.member_count, chat.customer_count) == (lasting, lasting)

    @invariant()
    def whoever_only_hears_the_events_knows_who_is_in_it(self) -> None:
        heard: dict[str, str] = {}
        events = OutboxEvent.objects.filter(corp_id=self.corp.pk, aggregate_type="group_chat")
        for event in events.order_by("aggregate_version"):
            hear(heard, event.name, event.payload["data"])
        lasting = self.rows().current().values_list("userid", "join_time")
        assert heard == {userid: joined.strftime("%Y-%m-%dT%H:%M:%SZ") for userid, joined in lasting}

    # --- And at the end ---

    def teardown(self) -> None:
        """Events may have been lost; one full sync comes by."""
        facts, ticket = self.real.facts(), tickets.draw(self.corp.pk)
        if facts:
            self.apply(ticket, facts, run_id=1)
        else:
            mirroring.end_unseen(corp_id=self.corp.pk, chat_ids=["wrReal"], ticket=ticket, **AS)
        chat = GroupChat.objects.filter(corp=self.corp).first()
        if facts and chat:
            assert (chat.name, chat.owner.userid, chat.status) == (self.real.name, self.real.owner, ChatStatus.NORMAL)
        elif chat:
            assert chat.status == ChatStatus.DISMISSED
        self.compare_stays()
        self.each_event_has_a_version_of_its_own_and_the_last_is_the_groups()
        self.the_counts_are_those_of_the_open_stays()
        self.whoever_only_hears_the_events_knows_who_is_in_it()

    def compare_stays(self) -> None:
        rows = {(row.userid, row.join_time): row for row in self.rows()}
        real = {(stay.userid, at(stay.joined)): stay for stay in self.real.stays}
        # Nobody is made up, and nobody who is there is missing.
        assert rows.keys() <= real.keys()
        assert {k for k, row in rows.items() if row.left_at is None} == {k for k, s in real.items() if s.left is None}
        for stay in self.told:
            row = rows[stay.userid, at(stay.joined)]
            assert (row.left_at, row.quit_scene) == (at(stay.left or 0), stay.how), stay


def hear(known: dict[str, str], name: str, data: dict[str, Any]) -> None:
    """Apply one event as a reader in another service would."""
    if name == "group.dismissed":
        known.clear()
    for member in data.get("members", ()):
        if name == "group.member.joined":
            known[member["userid"]] = member["joinTime"]
        elif known.get(member["userid"]) == member["joinTime"]:
            del known[member["userid"]]


@pytest.mark.slow
def test_any_sequence_of_readings_and_events_ends_in_the_truth(db: None) -> None:
    run_state_machine_as_test(
        GroupMachine,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
