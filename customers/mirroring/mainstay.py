"""The main relation of a customer, and what the customer's row has from it (docs/decisions/0019-who-wins.md).

The main relation stays while it lives. Then it is the living one that began first; where none lives, the one that ended
last.
"""

import datetime as dt
from typing import Any

from customers.choices import CustomerStatus
from customers.mirroring.rows import Case, PairRow
from customers.models import Customer

_CHANNEL_LENGTH = Customer._meta.get_field("channel").max_length
_LATEST = dt.datetime.max


def settle(case: Case) -> None:
    """Choose the main relation anew and bring follower, time, channel and status into step with it."""
    if not case.pairs:
        return
    main, row = choose(list(case.pairs.values()), case.row.follow_user_id), case.row
    values: dict[str, Any] = {"follow_user_id": main.employee_id, "add_time": main.add_time or row.add_time}
    if main.state:
        values["channel"] = main.state[:_CHANNEL_LENGTH]
    values |= _status(case)
    for column, wire in WIRE.items():
        before = getattr(row, column)
        if column in values and values[column] != before:
            case.past.append((None, wire, before, values[column]))
            setattr(row, column, values[column])
            case.changed.add(wire)
    if row.status != CustomerStatus.DELETED:
        row.deleted_at = None


WIRE = {"follow_user_id": "followUserId", "add_time": "addTime", "channel": "channel", "status": "status"}


def choose(pairs: list[PairRow], present: int | None) -> PairRow:
    """The main one of these pairs; ``present`` is the employee whose it has been."""
    living = [pair for pair in pairs if pair.living]
    if not living:
        return max(pairs, key=lambda pair: (pair.ended_at or dt.datetime.min, -pair.id))
    # A pair that is not stored yet will have a higher id than all that are.
    first = min(living, key=lambda p: (p.add_time or _LATEST, not p.id, p.id, p.employee_id))
    return next((pair for pair in living if pair.employee_id == present), first)


def _status(case: Case) -> dict[str, Any]:
    row = case.row
    living = [pair for pair in case.pairs.values() if pair.living]
    if row.status == CustomerStatus.DELETED:
        # Somebody here deleted them: only coming anew brings them back, not being there still.
        since = row.deleted_at
        anew = since is not None and any(pair.add_time and pair.add_time > since for pair in living)
        return {"status": int(CustomerStatus.NORMAL)} if anew else {}
    return {"status": int(CustomerStatus.NORMAL if living else CustomerStatus.LOST)}
