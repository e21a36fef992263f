"""Each morning every employee's talk with customers is read, the last three days of it (page 96358).

WeCom sums up whom one call names, so there is one call an employee, for all the days at once. Days are those of UTC+8;
what it says of yesterday in the night is zero, so a day is read on three mornings and is final with the third. Who was
read this morning is not asked for again: a worker that dies, or a limit, costs no call twice.
"""

import datetime as dt

import structlog
from django.db.models import Q, QuerySet

from core.time import now
from corps.choices import EmployeeStatus
from corps.models import Corp, Employee
from customers import talk_figures
from customers.models import TalkReading
from customers.talk_figures import SETTLED, Figures
from wecom.client import statistics
from wecom.client.errors import BadArgument, Gone, NoRelation, NotConnected, OutOfRange, WecomError
from wecom.client.outcomes import ContactFigures
from wecom.client.transport import Client, client_for
from wecom.figures.pulling import AT, WECOM

# Days of one call, WeCom's bound; what was missed for longer is lost to us.
DAYS_BACK = 30
# Employees of one company in one go: the rest follows with the next ticks of the clock.
AT_ONCE = 500
# What WeCom says of one employee, and not of us.
_OF_ONE = (OutOfRange, Gone, NoRelation, BadArgument)
_log = structlog.get_logger("scrm.figures")


def pull_due() -> int:
    """Read what is due of every connected company. Returns of how many employees."""
    read = 0
    for corp in Corp.objects.filter(mirrored=True, active=True).order_by("pk"):
        try:
            client = client_for(corp.pk)
        except NotConnected:
            continue
        for employee in due(corp)[:AT_ONCE]:
            if not pull(client, employee):
                break
            read += 1
    return read


def due(corp: Corp, moment: dt.datetime | None = None) -> QuerySet[Employee]:
    """Who may follow customers and has not been asked for since six in the morning of the company."""
    here = (moment or now()).astimezone(corp.zone)
    staff = Employee.objects.of_corp(corp.pk).filter(can_follow=True).exclude(status=EmployeeStatus.LEFT)
    if here.time() < AT:
        return staff.none()
    morning = dt.datetime.combine(here.date(), AT, corp.zone)
    asked = Q(talk_reading=None) | Q(talk_reading__read_at__lt=morning)
    return staff.filter(asked).order_by("pk")


def pull(client: Client, employee: Employee) -> bool:
    """Read one employee's days and store them. Returns whether the next one is worth trying."""
    today = now().astimezone(WECOM).date()
    whose = {"corp_id": client.corp_id, "employee_id": employee.pk}
    try:
        told = statistics.contact_figures(
            client,
            start=_midnight(_first(employee, today)),
            end=_midnight(today - dt.timedelta(days=1)),
            userids=[employee.userid],
        )
    except _OF_ONE as error:
        talk_figures.note_failure(**whose, error_code=error.code)
        return True
    except WecomError as error:
        _log.warning("talk_figures_refused", corp=client.corp_id, code=error.code)
        return False
    talk_figures.store(**whose, days={_day(row): _figures(row) for row in told}, today=today)
    return True


def _first(employee: Employee, today: dt.date) -> dt.date:
    """The first day to ask for: the one that settles today, or the first one missed."""
    reading = TalkReading.objects.filter(employee=employee).first()
    known = reading.known_until if reading else None
    settling, bound = today - SETTLED, today - dt.timedelta(days=DAYS_BACK)
    # What was provisional when it was last read settles now.
    return max(bound, min(settling, known - SETTLED + dt.timedelta(days=1))) if known else bound


def _midnight(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), WECOM).timestamp())


def _day(row: ContactFigures) -> dt.date:
    return dt.datetime.fromtimestamp(row["stat_time"], WECOM).date()


def _figures(row: ContactFigures) -> Figures:
    return Figures(
        chats=row.get("chat_cnt", 0),
        messages=row.get("message_cnt", 0),
        reply_percentage=row.get("reply_percentage"),
        reply_minutes=row.get("avg_reply_time"),
        negative_feedback=row.get("negative_feedback_cnt", 0),
        applications=row.get("new_apply_cnt", 0),
        new_contacts=row.get("new_contact_cnt", 0),
    )
