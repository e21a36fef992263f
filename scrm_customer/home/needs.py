"""What waits for somebody: each a list of the console, counted up to a bound, all of them by one statement."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.console_scope import visible
from core.pagination import bounded_counts
from core.time import now
from corps.choices import Role
from customers.choices import PairState
from customers.models import DuplicatePair
from followups.choices import ReminderState, StopState
from followups.models import Reminder, SopStop
from groups import leavers
from insights.models import RiskAlert
from messaging.models import Command, DeadLetter, InboxDelivery
from segments.models import TagRule
from wecom.models import CallbackReceipt, Notice, SyncRun

BOUND = 10_000
Rows = Callable[[Any], QuerySet[Any]]
Asks = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of what waits.

    Attributes:
        page: app_model of the list; who may view that model has the need.
        query: narrows the list to what ``rows`` counts.
        grave: something went wrong, as against what is merely to be done.
        concerns: whom, of those who may view the list.
    """

    title: Any
    icon: str
    page: str
    query: str
    rows: Rows
    grave: bool = False
    concerns: Asks = lambda actor: True


def of(user: Any, actor: Any) -> list[dict[str, Any]]:
    """Those that wait for this user, as the page shows them: first what went wrong."""
    asked = [need for need in NEEDS if user.has_perm(_permission(need)) and need.concerns(actor)]
    counts = bounded_counts([visible(need.rows(actor), actor) for need in asked], BOUND)
    told = [_told(need, *count) for need, count in zip(asked, counts, strict=True) if count[0]]
    return sorted(told, key=lambda one: not one["grave"])


def _told(need: Need, number: int, exact: bool) -> dict[str, Any]:
    link = reverse(f"admin:{need.page}_changelist") + (f"?{need.query}" if need.query else "")
    shown = f"{number}" if exact else f"{number}+"
    return {"title": need.title, "icon": need.icon, "shown": shown, "link": link, "grave": need.grave}


def _permission(need: Need) -> str:
    app, model = need.page.split("_")
    return f"{app}.view_{model}"


def _in_state(title: Any, icon: str, model: Any, state: Any, *, grave: bool = True) -> Need:
    """Rows that stand in a state, by which their list can be narrowed."""
    page, query = f"{model._meta.app_label}_{model._meta.model_name}", f"state__exact={state.value}"
    return Need(title, icon, page, query, lambda actor: model._default_manager.filter(state=state), grave)


def _overdue(actor: Any) -> QuerySet[Any]:
    return Reminder.objects.filter(state=ReminderState.OPEN, due_at__lt=now())


NEEDS = (
    Need(
        _("Warnings"),
        "notifications_active",
        "insights_riskalert",
        "",
        lambda actor: RiskAlert.objects.waiting().audible(now()),
    ),
    Need(
        _("My reminders overdue"),
        "alarm",
        "followups_reminder",
        "whose=mine&due=overdue",
        lambda actor: _overdue(actor).filter(employee_id=actor.employee_id),
        concerns=lambda actor: bool(actor.employee_id),
    ),
    # Staff see no others than their own.
    Need(
        _("Reminders overdue"),
        "alarm_on",
        "followups_reminder",
        "due=overdue",
        _overdue,
        concerns=lambda actor: actor.role != Role.STAFF,
    ),
    Need(_("Leavers whose customers or groups wait"), "person_off", "customers_leaver", "", leavers.leavers),
    Need(
        _("Records that may be one person's"),
        "join_inner",
        "customers_duplicatepair",
        "",
        lambda actor: DuplicatePair.objects.filter(state=PairState.OPEN),
    ),
    _in_state(_("Syncs that need approval"), "sync_problem", SyncRun, SyncRun.State.NEEDS_APPROVAL),
    _in_state(_("Rules that are paused"), "rule_settings", TagRule, TagRule.State.PAUSED, grave=False),
    _in_state(_("Changes that WeCom did not take"), "sms_failed", Command, Command.State.DEAD),
    _in_state(_("Callbacks given up"), "call_missed", CallbackReceipt, CallbackReceipt.State.DEAD),
    _in_state(_("Messages to colleagues given up"), "speaker_notes_off", Notice, Notice.State.DEAD),
    _in_state(_("SOPs that could not be stopped"), "stop_circle", SopStop, StopState.DEAD),
    _in_state(_("Deliveries given up"), "checklist", InboxDelivery, InboxDelivery.State.DEAD),
    Need(
        _("Dead letters"),
        "unsubscribe",
        "messaging_deadletter",
        "replayed=no",
        lambda actor: DeadLetter.objects.filter(replayed_at=None),
        grave=True,
    ),
)
