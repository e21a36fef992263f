"""Single values of another service: taken for what they are, or for nothing."""

from typing import Any

import pytest

from core.time import from_wire
from followups.sops import words
from followups.sops.told import LAST_STEP, read
from tests import make
from tests.conftest import Cast
from tests.followups.operation import story

STRANGE: list[Any] = [None, True, 1.5, "", [], {}, ["a"], {"a": 1}, b"x"]


def test_an_id_is_a_number_or_what_can_stand_in_an_address() -> None:
    good = {"en-1": "en-1", 12: "12", "a.b:c_d": "a.b:c_d", "x" * 64: "x" * 64}
    assert {told: words.ident(told) for told in good} == good
    for told in [*STRANGE, "x" * 65, "../x", ".", "-a", "a b", "a/b", "a\n", "编号", "a\x00"]:
        assert words.ident(told) == "", told


def test_a_text_is_cut_and_holds_nothing_unprintable() -> None:
    assert words.text("  欢\x00迎\n信 ", most=10) == "欢迎信"
    assert words.text("长" * 300, most=100) == "长" * 100
    assert [words.text(told, most=9) for told in STRANGE] == [""] * len(STRANGE)


def test_a_number_is_whole_and_within_its_bounds() -> None:
    assert [words.number(n, least=1, most=3) for n in (0, 1, 3, 4, -1)] == [None, 1, 3, None, None]
    assert [words.number(told) for told in [*STRANGE, "1"]] == [None] * (len(STRANGE) + 1)


def test_a_list_holds_ids_and_names_and_has_an_end() -> None:
    told = {"a": [1, "x", None, True, {"b": 2}], "b": "xyz", "c": list(range(500))}
    assert words.listed(told, "a", "b", "d") == [1, "x"]
    assert len(words.listed(told, "a", "c")) == 100


@pytest.mark.parametrize("told", [*STRANGE, "2026-11-01", "2026-11-01T08:00:00", "1926-11-01T08:00:00Z", "20x", 20])
def test_what_is_no_instant_of_this_century_is_none(told: Any) -> None:
    assert from_wire(told) is None


def test_an_instant_is_the_same_in_every_zone() -> None:
    assert from_wire("2026-11-01T08:00:00+08:00") == from_wire("2026-11-01T00:00:00Z")


def test_people_tags_and_customers_are_those_of_the_company(cast: Cast) -> None:
    foreign = make.customer(cast.other_corp, cast.stranger, external_userid="wmForeign")
    own = make.customer(cast.corp, cast.owner, external_userid="wmOwn")
    assert words.employee(cast.corp.pk, cast.owner.pk) == cast.owner.pk
    assert words.employee(cast.corp.pk, cast.stranger.pk) is None
    assert words.customer(cast.corp.pk, {"externalUserid": "wmOwn"}) == own
    assert words.customer(cast.corp.pk, {"externalUserid": "wmown"}) is None
    assert words.customer(cast.corp.pk, {"customerId": foreign.pk, "externalUserid": "wmOwn"}) is None
    assert words.tag(cast.corp.pk, make.tag(make.group(cast.other_corp)).pk) is None


def test_a_later_step_ranks_higher_and_the_end_highest(cast: Cast) -> None:
    told = story(cast.corp.pk, make.customer(cast.corp, cast.owner).pk)
    ranks = [read(event).rank for event in told]
    assert ranks == sorted(set(ranks))
    assert ranks[-1] > 2 * LAST_STEP + 2
