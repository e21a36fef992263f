"""Conditions that name segments: answered by what those segments ask today, alike by every way of asking."""

from typing import Any

import pytest

from core.errors import RuleViolation
from customers import blacklist
from customers.models import Customer
from segments import asking as answers
from segments import catalogue, freshness, whys
from segments.bitmaps import building
from segments.conditions import answering, bounds, compiled, facts, naming_segments, parsing, wording, writing
from segments.conditions.nodes import Asked, Condition, Moment
from segments.conditions.references import Place
from segments.fields import FIELDS
from segments.models import RuleBook, Segment
from segments.refreshing import questions
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import (
    BY,
    asking,
    hear,
    ids,
    last_run,
    listed,
    members,
    move,
    of_city,
    people,
    run_all,
    segment,
    standing,
)

BLACK = {"version": 1, "where": {"field": "blacklisted", "op": "is", "value": True}}


def named(*rows: Segment, op: str = "any") -> dict[str, Any]:
    return asking("segments", op, [row.pk for row in rows])


def parsed(cast: Cast, document: Any) -> Condition:
    return parsing.parse(document, corp=cast.corp)


def found(cast: Cast, document: Any) -> set[int]:
    """By the record, by facts and by bitmaps, which have to agree."""
    condition, moment = parsed(cast, document), answers.moment_of(cast.corp.pk)
    by_record = set(compiled.rows(condition, moment).values_list("pk", flat=True))
    everybody = list(Customer.objects.of_corp(cast.corp.pk).values_list("pk", flat=True))
    known = facts.gather(everybody, corp_id=cast.corp.pk, conditions=[condition])
    assert {pk for pk, held in known.items() if answering.holds(condition, held, moment)} == by_record
    assert set(answers.ids(condition, moment=moment)) == by_record
    return by_record


def refused(cast: Cast, act: Any) -> str:
    """The place of what was wrong. Nothing was stored."""
    before = list(Segment.objects.order_by("pk").values())
    with pytest.raises(RuleViolation) as refusal:
        act()
    assert refusal.value.code == "condition_invalid"
    assert list(Segment.objects.order_by("pk").values()) == before
    return refusal.value.errors[0].field


@pytest.mark.parametrize("bitmaps", [False, True])
def test_those_of_conditions_and_of_lists_are_found_and_the_others_are_not(cast: Cast, bitmaps: bool) -> None:
    beijing, shanghai, wuhan = people(cast.corp, "北京", "上海", "武汉")
    asks, lists = segment(cast.corp, counted=False), listed(cast.corp, [shanghai])
    if bitmaps:
        building.build(cast.corp)
    assert found(cast, named(asks)) == ids(beijing)
    assert found(cast, named(lists)) == ids(shanghai)
    assert found(cast, named(asks, lists)) == ids(beijing, shanghai)
    assert found(cast, named(asks, lists, op="none")) == ids(wuhan)
    assert found(cast, {"version": 1, "where": {"not": named(asks)["where"]}}) == ids(shanghai, wuhan)
    catalogue.remove_members(segment=lists, customer_ids=[shanghai.pk], **BY)
    assert found(cast, named(lists)) == set()


def test_a_segment_leaves_the_blacklist_out_unless_it_asks_for_it(cast: Cast) -> None:
    free, shut_out = people(cast.corp, "北京", "北京")
    blacklist.put(customer=shut_out, reason="r", **BY)
    city, black = segment(cast.corp), segment(cast.corp, BLACK)
    everybody = segment(cast.corp, {"version": 1, "where": None})
    assert members(black) == ids(shut_out)
    # Who only names it doesn't ask for the blacklist.
    assert found(cast, named(black)) == set()
    either = {"any": [{"field": "blacklisted", "op": "is", "value": yes} for yes in (True, False)]}
    for row, inside in ((city, ids(free)), (everybody, ids(free)), (black, ids(shut_out))):
        document = {"version": 1, "where": {"all": [named(row)["where"], either]}}
        assert found(cast, document) == inside, row.pk
    assert found(cast, named(city, everybody)) == ids(free)


def test_it_reads_and_is_written_as_it_was_asked(cast: Cast) -> None:
    first, second = segment(cast.corp, name="老客"), listed(cast.corp, [], name="名单")
    document = named(first, second)
    condition = parsed(cast, document)
    assert writing.document(condition) == document
    assert questions.used_by(condition) == sorted([first.pk, second.pk])
    assert "“老客”" in wording.sentence(condition) and "“名单”" in wording.sentence(condition)
    assert "北京" not in wording.sentence(condition)


def test_of_several_levels_only_the_first_is_named_and_all_are_asked(cast: Cast) -> None:
    one, other = people(cast.corp, "北京", "上海")
    inner = segment(cast.corp, of_city("北京"))
    middle = segment(cast.corp, named(inner, op="none"))
    outer = segment(cast.corp, named(middle, op="none"))
    assert (members(inner), members(middle), members(outer)) == (ids(one), ids(other), ids(one))
    outer.refresh_from_db()
    assert outer.uses == [middle.pk]
    move(other, "北京")
    hear(cast.corp)
    assert (members(middle), members(outer)) == (set(), ids(one, other))


def test_who_names_a_segment_is_asked_anew_when_that_changes(cast: Cast) -> None:
    one, other = people(cast.corp, "北京", "上海")
    inner = segment(cast.corp)
    outer = segment(cast.corp, named(inner))
    catalogue.update_segment(segment=inner, condition=of_city("上海"), **BY)
    run_all()
    assert (members(inner), members(outer)) == (ids(other), ids(other))
    lists = listed(cast.corp, [one])
    beside = segment(cast.corp, named(lists))
    catalogue.add_members(segment=lists, customer_ids=[other.pk], **BY)
    hear(cast.corp)
    assert members(beside) == ids(one, other)


def test_a_list_that_is_still_being_filled_tells_who_names_it(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    frozen = catalogue.freeze_segment(segment=segment(cast.corp), name="冻结", **BY)
    outer = catalogue.create_segment(corp_id=cast.corp.pk, name="外", condition=named(frozen), **BY)
    run_all()
    assert (members(frozen), members(outer)) == (ids(one), ids(one))
    assert last_run(outer).state == "done"


def test_a_circle_is_refused_however_long(cast: Cast) -> None:
    first = segment(cast.corp)
    second = segment(cast.corp, named(first))
    third = segment(cast.corp, named(second, op="none"))
    for row in (first, second, third):
        act = lambda row=row: catalogue.update_segment(segment=first, condition=named(row), **BY)  # noqa: E731
        assert refused(cast, act) == "condition"


def test_what_is_foreign_or_deleted_is_not_named(cast: Cast) -> None:
    foreign, gone = segment(cast.other_corp), segment(cast.corp)
    assert refused(cast, lambda: segment(cast.corp, named(foreign))) == "where.value[0]"
    catalogue.delete_segment(segment=gone, **BY)
    assert refused(cast, lambda: segment(cast.corp, named(gone))) == "condition"
    people(cast.corp, "北京")
    # Others than segments may have named it before: nobody is in it now.
    assert found(cast, named(gone)) == set()


def asked_of(cast: Cast, row: Segment) -> tuple[Any, ...]:
    """What is handed over once the document itself was read."""
    question = Asked("segments", "any", (row.pk,))
    return question, [Place("at", FIELDS["segments"], question.value)], cast.corp, parsing._as_written


def test_segments_within_each_other_have_bounds(cast: Cast, monkeypatch: Any) -> None:
    row = segment(cast.corp, counted=False)
    for _n in range(bounds.NAMED_DEPTH - 1):
        row = segment(cast.corp, named(row), counted=False)
    deepest = parsed(cast, named(row))
    assert writing.document(deepest) == named(row)
    row = segment(cast.corp, named(row), counted=False)
    assert refused(cast, lambda: segment(cast.corp, named(row))) == "where.value"
    wide = segment(cast.corp, counted=False)
    monkeypatch.setattr(bounds, "NAMED_NODES", 2)
    assert parsed(cast, named(wide))
    with monkeypatch.context() as few:
        few.setattr(bounds, "ALL_VALUES", 0)
        assert refused(cast, lambda: naming_segments.resolved(*asked_of(cast, wide))) == "at"
    monkeypatch.setattr(bounds, "NAMED_NODES", 1)
    assert refused(cast, lambda: segment(cast.corp, {"version": 1, "where": {"not": named(wide)["where"]}})) == (
        "where.not.value"
    )


def test_one_that_can_not_be_asked_any_more_is_told_of_who_names_it(cast: Cast) -> None:
    inner = segment(cast.corp)
    outer = segment(cast.corp, named(inner))
    Segment.objects.filter(pk=inner.pk).update(condition={"version": 1, "where": {"field": "shoeSize", "op": "set"}})
    assert refused(cast, lambda: parsed(cast, named(inner))) == "where.value"
    catalogue.update_segment(segment=outer, description="d", **BY)
    assert standing(outer).run == 1


def test_why_goes_into_the_segment_that_is_named(cast: Cast) -> None:
    (one,) = people(cast.corp, "上海")
    inner = segment(cast.corp, of_city("北京"), name="北京")
    row = segment(cast.corp, named(inner))
    told = whys.of(freshness.with_standing(Segment.objects.filter(pk=row.pk)).get(), one).explained
    assert told is not None and not told.holds
    (question,) = told.parts
    assert ("“北京”" in question.sentence, question.holds) == (True, False)
    (means,) = question.parts
    assert [(part.holds, part.held) for part in means.parts] == [(False, "“上海”"), (True, "否")]


def test_rules_that_name_it_hear_of_its_other_condition(cast: Cast) -> None:
    make.tag_rule(cast.corp, make.tag(make.group(cast.corp)))
    row = segment(cast.corp)
    stamp = RuleBook.objects.get(corp_id=cast.corp.pk).stamp
    catalogue.update_segment(segment=row, description="d", **BY)
    assert RuleBook.objects.get(corp_id=cast.corp.pk).stamp == stamp
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    catalogue.delete_segment(segment=row, **BY)
    assert RuleBook.objects.get(corp_id=cast.corp.pk).stamp == stamp + 2


def test_equal_questions_of_a_changed_segment_are_not_the_same(cast: Cast) -> None:
    """Conditions are remembered as functions: another meaning is another condition."""
    row = segment(cast.corp)
    before = parsed(cast, named(row))
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    after = parsed(cast, named(row))
    assert before != after
    assert writing.document(before) == writing.document(after)
    (one,) = people(cast.corp, "上海")
    moment: Moment = answers.moment_of(cast.corp.pk)
    for condition, holds in ((before, False), (after, True)):
        known = facts.gather([one.pk], corp_id=cast.corp.pk, conditions=[condition])[one.pk]
        assert answering.holds(condition, known, moment) is holds
