"""What a reading costs: bounded by the page and not by how many are in the groups."""

import dataclasses
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from corps import tickets
from corps.actors import SYSTEM
from groups import mirroring
from groups.facts import ChatFacts
from groups.models import GroupMember
from tests import make
from tests.conftest import Cast
from tests.groups.story import Story, at

MEMBERS = 500


def crowd(story: Story, first: int = 0, count: int = MEMBERS, **fields: Any) -> ChatFacts:
    members = [make.chat_member(f"wm{n:05}", at(n % 60)) for n in range(first, first + count)]
    return story.facts(*members, **fields)


def cost(story: Story, *chats: ChatFacts, run_id: int | None = None) -> int:
    ticket = tickets.draw(story.corp.pk)
    with CaptureQueriesContext(connection) as seen:
        mirroring.apply_chats(
            corp_id=story.corp.pk, chats=chats, ticket=ticket, by=SYSTEM, source="sync", run_id=run_id
        )
    return len(seen.captured_queries)


@pytest.fixture
def inserts() -> int:
    """The statements that insert a full group: SQLite takes fewer values in one."""
    return 1 if connection.vendor == "mysql" else -(-MEMBERS * 15 // 999) + 1


def test_a_full_group_is_stored_in_a_bounded_number_of_statements(story: Story, inserts: int) -> None:
    # Owner, group, its lock, customers, members, events, group: and two that mark and unmark the savepoint.
    assert cost(story, crowd(story), run_id=1) <= 14 + inserts
    assert GroupMember.objects.count() == MEMBERS


def test_a_full_group_in_which_nothing_changed_costs_ten_statements(story: Story) -> None:
    cost(story, crowd(story))
    assert cost(story, crowd(story), run_id=1) <= 10


def test_a_page_of_groups_in_which_nothing_changed_costs_no_more_than_one(story: Story) -> None:
    page = [crowd(story, chat_id=f"wr{n}", count=40) for n in range(20)]
    cost(story, *page)
    assert cost(story, *page, run_id=1) <= 10


def test_everybody_leaving_and_others_joining_costs_by_the_batch(story: Story, inserts: int) -> None:
    cost(story, crowd(story))
    batches = MEMBERS // 100
    assert cost(story, crowd(story, first=MEMBERS)) <= 15 + inserts + batches
    assert story.counts() == (MEMBERS, MEMBERS)
    assert GroupMember.objects.filter(left_at=None).count() == MEMBERS


def test_one_who_joins_a_full_group_costs_what_one_costs(cast: Cast, story: Story) -> None:
    cost(story, crowd(story))
    small = dataclasses.replace(crowd(story, count=2), chat_id="wrSmall")
    cost(story, small)
    more = dataclasses.replace(crowd(story, count=3), chat_id="wrSmall")
    assert cost(story, crowd(story, count=MEMBERS + 1)) == cost(story, more) <= 16
