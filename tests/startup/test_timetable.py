"""The timetable of the code: what it names exists, and it is only the first word on what the operators may change."""

from typing import Any

import pytest
from django_celery_beat.models import PeriodicTask

from messaging import subscriptions as reading
from scrm_customer import subscriptions
from scrm_customer.beat import LeasedScheduler
from scrm_customer.celery import app
from scrm_customer.worker import PlainConsumer

ENTRIES = sorted(app.conf.beat_schedule.items())
NAMES = [name for name, _entry in ENTRIES]


@pytest.fixture
def clock(transactional_db: None, settings: Any) -> Any:
    """Makes a clock that writes its first timetable; closed in the end."""
    made: list[LeasedScheduler] = []

    def start() -> LeasedScheduler:
        clock = LeasedScheduler(app=app, lazy=True)
        clock.update_from_dict(app.conf.beat_schedule)
        made.append(clock)
        return clock

    yield start
    for each in made:
        each.close()


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=NAMES)
def test_an_entry_names_a_task_that_is_registered_and_when_it_runs(name: str, entry: dict[str, Any]) -> None:
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks
    assert 10 <= entry["schedule"] <= 86_400
    assert set(entry) <= {"task", "schedule", "args", "kwargs", "options"}


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=NAMES)
def test_a_task_of_the_timetable_can_be_called_as_the_clock_calls_it(
    name: str, entry: dict[str, Any], db: None
) -> None:
    """Late, twice or on an empty database: it does its work and asks for nothing."""
    app.loader.import_default_modules()
    task = app.tasks[entry["task"]]
    task.apply(args=entry.get("args", ()), kwargs=entry.get("kwargs", {}), throw=True)
    task.apply(args=entry.get("args", ()), kwargs=entry.get("kwargs", {}), throw=True)


def test_no_two_entries_run_the_same_task() -> None:
    tasks = [entry["task"] for _name, entry in ENTRIES]
    assert len(set(tasks)) == len(tasks)


def test_the_first_start_writes_every_entry_and_a_second_none(clock: Any) -> None:
    clock()
    first = list(PeriodicTask.objects.order_by("name").values("pk", "name", "task", "interval__every", "enabled"))
    assert [row["name"] for row in first] == NAMES
    assert all(row["enabled"] for row in first)
    clock()
    assert (
        list(PeriodicTask.objects.order_by("name").values("pk", "name", "task", "interval__every", "enabled")) == first
    )


@pytest.mark.parametrize(
    "change", [{"enabled": False}, {"task": "corps.tasks.other"}, {"kwargs": '{"days": 3}'}, {"one_off": True}]
)
@pytest.mark.parametrize("name", [NAMES[0], NAMES[-1]])
def test_what_an_operator_wrote_survives_a_start(clock: Any, name: str, change: dict[str, Any]) -> None:
    clock()
    PeriodicTask.objects.filter(name=name).update(**change)
    clock()
    kept = PeriodicTask.objects.get(name=name)
    assert {field: getattr(kept, field) for field in change} == change


def test_an_entry_that_came_with_a_new_version_is_added_to_what_is_there(clock: Any) -> None:
    clock()
    PeriodicTask.objects.filter(name=NAMES[0]).delete()
    PeriodicTask.objects.filter(name=NAMES[1]).update(enabled=False)
    clock()
    assert PeriodicTask.objects.get(name=NAMES[0]).enabled
    assert not PeriodicTask.objects.get(name=NAMES[1]).enabled


def test_an_operators_own_entry_stays(clock: Any) -> None:
    clock()
    own = PeriodicTask.objects.get(name=NAMES[0])
    own.pk, own.name = None, "our own"
    own.save()
    clock()
    assert PeriodicTask.objects.filter(name="our own").exists()


def test_the_worker_declares_one_queue_and_none_for_delays() -> None:
    assert [queue.name for queue in app.conf.task_queues] == [app.conf.task_default_queue]
    steps = " ".join(map(str, PlainConsumer.Blueprint.default_steps))
    assert "delayed_delivery" not in steps
    assert "tasks" in steps.lower()


@pytest.mark.parametrize("name", sorted(subscriptions.SUBSCRIPTIONS))
def test_a_reader_stands_above_what_it_reads(name: str, settings: Any) -> None:
    settings.EVENT_SUBSCRIPTIONS = "scrm_customer.subscriptions"
    handlers = reading.handlers_of(name)
    assert handlers == subscriptions.SUBSCRIPTIONS[name]
    assert all(path.split(".")[0] != name.split(".")[0] for path in handlers)


def test_what_nobody_reads_yet_is_kept(settings: Any) -> None:
    settings.EVENT_SUBSCRIPTIONS = "scrm_customer.subscriptions"
    assert reading.wanted("employee.left")
    assert reading.handlers_of("employee.left") == []
    assert not reading.wanted("invoice.paid")
