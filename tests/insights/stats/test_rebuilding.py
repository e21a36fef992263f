"""A rebuild: the same record leaves the same rows, stopped or not, and a later edit moves no loss."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from insights.models import DailyStat, StatWindow
from insights.stats import counting, rebuilding
from insights.stats.families import BEGUN, FAMILIES, Family
from insights.stats.terms import Dim, Metric, Span
from tests.customers.mirroring.readings import pair
from tests.insights.stats import model
from tests.insights.stats.world import FIRST, World, day


@pytest.fixture
def story(world: World) -> World:
    """Who came, left, came back, was handed over."""
    world.begin(1, state="expo")
    world.begin(2, employee=world.cast.colleague)
    world.end(3, "customer")
    world.begin(4)
    world.end(5, "transfer", employee=world.cast.colleague)
    world.begin(5, "wmB", world.both)
    world.end(6, "employee", "wmB", world.both)
    world.at(day(20))
    return world


def marked() -> dict[Any, Any]:
    return {(row.span, row.day): row.computed_at for row in StatWindow.objects.all()}


def test_a_second_run_writes_nothing_and_the_rows_are_equal_to_the_byte(story: World) -> None:
    assert story.rebuild(FIRST, day(10)) > 0
    first = model.in_full()
    story.at(day(21))
    assert story.rebuild(FIRST, day(10)) == 0
    assert model.in_full() == first
    # When it was counted is kept apart.
    assert set(marked().values()) == {story.moment}


def test_a_run_in_pieces_is_one_run(story: World) -> None:
    story.rebuild(FIRST, day(10))
    whole = model.stored(story.corp)
    DailyStat.objects.all().delete()
    steps = rebuilding.rebuild(story.corp, FIRST, day(10))
    for _n in range(5):
        next(steps)
    steps.close()
    assert max(StatWindow.objects.filter(span=Span.DAY).values_list("day", flat=True)) == day(10)
    for first, last in ((4, 6), (6, 10)):
        story.rebuild(day(first), day(last))
    assert model.stored(story.corp) == whole


def test_what_has_become_nothing_goes(story: World) -> None:
    story.at(day(11))
    story.rebuild(FIRST, day(10))
    pair("wmB", story.both.userid).customer.delete()
    story.rebuild(FIRST, day(10))
    assert model.stored(story.corp, model.EPISODES) == model.expected(story.corp, FIRST, day(10))
    assert not DailyStat.objects.filter(dim=Dim.EMPLOYEE, ident=story.both.pk).exists()


def test_a_wrong_row_is_put_right_and_others_are_not_touched(story: World) -> None:
    story.rebuild(FIRST, day(10))
    first = model.in_full()
    DailyStat.objects.filter(day=day(3), metric=Metric.LOST, dim=Dim.CORP, span=Span.DAY).update(relations=9)
    assert story.rebuild(day(3), day(3)) == 1
    assert model.in_full() == first


def test_a_later_edit_or_reading_moves_no_loss(story: World) -> None:
    story.begin(1, "wmZ")
    story.end(3, "customer", "wmZ")
    story.rebuild(FIRST, day(9))
    lost = model.stored(story.corp, [Metric.LOST])
    row = pair("wmZ", story.cast.owner.userid)
    row.update_time = story.moment
    row.save()
    # The full sync goes on naming whoever deleted the employee, and the callback comes again.
    for _time in range(2):
        story.begin(1, "wmZ", remark="改过")
        story.end(3, "customer", "wmZ")
    assert story.rebuild(FIRST, day(9)) == 0
    assert model.stored(story.corp, [Metric.LOST]) == lost


def test_days_that_are_not_over_are_left_out(story: World) -> None:
    story.at(day(3))
    story.rebuild(day(1), day(10))
    assert set(StatWindow.objects.filter(span=Span.DAY).values_list("day", flat=True)) == {day(1), day(2)}
    assert list(rebuilding.rebuild(story.corp, day(3), day(10))) == []


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.counts[0].metric.name)
def test_each_family_is_one_query_for_each_dimension(
    story: World, family: Family, django_assert_num_queries: Any
) -> None:
    window = rebuilding.windows.window(story.corp, Span.DAY, day(1), today=day(20))
    with django_assert_num_queries(len(family.dims)):
        counting.count(story.corp, window, [family])


def test_a_stay_that_ended_at_midnight_ended_on_the_day_that_began_then(story: World) -> None:
    # Midnight of the eighth in Shanghai is 16:00 UTC, eight hours after the day of the readings begins.
    story.begin(1, "wmM")
    story.end(6 + 8 / 24, who="wmM")
    window = rebuilding.windows.window(story.corp, Span.DAY, day(6), today=day(20))
    before = counting.count(story.corp, window, [BEGUN, *FAMILIES[:1], FAMILIES[2]])
    story.rebuild(day(6), day(7))
    rows = model.stored(story.corp, [Metric.LOST_CUSTOMER])
    assert (Span.DAY, day(7), Dim.CORP, Metric.LOST_CUSTOMER, 0, 0) in rows
    assert before[counting.Key(Dim.CORP, Metric.TOTAL, 0, 0)][0] == 2


class TestCommand:
    def test_it_tells_each_day_and_may_begin_anywhere(self, story: World, capsys: Any) -> None:
        call_command("rebuild_stats", "--from", "2026-03-02", "--to", "2026-03-04", "--corp", story.corp.pk)
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == 3
        assert lines[0].startswith(f"Company {story.corp.pk}: 2026-03-02, ")
        call_command("rebuild_stats", "--from", "2026-03-04", "--to", "2026-03-04", "--corp", story.corp.pk)
        assert capsys.readouterr().out == f"Company {story.corp.pk}: 2026-03-04, 0 rows differed.\n"

    def test_without_a_company_all_active_ones_up_to_yesterday(self, story: World, capsys: Any) -> None:
        call_command("rebuild_stats", "--from", day(18).isoformat())
        told = capsys.readouterr().out
        assert [f"Company {corp.pk}: {day(19)}" in told for corp in (story.corp, story.cast.other_corp)] == [True] * 2
        assert str(day(20)) not in told

    @pytest.mark.parametrize(
        "wrong",
        [
            ("--from", "2026-03-05", "--to", "2026-03-01"),
            ("--from", "0001-01-01"),
            ("--from", "2026-03-01", "--corp", "999999"),
        ],
    )
    def test_it_refuses_what_makes_no_sense(self, story: World, wrong: tuple[str, ...]) -> None:
        with pytest.raises(CommandError):
            call_command("rebuild_stats", *wrong)
        assert not DailyStat.objects.exists()
