"""The seam between texts and their readers: a row that nobody told whose eyes it is for hides its numbers."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import RuleViolation
from corps.actors import SYSTEM
from corps.choices import Masking
from customers.models import Customer
from customers.privacy import wording
from customers.querysets import knowing_sight
from followups.models import Communication, FollowUp, FollowUpComment, FollowUpMention, FollowUpVersion, Reminder
from tests import make
from tests.conftest import Cast
from tests.customers.privacy.people import choose, numbered

TEXT, SHOWN = "电话13711112222或a@b.cn", "电话137****2222或****"
WORDED = (Communication, FollowUp, FollowUpComment, FollowUpMention, FollowUpVersion, Reminder)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return numbered(cast)


def meant(text: str, customer: Customer, by: Any) -> str:
    return wording.meant(text, stored=TEXT, customer_id=customer.pk, by=by, field="content")


@pytest.mark.parametrize(
    ("row", "seen"), [({}, SHOWN), ({"hides_numbers": True}, SHOWN), ({"hides_numbers": False}, TEXT)]
)
def test_a_row_that_does_not_know_hides(row: dict[str, bool], seen: str) -> None:
    assert wording.shown(SimpleNamespace(**row), TEXT) == seen


@pytest.mark.parametrize("model", WORDED, ids=lambda model: model.__name__)
def test_every_table_with_a_text_tells_by_the_way_that_all_doors_take(cast: Cast, model: Any) -> None:
    for name in ("owner", "manager", "admin"):
        assert "hides_numbers" in model.objects.visible_to(cast.actor(name)).query.annotations


@pytest.mark.parametrize(
    ("chosen", "hidden"),
    [
        (Masking.OFF, {"owner": False, "colleague": False, "admin": False}),
        (Masking.OTHERS, {"owner": False, "colleague": True, "admin": False}),
        (Masking.PEOPLE, {"owner": True, "colleague": True, "admin": False}),
    ],
)
def test_a_row_knows_the_same_when_read_and_when_written(
    cast: Cast, customer: Customer, chosen: Masking, hidden: dict[str, bool]
) -> None:
    row = make.follow_up(customer, cast.owner, content=TEXT)
    choose(cast, chosen)
    for name, expected in hidden.items():
        (read,) = knowing_sight(FollowUp.objects.filter(pk=row.pk), cast.actor(name))
        assert (read.hides_numbers, wording.mark(row, cast.actor(name)).hides_numbers) == (expected, expected)


class TestMeant:
    def test_a_text_without_its_stars_is_what_it_says(self, cast: Cast, customer: Customer) -> None:
        for text in ("改约", "电话13799998888", TEXT):
            assert meant(text, customer, cast.actor("colleague")) == text

    def test_stars_that_are_whole_mean_what_is_there(self, cast: Cast, customer: Customer) -> None:
        assert meant(SHOWN, customer, cast.actor("colleague")) == TEXT

    @pytest.mark.parametrize("text", ["137****2222", f"{SHOWN}。", "只有****"])
    def test_other_texts_with_them_are_refused(self, cast: Cast, customer: Customer, text: str) -> None:
        with pytest.raises(RuleViolation) as refusal:
            meant(text, customer, cast.actor("colleague"))
        assert refusal.value.code == "number_masked"
        assert [error.field for error in refusal.value.errors] == ["content"]

    def test_who_sees_them_whole_means_stars(self, cast: Cast, customer: Customer) -> None:
        for by in (cast.actor("owner"), cast.actor("admin"), SYSTEM):
            assert meant(SHOWN, customer, by) == SHOWN
