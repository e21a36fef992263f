"""The mirror's clock: each entry names a task that is there, and each task is a door to one rule."""

from collections.abc import Callable
from typing import Any

import pytest
from celery import Task

from scrm_customer.celery import app
from wecom import tasks
from wecom.archive import reading
from wecom.callbacks import cleaning
from wecom.figures import pulling, talk
from wecom.notices import keeping, sending
from wecom.sync import drift, nightly

DOORS: list[tuple[Any, Any, str]] = [
    (tasks.ask_due_syncs, nightly, "ask_due"),
    (tasks.prune_receipts, cleaning, "prune"),
    (tasks.read_archives, reading, "read_due"),
    (tasks.check_drift, drift, "check_all"),
    (tasks.pull_group_figures, pulling, "pull_due"),
    (tasks.pull_talk_figures, talk, "pull_due"),
    (tasks.send_notices, sending, "send_due"),
    (tasks.prune_notices, keeping, "prune"),
]


@pytest.mark.parametrize(("task", "module", "rule"), DOORS, ids=lambda value: getattr(value, "name", None))
def test_a_task_calls_its_rule_once_and_answers_nothing(
    task: Callable[[], Any], module: Any, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[Any, ...]] = []
    monkeypatch.setattr(module, rule, lambda *given: called.append(given) or 7)
    assert task() is None
    assert called == [()]


@pytest.mark.parametrize(("task", "module", "rule"), DOORS, ids=lambda value: getattr(value, "name", None))
def test_a_rule_that_fails_fails_its_task(
    task: Callable[[], Any], module: Any, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise RuntimeError("not now")

    monkeypatch.setattr(module, rule, fails)
    with pytest.raises(RuntimeError):
        task()


def test_every_task_of_the_mirror_stands_in_the_timetable_and_the_other_way_round() -> None:
    told = {entry["task"] for entry in app.conf.beat_schedule.values() if entry["task"].startswith("wecom.")}
    ours = {task.name for task in vars(tasks).values() if isinstance(task, Task)}
    assert told == ours == {task.name for task, _module, _rule in DOORS}


def test_the_timetable_looks_often_enough_for_the_night_and_not_all_the_time() -> None:
    every = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert 60 <= every["wecom.tasks.ask_due_syncs"] <= 3600
    assert 60 <= every["wecom.tasks.check_drift"] <= 86_400
    assert 60 <= every["wecom.tasks.prune_receipts"] <= 86_400
    assert 60 <= every["wecom.tasks.pull_group_figures"] <= 3600
    assert 60 <= every["wecom.tasks.pull_talk_figures"] <= 3600


def test_no_company_no_work(db: None) -> None:
    assert (nightly.ask_due(), cleaning.prune(), drift.check_all(), pulling.pull_due()) == (0, 0, 0, 0)
    assert (sending.send_due(), keeping.prune(), talk.pull_due(), reading.read_due()) == (0, 0, 0, 0)
