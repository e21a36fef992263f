"""A worker that dies at any step sends no chat twice, and the next one ends the job right."""

from typing import Any

import pytest

from core import failpoints
from core.failpoints import FailpointHit
from groups.models import GroupTransferJob
from tests.wecom.group_transfers.conftest import House

STEPS = ["group_transfer.taken", "group_transfer.called", "group_transfer.settled", "group_transfer.looked"]


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Arm one step, or none; whoever comes there falls over as by a kill: nothing after it is done."""
    return lambda *steps: monkeypatch.setattr(failpoints, "_ARMED", dict.fromkeys(steps, "raise"))


@pytest.mark.parametrize("leaver", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_each_chat_goes_once(house: House, dies: Any, step: str, leaver: bool) -> None:
    if leaver:
        house.box.company.fire("lina")
        house.box.sync()
    job = house.start()
    dies(step)
    with pytest.raises(FailpointHit):
        for _n in range(3):
            house.work()
            house.pass_time()
    dies()
    for _n in range(4):
        house.pass_time()
        house.work()
    job.refresh_from_db()
    assert (job.state, house.states(job)) == ("done", ["done"] * 4)
    assert (house.handed(), house.theirs("wang")) == ([1] * 4, 4)


def test_killed_before_each_call_again_and_again_it_still_ends(house: House, dies: Any) -> None:
    job = house.start()
    for step in STEPS[:2] * 3:
        dies(step)
        try:
            house.work()
        except FailpointHit:
            house.pass_time()
    dies()
    for _n in range(6):
        house.pass_time()
        house.work()
    assert house.states(job) == ["done"] * 4
    assert house.handed() == [1] * 4
    assert GroupTransferJob.objects.get().state == "done"


def test_nothing_of_a_killed_call_is_taken_by_another_worker_at_once(house: House, dies: Any) -> None:
    job = house.start()
    dies("group_transfer.called")
    with pytest.raises(FailpointHit):
        house.work()
    dies()
    assert house.work() == 0
    assert (house.states(job), house.calls()[0]) == (["sending"] * 4, 1)
