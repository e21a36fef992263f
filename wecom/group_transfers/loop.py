"""Send what jobs have to send and look at what is in doubt, until told to stop. Any number of these may run."""

import threading

from groups.transfers import claiming
from wecom.group_transfers import looking, sending
from wecom.push.rests import Rests

IDLE = 2.0


def run(stopping: threading.Event) -> None:
    """Until the event is set; a call that has begun is finished first."""
    rests = Rests()
    while not stopping.is_set():
        if not work_round(rests, stopping):
            stopping.wait(IDLE)


def work_round(rests: Rests, stopping: threading.Event) -> int:
    """One call of each job that has something to send, and a look at what is in doubt. Returns how much was done."""
    worked = claiming.lose()
    for job_id in claiming.due_jobs(rests.resting()):
        if stopping.is_set():
            return worked
        if batch := claiming.take(job_id):
            worked += 1
            if until := sending.send(batch):
                rests.rest(batch.job.corp_id, until.timestamp())
    while not stopping.is_set() and (item := claiming.take_look(rests.resting())):
        worked += 1
        if until := looking.look(item):
            rests.rest(item.corp_id, until.timestamp())
    return worked
