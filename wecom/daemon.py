"""The mirror's loops: what WeCom has told us, what it has to be told, who and what is handed over, and full syncs.

All of them read rows and claim what is due, so any number of daemons run side by side, and a row whose worker died is
found by another. No broker and no Redis is needed for that.
"""

import os
import threading
from functools import partial

import structlog

from core.parts import Part, stop_all
from wecom.callbacks import drain
from wecom.group_transfers import loop as group_transfers
from wecom.push import loop as push
from wecom.sync import loop as sync
from wecom.transfers import loop as transfers

# Syncs of several companies go on side by side.
SYNCS = 2
# A page of a sync and a command to WeCom are finished first.
_PATIENCE = 20.0
_log = structlog.get_logger("scrm.mirror")


def parts() -> list[Part]:
    """The loops, not started yet. Welcome codes live for 20 seconds: their receipts have a thread to themselves."""
    return [
        Part("receipts-urgent", partial(drain.run, urgent=True)),
        Part("receipts", partial(drain.run, urgent=False)),
        Part("commands", push.run),
        Part("transfers", transfers.run),
        Part("group-transfers", group_transfers.run),
        *(Part(f"syncs-{number}", sync.run) for number in range(1, SYNCS + 1)),
    ]


def run(stopping: threading.Event) -> None:
    """Run all of them until the event is set, then end them."""
    running = parts()
    for part in running:
        part.start()
    stopping.wait()
    if late := stop_all(running, patience=_PATIENCE):
        _log.warning("stopped_hard", parts=late)
        # Python would wait for their threads' database calls without end.
        os._exit(1)
