from typing import Any

import pytest
from django.db import DatabaseError, connection
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from scrm_customer.beat import SETTLING, STANDBY, LeasedScheduler
from scrm_customer.celery import app


@pytest.fixture
def clocks(transactional_db: None) -> Any:
    """Makes clocks, and stops them in the end. What they send goes into a list instead of the broker."""
    made: list[LeasedScheduler] = []
    sent: list[str] = []

    def _make() -> LeasedScheduler:
        clock = LeasedScheduler(app=app)
        clock._line.settings_dict = {**clock._line.settings_dict, "NAME": connection.settings_dict["NAME"]}
        clock.apply_entry = lambda entry, producer=None: sent.append(entry.name)  # type: ignore[method-assign]
        clock.__dict__["producer"] = None
        made.append(clock)
        return clock

    _make.sent = sent  # type: ignore[attr-defined]
    yield _make
    for clock in made:
        clock.close()


def overdue() -> None:
    """Everything in the timetable is due."""
    PeriodicTask.objects.update(last_run_at="2026-01-01T00:00:00Z")


def tick(clock: LeasedScheduler) -> float:
    """All that is due now, one sending a tick."""
    while (seconds := clock.tick()) == 0:
        pass
    clock.sync()
    return seconds


def test_the_first_timetable_comes_from_the_code(clocks: Any) -> None:
    tick(clocks())
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == set(app.conf.beat_schedule)


def test_of_two_clocks_one_sends(clocks: Any) -> None:
    one, two = clocks(), clocks()
    tick(one)
    overdue()
    one._initial_read, one._heap = True, None
    clocks.sent.clear()
    assert tick(two) == STANDBY
    assert clocks.sent == []
    tick(one)
    assert tick(two) == STANDBY
    assert sorted(clocks.sent) == sorted(app.conf.beat_schedule)


def test_when_the_first_stops_the_second_goes_on_without_sending_anything_twice(clocks: Any) -> None:
    one, two = clocks(), clocks()
    tick(one)
    overdue()
    one._initial_read, one._heap = True, None
    tick(one)
    clocks.sent.clear()
    one.close()
    assert tick(two) > 0
    assert clocks.sent == []
    overdue()
    two._initial_read, two._heap = True, None
    tick(two)
    assert sorted(clocks.sent) == sorted(app.conf.beat_schedule)


def test_what_an_operator_changed_survives_a_restart(clocks: Any) -> None:
    one = clocks()
    tick(one)
    hourly = IntervalSchedule.objects.create(every=2, period=IntervalSchedule.HOURS)
    PeriodicTask.objects.filter(name="count-tags").update(interval=hourly)
    PeriodicTask.objects.filter(name="prune-messages").update(enabled=False)
    one.close()
    two = clocks()
    tick(two)
    assert PeriodicTask.objects.get(name="count-tags").interval == hourly
    assert not PeriodicTask.objects.get(name="prune-messages").enabled
    assert "prune-messages" not in two.schedule


def test_a_clock_whose_database_went_away_stands_back_and_returns(clocks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = clocks()
    tick(clock)

    def away(names: Any) -> set[str]:
        raise DatabaseError("gone away")

    with monkeypatch.context() as outage:
        outage.setattr(clock._locks, "taken", away)
        assert clock.tick() == STANDBY
    overdue()
    tick(clock)
    assert clocks.sent


def test_every_task_of_the_timetable_exists() -> None:
    app.loader.import_default_modules()
    missing = {entry["task"] for entry in app.conf.beat_schedule.values()} - set(app.tasks)
    assert missing == set()


@pytest.fixture
def each_second(transactional_db: None) -> IntervalSchedule:
    # Past the signals, which would stamp a change.
    IntervalSchedule.objects.bulk_create([IntervalSchedule(every=1, period=IntervalSchedule.SECONDS)])
    return IntervalSchedule.objects.get(every=1)


def test_the_first_change_that_anybody_makes_is_read_too(clocks: Any, each_second: IntervalSchedule) -> None:
    clock = clocks()
    tick(clock)
    # As in a database in which nobody has ever changed the timetable.
    PeriodicTasks.objects.all().delete()
    clock._last_timestamp = None
    tick(clock)
    PeriodicTask.objects.create(name="new", task="no.such.task", interval=each_second, one_off=True)
    tick(clock)
    assert "new" in clock.schedule


def test_a_change_that_is_stored_only_after_its_stamp_was_read_is_read_by_a_second_look(
    clocks: Any, each_second: IntervalSchedule
) -> None:
    clock = clocks()
    tick(clock)
    PeriodicTasks.update_changed()
    tick(clock)
    PeriodicTask.objects.bulk_create([PeriodicTask(name="new", task="no.such.task", interval=each_second)])
    assert "new" not in clock.schedule
    clock._look_again -= SETTLING
    assert "new" in clock.schedule
    # One look is enough.
    assert not clock.schedule_changed()
