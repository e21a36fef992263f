"""A call or a message as the one who carries it tells of it."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """Who is meant may be said by our ids or by WeCom's: ``customer_id`` or ``external_userid``, ``employee_id`` or
    ``userid``. ``external_id`` is the teller's own: the same is told once."""

    external_id: str
    kind: str
    direction: str
    at: dt.datetime
    customer_id: int | None = None
    external_userid: str = ""
    employee_id: int | None = None
    userid: str = ""
    seconds: int = 0
    content: str = ""
