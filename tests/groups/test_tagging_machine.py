"""Tags on group chats against plain sets, over whatever acts hypothesis thinks of; the events tell it all."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.errors import RuleViolation
from corps.actors import SYSTEM
from groups import bulk as bulk_rules
from groups import catalogue, tagging
from groups.models import ChatTag, GroupChat, GroupTag
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

AS: dict[str, Any] = {"by": SYSTEM, "source": "api"}
CHATS, TAGS = 3, 4
SOME = st.sets(st.integers(0, TAGS), max_size=3)


class Tagging(RuleBasedStateMachine):
    """Attributes: ``worn``, what each chat wears; ``living``, the tags there are. The last id of ``ids`` is foreign."""

    cast: Cast

    @initialize()
    def begin(self) -> None:
        for model in (ChatTag, GroupTag):
            model.objects.all().delete()
        home = make.group_tag_set(self.cast.corp)
        foreign = make.group_tag(make.group_tag_set(self.cast.other_corp))
        self.ids = [*(make.group_tag(home).pk for _n in range(TAGS)), foreign.pk]
        self.living = set(self.ids[:TAGS])
        self.chats = [make.chat(self.cast.corp, self.cast.owner).pk for _n in range(CHATS)]
        self.worn: dict[int, set[int]] = {chat: set() for chat in self.chats}
        self.first = OutboxEvent.objects.order_by("id").values_list("id", flat=True).last() or 0

    # --- Acts ---

    def why_not(self, add: set[int], remove: set[int]) -> str:
        if add & remove:
            return "tag_both_ways"
        return "group_tag_unknown" if add - self.living else ""

    def named(self, places: set[int]) -> set[int]:
        return {self.ids[place] for place in places}

    @rule(chat=st.integers(0, CHATS - 1), add=SOME, remove=SOME)
    def change(self, chat: int, add: set[int], remove: set[int]) -> None:
        row = GroupChat.objects.get(pk=self.chats[chat])
        adding, removing = self.named(add), self.named(remove)
        refused = self.why_not(adding, removing)
        try:
            change = tagging.change_tags(chat=row, add=adding, remove=removing, **AS)
        except RuleViolation as refusal:
            assert refusal.code == refused
            return
        worn = self.worn[row.pk]
        assert refused == ""
        assert (change.added, change.removed) == (sorted(adding - worn), sorted(removing & worn))
        self.worn[row.pk] = (worn | adding) - removing

    @rule(chosen=st.lists(st.integers(0, CHATS), max_size=5), add=SOME)
    def change_in_bulk(self, chosen: list[int], add: set[int]) -> None:
        """The place behind the last chat stands for one that isn't there."""
        ids, adding = [[*self.chats, 999_999][place] for place in chosen], self.named(add)
        results = bulk_rules.change_tags(chat_ids=ids, add=adding, remove=(), **AS)
        assert [result["groupId"] for result in results] == list(dict.fromkeys(ids))
        for result in results:
            worn = self.worn.get(result["groupId"])
            if worn is None:
                assert (result["status"], result["code"]) == ("failed", "not_found")
            elif code := self.why_not(adding, set()):
                assert (result["status"], result["code"]) == ("failed", code)
            else:
                assert result["added"] == sorted(adding - worn)
                assert result["status"] == ("changed" if adding - worn else "unchanged")
                worn |= adding

    @rule(place=st.integers(0, TAGS - 1), sure=st.booleans())
    def end_a_tag(self, place: int, sure: bool) -> None:
        tag = GroupTag.objects.filter(pk=self.ids[place]).first()
        assert (tag is not None) == (self.ids[place] in self.living)
        if tag is None or not sure:
            return
        assert catalogue.uses_of(tag) == sum(tag.pk in worn for worn in self.worn.values())
        self.living.discard(tag.pk)
        for worn in self.worn.values():
            worn.discard(tag.pk)
        catalogue.delete_tag(tag=tag, **AS)

    # --- What holds always ---

    @invariant()
    def each_chat_wears_what_it_should(self) -> None:
        stored: dict[int, set[int]] = {chat: set() for chat in self.chats}
        for chat, tag in ChatTag.objects.filter(chat__in=self.chats).values_list("chat_id", "tag_id"):
            assert tag not in stored[chat]
            stored[chat].add(tag)
        assert stored == self.worn

    @invariant()
    def who_only_hears_the_events_knows_the_same(self) -> None:
        heard: dict[int, set[int]] = {chat: set() for chat in self.chats}
        told = OutboxEvent.objects.filter(pk__gt=self.first, name__startswith="group.tag.").order_by("id")
        for event in told:
            worn, tags = heard[event.aggregate_id], set(event.payload["data"]["tagIds"])
            # Nothing is told that was so already.
            assert tags <= worn if event.name == "group.tag.removed" else not tags & worn
            worn.symmetric_difference_update(tags)
        assert heard == self.worn

    @invariant()
    def the_versions_of_a_chat_leave_no_gap(self) -> None:
        for chat, version in GroupChat.objects.filter(pk__in=self.chats).values_list("pk", "version"):
            told = OutboxEvent.objects.filter(aggregate_type="group_chat", aggregate_id=chat).order_by("id")
            assert list(told.values_list("aggregate_version", flat=True)) == list(range(1, version + 1))

    @invariant()
    def the_list_finds_each_by_its_tags(self) -> None:
        for tag in self.ids:
            found = set(GroupChat.objects.tagged(all_of=[tag]).values_list("pk", flat=True))
            assert found == {chat for chat, worn in self.worn.items() if tag in worn}


def test_tags_on_chats_are_what_a_set_of_them_would_be(cast: Cast) -> None:
    machine = type("Tagging", (Tagging,), {"cast": cast})
    run_state_machine_as_test(machine, settings=settings(max_examples=6, stateful_step_count=15, deadline=None))
