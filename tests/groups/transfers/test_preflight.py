"""Whether a chat can go, for every pairing of its state, its owner and its new owner."""

import itertools
from typing import Any

import pytest

from corps.choices import EmployeeStatus
from groups.choices import ChatStatus
from groups.models import GroupChat
from groups.transfers import preflight
from tests import make
from tests.conftest import Cast
from tests.groups.transfers.conftest import Desk

OWNERS = ["working", "left", "taker", "nobody"]


def expected(status: ChatStatus, owner: str) -> tuple[str, bool]:
    """(why it can't go, whether by the call for leavers), as the documents say it."""
    leaver = owner == "left" or status == ChatStatus.OWNER_LEFT
    if status == ChatStatus.DISMISSED:
        return "dismissed", leaver
    if owner == "nobody":
        return "no_owner", leaver
    if owner == "taker":
        return "same_owner", leaver
    return ("being_inherited" if status == ChatStatus.INHERITING else ""), leaver


@pytest.mark.parametrize(("status", "owner"), list(itertools.product(ChatStatus, OWNERS)))
def test_each_pairing_has_its_answer(cast: Cast, status: ChatStatus, owner: str) -> None:
    people = {
        "working": cast.owner,
        "left": make.employee(cast.corp, status=5),
        "taker": cast.colleague,
        "nobody": None,
    }
    chat = make.chat(cast.corp, people[owner])
    GroupChat.objects.filter(pk=chat.pk).update(status=status)
    row = GroupChat.objects.select_related("owner").get(pk=chat.pk)
    why = preflight.reasons([row], cast.colleague).get(row.pk, "")
    assert (why, preflight.is_leavers(row)) == expected(status, owner)


@pytest.mark.parametrize(
    ("status", "can_follow", "why"),
    [
        (EmployeeStatus.ACTIVE, True, ""),
        (EmployeeStatus.ACTIVE, False, "no_contact"),
        (EmployeeStatus.DISABLED, True, "inactive"),
        (EmployeeStatus.INACTIVE, True, "inactive"),
        (EmployeeStatus.INACTIVE, False, "inactive"),
        (EmployeeStatus.LEFT, True, "left"),
        (EmployeeStatus.LEFT, False, "left"),
    ],
)
def test_a_taker_must_be_active_and_have_customer_contact(
    cast: Cast, status: EmployeeStatus, can_follow: bool, why: str
) -> None:
    assert preflight.unfit(make.employee(cast.corp, status=status, can_follow=can_follow)) == why


def test_every_reason_has_words(cast: Cast) -> None:
    reasons = {value for name, value in vars(preflight).items() if name.isupper() and isinstance(value, str)}
    assert reasons == set(preflight.WORDS)
    assert all(str(words).endswith((".", "。")) for words in preflight.WORDS.values())


def test_a_thousand_chats_are_looked_through_by_two_statements(
    cast: Cast, desk: Desk, django_assert_num_queries: Any
) -> None:
    desk.chats(25)
    rows = list(GroupChat.objects.select_related("owner"))
    with django_assert_num_queries(2):
        assert preflight.reasons(rows, cast.colleague) == {}
