"""What is left to the embedded run says the same anywhere, and says so itself when that is no longer true."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches

from core import safe_cache
from messaging import broker
from tests import once

ROOT = Path(__file__).resolve().parents[1]
SANDBOX = "tests/wecom/sandbox/test_tags.py::test_a_tag"


def item(nodeid: str = SANDBOX, marks: tuple[str, ...] = (), fixtures: tuple[str, ...] = ()) -> Any:
    return SimpleNamespace(
        nodeid=nodeid, fixturenames=fixtures, get_closest_marker=lambda name: name if name in marks else None
    )


def test_a_test_without_a_database_in_one_of_the_places_is_run_once() -> None:
    assert once.once(item(fixtures=("monkeypatch", "company")))
    assert [once.once(item(f"{place}x" if place.endswith("/") else f"{place}::x")) for place in once.PLACES] == [
        True
    ] * len(once.PLACES)


@pytest.mark.parametrize(
    "other",
    [
        item(marks=("django_db",)),
        item(marks=("services",)),
        item(fixtures=("db",)),
        item(fixtures=("transactional_db",)),
        item("tests/core/test_composing.py::test_it"),
        item("tests/wecom/test_tags.py::test_it"),
    ],
    ids=["marked", "of services", "with rows", "committing", "elsewhere", "beside"],
)
def test_every_other_test_is_run_on_both(other: Any) -> None:
    assert not once.once(other)


def test_the_places_are_there_and_hold_tests() -> None:
    for place in once.PLACES:
        found = list((ROOT / place).rglob("test_*.py")) if place.endswith("/") else [ROOT / place]
        assert found, place
        assert all(path.is_file() for path in found), place


def test_on_services_they_are_counted_as_left_out_and_the_others_keep_their_order() -> None:
    told: list[Any] = []
    config: Any = SimpleNamespace(hook=SimpleNamespace(pytest_deselected=lambda items: told.extend(items)))
    first, mine, last = item("tests/core/a.py::a"), item(), item(fixtures=("db",))
    items = [first, mine, last]
    once.deselect(config, items)
    assert items == [first, last]
    assert told == [mine]


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="the embedded run is where they are shut")
@pytest.mark.parametrize(
    "reach",
    [
        lambda: cache.get("a"),
        lambda: cache.set("a", 1),
        lambda: caches["default"].add("a", 1),
        lambda: cache.get_many(["a"]),
        lambda: safe_cache.get_bytes("a"),
        lambda: safe_cache.add("a", 1),
        lambda: safe_cache.increment("a", 1, 1),
        lambda: safe_cache.available(),
        lambda: broker.connection(),
        lambda: broker.open_connection(),
    ],
)
def test_a_test_that_is_run_once_fails_on_its_way_to_a_cache_or_a_broker(
    monkeypatch: pytest.MonkeyPatch, reach: Any
) -> None:
    once.shut(monkeypatch)
    with pytest.raises(AssertionError, match="run once only"):
        reach()


def test_what_is_shut_for_one_test_is_open_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as shut:
        once.shut(shut)
    assert safe_cache.available()
    cache.set("a", 1, 10)
    assert cache.get("a") == 1
