"""What becomes of commands whose call failed, by what the failure is (page 90313; wecom/client/errors.py)."""

import datetime as dt
from collections.abc import Sequence

import structlog

from core.time import now
from messaging.models import Command
from wecom.client.errors import (
    AppRefused,
    CallRefused,
    Closed,
    NotConnected,
    OutOfRange,
    Unreachable,
    WecomError,
)
from wecom.push import reasons, settling

LONGEST_PAUSE = 3600
# How long nothing of a company is tried where every call would meet the same.
UNREACHABLE_REST = dt.timedelta(seconds=10)
REFUSED_REST = dt.timedelta(minutes=10)
_log = structlog.get_logger("scrm.push")


def pause_after(attempts: int) -> dt.timedelta:
    """1 s, 3 s, 9 s, … up to an hour: ten tries span more than two hours."""
    return dt.timedelta(seconds=min(LONGEST_PAUSE, 3 ** (max(1, attempts) - 1)))


def react(commands: Sequence[Command], error: Exception) -> dt.datetime | None:
    """Settle these commands for now, or for good.

    Returns: until when every call of the company would meet the same, or None.
    """
    if isinstance(error, NotConnected):
        return _wait(commands, now() + REFUSED_REST, None, reasons.NOT_CONNECTED)
    if not isinstance(error, WecomError):
        _log.exception("push_failed", commands=[command.pk for command in commands])
        _again(commands, None, f"{reasons.FAULT} {type(error).__name__}")
        return None
    _log.warning("push_refused", commands=[command.pk for command in commands], api=error.api, code=error.code)
    if isinstance(error, Closed):
        return _wait(commands, error.until, error.code, str(error))
    if isinstance(error, (AppRefused, CallRefused)):
        return _wait(commands, now() + REFUSED_REST, error.code, str(error))
    if isinstance(error, Unreachable):
        _again(commands, error.code, str(error), ever=True)
        return now() + UNREACHABLE_REST
    if error.passes or isinstance(error, OutOfRange) or type(error) is WecomError:
        _again(commands, error.code, str(error), ever=error.passes)
    else:
        settling.given_up(commands, code=error.code, error=str(error))
    return None


def _wait(commands: Sequence[Command], until: dt.datetime, code: int | None, error: str) -> dt.datetime:
    """Until a window opens, or a person has acted: no fault of these commands."""
    settling.later(commands, at=until, code=code, error=error, counted=False)
    return until


def _again(commands: Sequence[Command], code: int | None, error: str, *, ever: bool = False) -> None:
    """After a pause that grows; ``ever``: the fault passes, so it is never given up for it."""
    for command in commands:
        if command.attempts >= settling.MOST_TRIES and not ever:
            settling.given_up([command], code=code, error=error)
        else:
            last = ever and command.attempts >= settling.MOST_TRIES - 1
            at = now() + pause_after(command.attempts)
            settling.later([command], at=at, code=code, error=error, counted=not last)
