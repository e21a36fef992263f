"""Each morning the days whose figures may still change are read (page 96359).

WeCom's days are those of UTC+8. What it says of yesterday in the night is zero or incomplete, so a day is read on three
mornings, and is final with the third. A day that was missed is read later, a month back at most.
"""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import structlog

from core.time import now
from corps.models import Corp, Employee
from groups import figures
from groups.figures import SETTLED, Figures
from groups.models import FiguresDay
from wecom.client import statistics
from wecom.client.errors import BadArgument, Gone, NoRelation, NotConnected, OutOfRange, WecomError
from wecom.client.outcomes import GroupFigures
from wecom.client.transport import Client, client_for

AT = dt.time(6)
# Owners named in one call, and days back that are still asked for; WeCom gives 180.
OWNERS, DAYS_BACK = 100, 30
# Days of one company in one go: the rest of a first time follows with the next ticks of the clock.
AT_ONCE = 10
WECOM = ZoneInfo("Asia/Shanghai")
# One owner whom WeCom doesn't show spoils the call for all; that the days can't be asked for is nobody's fault.
_OF_OWNERS = (OutOfRange, Gone, NoRelation, BadArgument)
_BAD_DAYS = 600018
_log = structlog.get_logger("scrm.figures")


def pull_due() -> int:
    """Read what is due of every connected company. Returns how many days were read."""
    read = 0
    for corp in Corp.objects.filter(mirrored=True, active=True).order_by("pk"):
        try:
            client = client_for(corp.pk)
        except NotConnected:
            continue
        for day in due_days(corp)[:AT_ONCE]:
            if not pull(client, day):
                break
            read += 1
    return read


def due_days(corp: Corp, moment: dt.datetime | None = None) -> list[dt.date]:
    """The days to read now, the newest first: not final, and not read since six in the morning of the company."""
    here = (moment or now()).astimezone(corp.zone)
    if here.time() < AT:
        return []
    morning = dt.datetime.combine(here.date(), AT, corp.zone)
    today = here.astimezone(WECOM).date()
    days = [today - dt.timedelta(days=back) for back in range(1, DAYS_BACK + 1)]
    known = FiguresDay.objects.of_corp(corp.pk).filter(day__gte=days[-1])
    done = {row.day for row in known if row.final or row.pulled_at >= morning}
    return [day for day in days if day not in done]


def pull(client: Client, day: dt.date) -> bool:
    """Read one day of all owners and store it. Returns whether the next day is worth trying."""
    staff = Employee.objects.of_corp(client.corp_id).filter(owned_chats__isnull=False).distinct()
    owners = dict(staff.order_by("userid").values_list("userid", "pk"))
    names = list(owners)
    asked: set[int] = set()
    found: dict[int, Figures] = {}
    code = None
    try:
        for start in range(0, len(names), OWNERS):
            code = _read(client, day, names[start : start + OWNERS], owners, asked, found) or code
    except WecomError as error:
        _log.warning("figures_refused", corp=client.corp_id, day=str(day), code=error.code)
        figures.note_failure(corp_id=client.corp_id, day=day, error_code=error.code)
        return error.code == _BAD_DAYS
    final = now().astimezone(WECOM).date() - day >= SETTLED
    figures.store_day(corp_id=client.corp_id, day=day, asked=asked, found=found, final=final, error_code=code)
    return True


def _read(
    client: Client,
    day: dt.date,
    names: Sequence[str],
    owners: dict[str, int],
    asked: set[int],
    found: dict[int, Figures],
) -> int | None:
    """Read these owners' day into ``asked`` and ``found``. Returns the code of what was refused for some of them."""
    at = int(dt.datetime.combine(day, dt.time(), WECOM).timestamp())
    rows: list[GroupFigures] = []
    offset: int | None = 0
    try:
        while offset is not None:
            page, offset = statistics.group_figures_by_owner(client, start=at, end=at, owners=names, offset=offset)
            rows += page
    except _OF_OWNERS as error:
        if error.code == _BAD_DAYS:
            raise
        if len(names) == 1:
            return error.code
        half = len(names) // 2
        codes = [_read(client, day, part, owners, asked, found) for part in (names[:half], names[half:])]
        return codes[0] or codes[1]
    asked |= {owners[name] for name in names}
    found |= {owners[row["owner"]]: _figures(row["data"]) for row in rows if row.get("owner") in owners}
    return None


def _figures(data: dict[str, int]) -> Figures:
    return Figures(
        new_chats=data.get("new_chat_cnt", 0),
        chats=data.get("chat_total", 0),
        active_chats=data.get("chat_has_msg", 0),
        new_members=data.get("new_member_cnt", 0),
        members=data.get("member_total", 0),
        active_members=data.get("member_has_msg", 0),
        messages=data.get("msg_total", 0),
    )
