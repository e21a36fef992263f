"""Days of statistics, from midnight to midnight in UTC+8."""

from wecom.sandbox.acts.welcoming import midnight
from wecom.sandbox.call import Call
from wecom.sandbox.codes import Failure

DAY, HOUR = 86_400, 3600


def days_asked(call: Call, first: str, last: str, *, today: bool = False) -> list[int]:
    """The days asked for, cut to midnight; at most 30, of the last 180. Groups have no numbers of today."""
    begin = midnight(call.number(first))
    end = midnight(call.number(last) or call.number(first))
    now = midnight(call.company.clock.now())
    newest = now if today else now - DAY
    if not begin or begin > end or end > newest or begin < now - 180 * DAY or end - begin >= 30 * DAY:
        raise Failure(600018)
    return list(range(begin, end + 1, DAY))


def counters_of(call: Call, who: str, day: int) -> dict[str, int]:
    """The day's counters; those of yesterday are still zero before ``statistics_hour``."""
    now, hour = call.company.clock.now(), call.company.switches.statistics_hour
    early = day == midnight(now) - DAY and now - midnight(now) < hour * HOUR
    return {} if early else call.company.activity.get((who, day), {})
