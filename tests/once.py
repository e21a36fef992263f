"""Tests that no database, cache or broker has a part in: run once, with the embedded ones, and not on services."""

from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache

from core import safe_cache
from messaging import broker

# A test here that asks for the database is run in both all the same.
PLACES = (
    "tests/bench/",
    "tests/scripts/",
    "tests/startup/test_project_files.py",
    "tests/test_budgets.py",
    "tests/test_house_rules.py",
    "tests/test_settings.py",
    "tests/wecom/sandbox/",
)
# What a test on its way to the cache or to a broker passes. The database is shut by pytest-django.
DOORS: tuple[tuple[Any, str], ...] = (
    (BaseCache, "make_and_validate_key"),
    (safe_cache, "_store"),
    (broker, "connection"),
)


def once(item: pytest.Item) -> bool:
    """Whether it says the same with any database, cache and broker."""
    if item.get_closest_marker("django_db") or item.get_closest_marker("services"):
        return False
    wanted = set(getattr(item, "fixturenames", ()))
    return item.nodeid.startswith(PLACES) and not wanted & {"db", "transactional_db"}


def deselect(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take them out of this run."""
    config.hook.pytest_deselected(items=[item for item in items if once(item)])
    items[:] = [item for item in items if not once(item)]


def shut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is run once only fails where it would reach a cache or a broker."""
    for owner, name in DOORS:
        monkeypatch.setattr(owner, name, _refused)


def _refused(*_args: Any, **_kwargs: Any) -> Any:
    raise AssertionError("This test is run once only, so it may use neither cache nor broker: see tests/once.py.")
