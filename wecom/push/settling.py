"""How a command ends, or when it is tried again. Each is one transaction, under the lock of what the lane is about."""

import datetime as dt
from collections.abc import Callable, Sequence

from core.failpoints import failpoint
from core.retry import atomic_retry
from core.time import now
from messaging.models import Command
from wecom.push.lanes import Hold, lock_lane

MOST_TRIES = 10
_State = Command.State
_ERROR_LENGTH = 300


def done(hold: Hold, commands: Sequence[Command], note: Callable[[], None] = lambda: None) -> None:
    """Close these commands; one that was wanted again since it was read stays open, and is due.

    Args:
        note: what has to be stored with it, under the lane's lock: which readings are out of date now.
    """

    @atomic_retry
    def close() -> None:
        lock_lane(hold.corp_id, hold.lane)
        note()
        for command in commands:
            same = Command.objects.filter(pk=command.pk, revision=command.revision, settled_at=None)
            same.update(state=_State.DONE, settled_at=now(), error_code=None, last_error="")

    failpoint("push.called")
    close()
    failpoint("push.settled")


def later(commands: Sequence[Command], *, at: dt.datetime, code: int | None, error: str, counted: bool = True) -> None:
    """Leave these for another try, with what went wrong for people to see. One wanted again meanwhile is due already.

    Args:
        counted: whether the try brings the command nearer to being given up.
    """
    for command in commands:
        attempts = command.attempts if counted else max(0, command.attempts - 1)
        same = Command.objects.filter(pk=command.pk, revision=command.revision, settled_at=None)
        same.update(attempts=attempts, due_at=at, error_code=code, last_error=error[:_ERROR_LENGTH])


def given_up(commands: Sequence[Command], *, code: int | None, error: str) -> None:
    """End these without success: a person sees them, and may send them again. From now on the mirror takes WeCom's word
    for what they were about. One that was wanted again meanwhile is tried again."""
    for command in commands:
        same = Command.objects.filter(pk=command.pk, revision=command.revision, settled_at=None)
        same.update(state=_State.DEAD, settled_at=now(), error_code=code, last_error=error[:_ERROR_LENGTH])
