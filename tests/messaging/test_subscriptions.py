from typing import Any

import pytest

from messaging import checks, subscriptions


@pytest.mark.parametrize(
    ("name", "handlers"),
    [
        ("shop.order.paid", ["tests.messaging.readers.welcome"]),
        ("shop.order.both", ["tests.messaging.readers.stumble", "tests.messaging.readers.welcome"]),
        ("shop.order.paid.late", []),
        ("sop.task.finished", []),
    ],
)
def test_an_event_finds_the_handlers_that_its_name_matches(name: str, handlers: list[str]) -> None:
    assert subscriptions.handlers_of(name) == handlers


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("sop", True), ("sop.task", True), ("sop.task.done", True), ("sopx.task", False), ("customer.created", False)],
)
def test_a_prefix_means_what_the_exchange_means_by_it(name: str, wanted: bool) -> None:
    assert subscriptions.wanted(name) is wanted


def test_a_handler_named_twice_for_one_event_runs_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.messaging.readers.SUBSCRIPTIONS", {"a.b": ["x.y"], "a.#": ["x.y", "x.z"]})
    assert subscriptions.handlers_of("a.b") == ["x.y", "x.z"]


def test_the_queue_asks_for_what_is_read_and_for_what_is_kept() -> None:
    assert subscriptions.binding_keys() == [
        "shop.#",
        "shop.order.both",
        "shop.order.lost",
        "shop.order.paid",
        "sop.#",
    ]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("customers.handlers.no_such_reader", "messaging.E001"),
        ("no_such_package.handlers.read", "messaging.E001"),
        ("tests.messaging.readers.KEPT", "messaging.E002"),
    ],
)
def test_a_reader_that_does_not_exist_is_found_at_start_up(
    monkeypatch: pytest.MonkeyPatch, path: str, code: str
) -> None:
    monkeypatch.setattr("tests.messaging.readers.SUBSCRIPTIONS", {"a.b": [path]})
    errors = checks.subscriptions_resolve()
    assert [error.id for error in errors] == [code]
    assert path in errors[0].msg


def test_every_reader_of_the_service_exists(settings: Any) -> None:
    settings.EVENT_SUBSCRIPTIONS = "scrm_customer.subscriptions"
    assert subscriptions.table()
    assert checks.subscriptions_resolve() == []
