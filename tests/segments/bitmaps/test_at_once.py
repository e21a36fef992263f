"""Several folders and writers at once, each on a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core.retry import atomic_retry
from customers import lifecycle
from customers.models import Customer
from segments.bitmaps import building
from segments.bitmaps.folding import fold
from segments.models import BitmapDelta, BitmapIndex
from tests.segments.bitmaps.world import BY, World, held, recorded

pytestmark = pytest.mark.services


def together(*acts: Callable[[], Any]) -> list[Any]:
    """All at once; what each returned."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=30)
            results[place] = act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def test_two_folders_fold_each_change_once(transactional_db: None, cast: Any) -> None:
    World(cast.corp)
    building.build(cast.corp)
    assert sorted(together(*[lambda: fold(cast.corp)] * 3)) == [0, 0, 12]
    assert BitmapIndex.objects.get().number == BitmapDelta.objects.count() == 1
    assert held(cast.corp) == recorded(cast.corp)


def test_two_builders_leave_one_generation(transactional_db: None, cast: Any) -> None:
    World(cast.corp)
    assert sorted(together(*[lambda: building.build(cast.corp)] * 2)) in ([False, True], [True, True])
    assert building.build(cast.corp)
    fold(cast.corp)
    assert held(cast.corp) == recorded(cast.corp)


def test_writers_folders_and_a_builder_at_once_end_in_the_record(transactional_db: None, cast: Any) -> None:
    world = World(cast.corp)
    building.build(cast.corp)

    def write(rows: list[Customer]) -> Callable[[], None]:
        def act() -> None:
            for n in range(10):
                for row in rows:
                    atomic_retry(lifecycle.update)(customer=row, city=f"城{n}", **BY)

        return act

    def folding() -> int:
        return sum(fold(cast.corp, batch=5) for _n in range(20))

    together(
        write(world.customers[:3]), write(world.customers[2:5]), folding, folding, lambda: building.build(cast.corp)
    )
    fold(cast.corp)
    assert held(cast.corp) == recorded(cast.corp)
    assert set(held(cast.corp)["city=城9;"]) >= {row.pk for row in world.customers[:5]}
