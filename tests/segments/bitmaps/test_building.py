"""Bitmaps built from the record beside those that answer, and put into their place at once."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.time import now
from corps.models import Corp
from customers.models import Customer
from segments import tasks
from segments.bitmaps import building, changes, compacting, generations, reading, upkeep
from segments.bitmaps.folding import fold
from segments.models import Bitmap, BitmapDelta, BitmapIndex
from tests.conftest import Cast
from tests.segments.bitmaps.world import World, held, recorded


class Killed(BaseException):
    """What ends a process: nothing catches it."""


def die(*_args: Any) -> None:
    raise Killed


def index() -> BitmapIndex:
    return BitmapIndex.objects.get()


def test_spans_of_ids_together_are_the_whole_company(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SPAN", 5)
    World(cast.corp)
    assert building.build(cast.corp)
    assert held(cast.corp) == recorded(cast.corp)
    assert index().customers == 12
    assert index().size == sum(len(row.data) for row in Bitmap.objects.all())


def test_a_company_without_customers_has_bitmaps_too(cast: Cast) -> None:
    assert building.build(cast.corp)
    assert held(cast.corp) == {}
    World(cast.corp)
    fold(cast.corp)
    assert held(cast.corp) == recorded(cast.corp)


@pytest.mark.parametrize("where", ["bitmaps.read", "bitmaps.written"])
def test_a_build_that_is_killed_leaves_the_old_bitmaps_answering(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    world = World(cast.corp)
    building.build(cast.corp)
    fold(cast.corp)
    before, stands = held(cast.corp), (index().generation, index().number)
    for module in (building, generations):
        monkeypatch.setattr(module, "failpoint", lambda name: die() if name == where else None)
    with pytest.raises(Killed):
        building.build(cast.corp)
    assert (index().generation, index().number) == stands
    assert held(cast.corp) == before
    world.change()
    fold(cast.corp)
    assert held(cast.corp) == recorded(cast.corp)
    # It may still be writing, for all anybody knows; once it has been silent the next one clears up after it.
    assert not upkeep.rebuild(cast.corp)
    BitmapIndex.objects.update(busy_until="2026-01-01T00:00:00Z")
    monkeypatch.undo()
    assert upkeep.rebuild(cast.corp)
    assert set(Bitmap.objects.values_list("generation", flat=True)) == {index().generation}
    assert held(cast.corp) == recorded(cast.corp)


def test_what_changes_and_is_folded_while_a_build_reads_is_kept(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(cast.corp)
    building.build(cast.corp)
    fold(cast.corp)
    read, when = reading.read, iter(["before", "after"])

    def read_slowly(*args: Any) -> Any:
        # The first reading is the build's; the folds in the midst of it read as usual.
        monkeypatch.setattr(reading, "read", read)
        for _n in range(6):
            world.change()
        fold(cast.corp) if next(when) == "before" else None
        found = read(*args)
        for _n in range(6):
            world.change()
        fold(cast.corp)
        return found

    monkeypatch.setattr(reading, "read", read_slowly)
    assert building.build(cast.corp)
    world.change()
    fold(cast.corp)
    assert held(cast.corp) == recorded(cast.corp)


def test_a_first_build_has_the_changes_since_it_began_folded(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    world, read = World(cast.corp), reading.read

    def read_early(*args: Any) -> Any:
        monkeypatch.setattr(reading, "read", read)
        found = read(*args)
        for _n in range(6):
            world.change()
        return found

    monkeypatch.setattr(reading, "read", read_early)
    assert building.build(cast.corp)
    fold(cast.corp)
    assert held(cast.corp) == recorded(cast.corp)


def test_of_two_that_write_at_once_one_does(cast: Cast) -> None:
    World(cast.corp)
    building.build(cast.corp)
    writer = generations.claim(cast.corp)
    assert writer
    assert not building.build(cast.corp)
    assert not compacting.compact(cast.corp)
    assert generations.put_in_place(writer, customers=0)
    assert building.build(cast.corp)


def test_a_writer_who_was_overtaken_takes_no_place(cast: Cast) -> None:
    World(cast.corp)
    slow = generations.claim(cast.corp)
    assert slow
    BitmapIndex.objects.update(busy_until="2026-01-01T00:00:00Z")
    assert building.build(cast.corp)
    before = held(cast.corp)
    assert not generations.put_in_place(slow, customers=0)
    assert held(cast.corp) == before == recorded(cast.corp)


def test_what_was_made_from_bitmaps_that_were_wrong_takes_no_place(cast: Cast) -> None:
    World(cast.corp)
    building.build(cast.corp)
    writer = generations.claim(cast.corp)
    assert writer
    generations.discard(cast.corp.pk, wrong=3)
    assert not generations.put_in_place(writer, customers=0, instead_of=index().claimed - 1)
    assert (index().generation, index().wrong) == (0, 3)
    assert building.build(cast.corp)
    assert index().wrong == 0
    fold(cast.corp)
    assert held(cast.corp) == recorded(cast.corp)


def test_the_bitmaps_are_written_anew_once_many_have_changed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(cast.corp)
    upkeep.keep(cast.corp)
    monkeypatch.setattr(compacting, "LEAST", 12)
    assert index().generation == 1
    upkeep.keep(cast.corp)
    assert (index().generation, BitmapDelta.objects.count()) == (2, 0)
    world.change()
    upkeep.keep(cast.corp)
    assert index().generation == 2
    assert held(cast.corp) == recorded(cast.corp)


def test_another_zone_has_other_days_and_so_other_bitmaps(cast: Cast) -> None:
    world = World(cast.corp)
    upkeep.keep(cast.corp)
    world.change()
    upkeep.keep(cast.corp)
    Corp.objects.filter(pk=cast.corp.pk).update(time_zone="America/New_York")
    corp = Corp.objects.get(pk=cast.corp.pk)
    upkeep.keep(corp)
    assert index().zone == "America/New_York"
    assert held(corp) == recorded(corp) != recorded(cast.corp)


def test_bitmaps_of_another_release_are_built_anew(cast: Cast) -> None:
    World(cast.corp)
    upkeep.keep(cast.corp)
    BitmapIndex.objects.update(form=0)
    assert not compacting.due(cast.corp)
    upkeep.keep(cast.corp)
    assert index().form == generations.FORM
    assert held(cast.corp) == recorded(cast.corp)


def test_the_timetable_keeps_and_checks_every_companys(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    World(cast.corp)
    for corp_id in (cast.corp.pk, cast.other_corp.pk):
        tasks.keep_bitmaps_of(corp_id)
        tasks.check_bitmaps_of(corp_id)
    assert BitmapIndex.objects.exclude(checked_at=None).filter(wrong=0).exclude(generation=0).count() == 2
    asked: list[int] = []
    monkeypatch.setattr(tasks.keep_bitmaps_of, "delay", asked.append)
    monkeypatch.setattr(tasks.check_bitmaps_of, "delay", asked.append)
    tasks.keep_bitmaps()
    monkeypatch.setattr(upkeep, "due", lambda: [7])
    tasks.check_bitmaps()
    assert sorted(asked) == sorted([cast.corp.pk, cast.other_corp.pk, 7])


def test_the_check_is_due_at_its_hour_of_the_companys_day(cast: Cast) -> None:
    at = dict.fromkeys(("2026-05-01T20:30:00+00:00", "2026-05-01T21:30:00+00:00"))
    for moment in at:
        at[moment] = cast.corp.pk in upkeep.due(dt.datetime.fromisoformat(moment))
    assert list(at.values()) == [True, False]


def test_the_command_builds_and_tells(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    World(cast.corp)
    call_command("rebuild_bitmaps", corp=cast.corp.pk)
    assert f"Company {cast.corp.pk}: 12 customers in bitmaps of {index().size} bytes." in capsys.readouterr().out
    assert held(cast.corp) == recorded(cast.corp)
    call_command("rebuild_bitmaps", corp=cast.corp.pk, check=True)
    assert "0 customers were not as the record has them." in capsys.readouterr().out
    call_command("rebuild_bitmaps", check=True)
    assert f"Company {cast.other_corp.pk}: there are no bitmaps." in capsys.readouterr().out
    generations.claim(cast.corp)
    call_command("rebuild_bitmaps", corp=cast.corp.pk)
    assert "somebody else builds its bitmaps just now." in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no company 0"):
        call_command("rebuild_bitmaps", corp=0)


def test_bitmaps_of_a_company_that_rests_look_for_changes_a_margin_behind_the_clock(cast: Cast) -> None:
    world, long_ago, before = World(cast.corp), now() - dt.timedelta(hours=3), now()
    Customer.objects.update(update_time=long_ago)
    building.build(cast.corp)
    watermark = index().watermark
    assert watermark
    assert before - changes.MARGIN <= watermark <= now() - changes.MARGIN
    # What was stamped before that and is seen only now counts as changed still.
    changed = Customer.objects.filter(pk=world.customers[0].pk)
    changed.update(city="拉萨", update_time=watermark - changes.MARGIN + dt.timedelta(seconds=1))
    assert fold(cast.corp) == 1
    assert held(cast.corp) == recorded(cast.corp)


def test_bitmaps_of_a_company_at_work_look_from_its_last_change_on(cast: Cast) -> None:
    World(cast.corp)
    last = now() - changes.MARGIN
    Customer.objects.update(update_time=last)
    building.build(cast.corp)
    assert index().watermark == last
