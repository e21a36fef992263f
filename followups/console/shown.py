"""How the columns of SOPs, reminders and stops look, in lists and on pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.decorators import display

from core.console_links import page_link
from core.console_lists import badge
from corps.names import names_of
from customers.privacy import wording
from followups.choices import EnrolmentState, ReminderState, StopState
from followups.models import Reminder, SopEnrolment, SopStop

SOP_COLOURS = {EnrolmentState.RUNNING: "info", EnrolmentState.ENDED: "success", EnrolmentState.ENDED_EARLY: "warning"}
STOP_COLOURS = {StopState.WAITING: "warning", StopState.TOLD: "success", StopState.DEAD: "danger"}


class Worded:
    """Rows with a text, as its reader may see it."""

    @display(description=_("content"))
    def said(self, row: Any) -> str:
        return wording.shown(row, row.content)


class OfCustomer:
    """Rows of a customer, who is linked."""

    @display(description=_("customer"))
    def who(self, row: Any) -> str:
        return page_link("customers_customer", row.customer_id, str(row.customer))


class ReminderShown(OfCustomer):
    @display(description=pgettext_lazy("reminder", "what to do"))
    def what(self, row: Reminder) -> str:
        return wording.shown(row, row.content) or str(_("step %(n)d") % {"n": row.step or 0})

    @display(description=_("state"))
    def how(self, row: Reminder) -> str:
        if row.state != ReminderState.OPEN:
            return badge(row.get_state_display(), "success" if row.state == ReminderState.DONE else None)
        return badge(_("overdue"), "danger") if row.overdue else badge(row.get_state_display(), "info")

    @display(description=_("settled by"))
    def settler(self, row: Reminder) -> str:
        if row.settled_by in ("", "sop"):
            return str(_("the SOP")) if row.settled_by else "–"
        return names_of([row.settled_by], corp_id=row.corp_id).get(row.settled_by, row.settled_by)


class SopShown(OfCustomer):
    @display(description=_("state"))
    def how(self, row: SopEnrolment) -> str:
        label = badge(row.get_state_display(), SOP_COLOURS[EnrolmentState(row.state)])
        return label if row.open_mark is None or not stop_of(row) else badge(_("to be stopped"), "warning")

    @display(description=_("step"))
    def progress(self, row: SopEnrolment) -> str:
        return f"{row.step} / {row.steps}" if row.steps else str(row.step)


class StopShown(OfCustomer):
    @display(description=_("state"))
    def how(self, row: SopStop) -> str:
        return badge(row.get_state_display(), STOP_COLOURS.get(StopState(row.state)))

    @display(description=_("last error"))
    def failure(self, row: SopStop) -> str:
        return row.last_error or "–"


def stop_of(row: SopEnrolment) -> SopStop | None:
    """The one stop there can be, read with the page."""
    stops = list(row.stops.all())
    return stops[0] if stops else None
