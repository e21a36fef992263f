"""The nightly comparison of some customers' bitmaps with the record."""

import pytest

from segments.bitmaps import building, checking, memory
from segments.bitmaps.folding import fold
from segments.bitmaps.packing import loaded
from segments.models import Bitmap, BitmapIndex
from tests.conftest import Cast
from tests.segments.bitmaps.world import World


@pytest.fixture
def world(cast: Cast) -> World:
    world = World(cast.corp)
    building.build(cast.corp)
    fold(cast.corp)
    for _n in range(6):
        world.change()
    fold(cast.corp)
    return world


def test_right_bitmaps_pass_and_go_on_answering(cast: Cast, world: World) -> None:
    assert checking.check(cast.corp) == 0
    index = BitmapIndex.objects.get()
    assert (index.generation, index.wrong) == (1, 0)
    assert index.checked_at
    assert memory.current(cast.corp.pk, cast.corp.time_zone)


def test_changes_that_are_not_folded_yet_are_no_mistake(cast: Cast, world: World) -> None:
    for _n in range(6):
        world.change()
    assert checking.check(cast.corp) == 0


@pytest.mark.parametrize("atom", ["all", "city=拉萨;", "status=1;"])
def test_a_customer_too_many_or_too_few_ends_the_answers(
    cast: Cast, world: World, atom: str, caplog: pytest.LogCaptureFixture
) -> None:
    building.build(cast.corp)
    row = Bitmap.objects.filter(atom=atom).first() or Bitmap(corp=cast.corp, generation=2, atom=atom, data=b"")
    row.data = (loaded(row.data) ^ loaded(Bitmap.objects.get(atom="all").data)[-2:]).serialize()
    row.save()
    BitmapIndex.objects.update(base_number=BitmapIndex.objects.get().number)
    assert checking.check(cast.corp) == 2
    index = BitmapIndex.objects.get()
    assert (index.generation, index.wrong) == (0, 2)
    assert memory.current(cast.corp.pk, cast.corp.time_zone) is None
    assert "bitmaps_wrong" in caplog.text
    assert checking.check(cast.corp) is None


def test_a_company_without_bitmaps_has_nothing_to_check(cast: Cast) -> None:
    assert checking.check(cast.corp) is None
    building.build(cast.corp)
    assert checking.check(cast.corp) == 0


def test_the_customers_are_drawn_from_all_over_the_company(cast: Cast, world: World) -> None:
    ids = checking._drawn(cast.corp.pk, 100)
    assert set(ids) <= set(held_ids := [row.pk for row in world.customers]) | set(ids)
    assert len(ids) > len(held_ids) / 2
