"""Bitmaps that follow the record: after any acts, folded say exactly what built anew would say."""

import datetime as dt

import pytest

from core.time import now
from customers import lifecycle
from customers.models import Customer
from segments.bitmaps import building, changes, compacting, folding, holding, memory
from segments.bitmaps.folding import fold
from segments.bitmaps.holding import Gone
from segments.models import Bitmap, BitmapDelta, BitmapIndex
from tests import make
from tests.conftest import Cast
from tests.segments.bitmaps.world import BY, RARE, World, held, recorded


def index(cast: Cast) -> BitmapIndex:
    return BitmapIndex.objects.get(corp=cast.corp)


@pytest.mark.parametrize("seed", range(3))
def test_folded_bitmaps_say_what_the_record_says_after_any_acts(cast: Cast, seed: int) -> None:
    world = World(cast.corp, seed=seed)
    make.customer(cast.other_corp, cast.stranger, city="北京")
    assert building.build(cast.corp)
    assert held(cast.corp) == recorded(cast.corp)
    for _round in range(8):
        acts = [world.change() for _ in range(world.dice.randrange(1, 6))]
        if world.dice.random() < 0.3:
            RARE[0](world)
        while fold(cast.corp, batch=3) == 3:
            pass
        assert held(cast.corp) == recorded(cast.corp), acts
    assert compacting.compact(cast.corp)
    assert BitmapDelta.objects.count() == 0
    assert held(cast.corp) == recorded(cast.corp)


def test_a_process_that_knows_an_earlier_fold_comes_to_know_the_next(cast: Cast) -> None:
    world = World(cast.corp)
    building.build(cast.corp)
    for _round in range(5):
        known = memory.current(cast.corp.pk, cast.corp.time_zone)
        assert known
        known.atoms(known.names)
        world.change()
        fold(cast.corp)
        later = memory.current(cast.corp.pk, cast.corp.time_zone)
        assert later
        assert {name: ids for name, ids in later.atoms(later.names).items() if ids} == recorded(cast.corp)


def test_a_process_reads_a_bitmap_once_and_the_stand_with_one_statement(
    cast: Cast, django_assert_num_queries: object
) -> None:
    World(cast.corp)
    building.build(cast.corp)
    with django_assert_num_queries(4):  # type: ignore[operator]
        known = memory.current(cast.corp.pk, cast.corp.time_zone)
        known.atoms(["all", "city=北京;"])  # type: ignore[union-attr]
    with django_assert_num_queries(1):  # type: ignore[operator]
        again = memory.current(cast.corp.pk, cast.corp.time_zone)
        assert again is known
        again.atoms(["all", "city=北京;"])  # type: ignore[union-attr]


def test_nothing_changed_folds_nothing_and_a_repeat_neither(cast: Cast) -> None:
    World(cast.corp)
    building.build(cast.corp)
    assert fold(cast.corp) == 12
    before = BitmapIndex.objects.values().get()
    assert fold(cast.corp) == 0
    assert BitmapIndex.objects.values().get() == before


def test_a_change_stamped_before_the_watermark_and_committed_after_is_folded(cast: Cast) -> None:
    world = World(cast.corp)
    building.build(cast.corp)
    fold(cast.corp)
    late = world.customers[0]
    Customer.objects.filter(pk=late.pk).update(city="拉萨", update_time=now() - dt.timedelta(minutes=4))
    assert fold(cast.corp) == 1
    assert list(held(cast.corp)["city=拉萨;"]) == [late.pk]
    assert fold(cast.corp) == 0


def test_changes_are_folded_in_the_order_of_time_and_none_is_left_between_batches(cast: Cast) -> None:
    world = World(cast.corp)
    building.build(cast.corp)
    fold(cast.corp)
    moment = now() + dt.timedelta(hours=1)
    for n, row in enumerate(reversed(world.customers)):
        Customer.objects.filter(pk=row.pk).update(city="拉萨", update_time=moment + dt.timedelta(minutes=10 * n))
    assert [fold(cast.corp, batch=5) for _n in range(3)] == [5, 5, 2]
    assert held(cast.corp) == recorded(cast.corp)


def test_many_layers_become_one_and_readers_of_any_of_them_go_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "MANY", 3)
    world = World(cast.corp)
    building.build(cast.corp)
    fold(cast.corp)
    readers = [holding.first(index(cast))]
    for n in range(7):
        lifecycle.update(customer=world.customers[n % 2], city=f"城{n}", **BY)
        assert fold(cast.corp) == 1
        assert BitmapDelta.objects.count() <= 3
        for reader in readers:
            now_held = reader.at(index(cast))
            assert {k: v for k, v in now_held.atoms(now_held.names).items() if v} == recorded(cast.corp)
        readers.append(holding.first(index(cast)))


def test_a_reader_who_misses_a_fold_begins_again(cast: Cast) -> None:
    world = World(cast.corp)
    building.build(cast.corp)
    fold(cast.corp)
    old = holding.first(index(cast))
    for city in ("拉萨", "西宁", "银川"):
        lifecycle.update(customer=world.customers[0], city=city, **BY)
        fold(cast.corp)
    present = index(cast)
    BitmapDelta.objects.filter(number=present.number - 1).delete()
    with pytest.raises(Gone):
        old.at(present)
    BitmapDelta.objects.filter(number=present.number).delete()
    with pytest.raises(Gone):
        holding.first(present)


def test_a_reader_whose_generation_was_deleted_begins_again(cast: Cast) -> None:
    world = World(cast.corp)
    building.build(cast.corp)
    old = holding.first(index(cast))
    building.build(cast.corp)
    with pytest.raises(Gone):
        old.atoms(["city=北京;"])
    with pytest.raises(Gone):
        _ = old.names
    assert Bitmap.objects.values("generation").distinct().count() == 1
    assert len(world.customers) == len(held(cast.corp)["all"])


def test_folding_waits_until_there_are_bitmaps_that_serve(cast: Cast) -> None:
    World(cast.corp)
    assert fold(cast.corp) == 0
    building.build(cast.corp)
    BitmapIndex.objects.update(form=0)
    assert fold(cast.corp) == 0
    assert memory.current(cast.corp.pk, cast.corp.time_zone) is None
    BitmapIndex.objects.update(form=1, zone="UTC")
    assert fold(cast.corp) == 0
    assert memory.current(cast.corp.pk, cast.corp.time_zone) is None


def test_what_a_process_holds_is_bounded(cast: Cast, settings: object) -> None:
    World(cast.corp)
    building.build(cast.corp)
    known = memory.current(cast.corp.pk, cast.corp.time_zone)
    assert known
    known.atoms(known.names)
    assert known.size > 100
    settings.BITMAP_MEMORY = 100  # type: ignore[attr-defined]
    fold(cast.corp)
    fresh = memory.current(cast.corp.pk, cast.corp.time_zone)
    assert fresh
    assert fresh.size == 0
    assert held(cast.corp) == recorded(cast.corp)


def test_where_nothing_changes_the_watermark_follows_the_clock_a_margin_behind(cast: Cast) -> None:
    world = World(cast.corp)
    building.build(cast.corp)
    fold(cast.corp)
    known = memory.current(cast.corp.pk, cast.corp.time_zone)
    assert fold(cast.corp) == 0
    assert memory.current(cast.corp.pk, cast.corp.time_zone) is known
    assert known
    long_ago = now() - dt.timedelta(hours=1)
    Customer.objects.update(update_time=long_ago)
    BitmapIndex.objects.update(watermark=long_ago, recent=b"")
    while fold(cast.corp):
        pass
    before = now()
    fold(cast.corp)
    watermark = index(cast).watermark
    assert watermark
    assert before - 2 * changes.MARGIN < watermark <= now() - changes.MARGIN
    assert changes.unpacked(index(cast).recent) == frozenset()
    present = memory.current(cast.corp.pk, cast.corp.time_zone)
    assert present
    assert (present.watermark, present.known) == (watermark, frozenset())
    # What is stamped before it and committed after is found still.
    Customer.objects.filter(pk=world.customers[0].pk).update(
        city="拉萨", update_time=watermark - dt.timedelta(minutes=4)
    )
    assert fold(cast.corp) == 1
    assert held(cast.corp) == recorded(cast.corp)
