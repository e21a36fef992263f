"""Take what is due and bring it to WeCom, until told to stop. Any number of these run side by side."""

import random
import threading
from functools import partial

from core.parts import Part, stop_all
from wecom.push import executing, lanes
from wecom.push.rests import Rests

# WeCom takes five calls of mark_tag at once (client/tags.py).
WORKERS = 4
IDLE = 1.0
_PATIENCE = 20.0


def run(stopping: threading.Event) -> None:
    """Workers until the event is set; a call that has begun is finished first."""
    rests = Rests()
    others = [Part(f"commands-{number}", partial(_work, rests)) for number in range(2, WORKERS + 1)]
    for part in others:
        part.start()
    try:
        _work(rests, stopping)
    finally:
        stop_all(others, patience=_PATIENCE)


def _work(rests: Rests, stopping: threading.Event) -> None:
    while not stopping.is_set():
        if not work_round(rests, stopping):
            stopping.wait(IDLE)


def work_round(rests: Rests, stopping: threading.Event) -> int:
    """Work once on each lane that is due and free. Returns how many were."""
    found = lanes.due(rests.resting())
    # Workers that go through them in one order would meet at each.
    random.shuffle(found)
    worked = 0
    for corp_id, lane in found:
        if stopping.is_set():
            break
        if corp_id in rests.resting() or (hold := lanes.take(corp_id, lane)) is None:
            continue
        worked += 1
        if until := executing.work(hold):
            rests.rest(corp_id, until.timestamp())
    return worked
