"""The pages that ask before reminders are settled, one and many."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core import console_bulk
from core.console_scope import actor_of
from followups import reminding, settling
from followups.models import Reminder

SOURCE = "operator"


@dataclass(frozen=True, slots=True)
class Settling:
    """One way of settling, in words.

    Attributes:
        name: the action's name in the list.
    """

    name: str
    act: Callable[..., Reminder]
    title: Any
    text: Any
    told: Any


DONE = Settling(
    "done_all",
    reminding.done,
    gettext_lazy("Mark as done"),
    gettext_lazy("What was to be done has been done. The operation service is told of it."),
    gettext_lazy("Marked as done."),
)
CANCEL = Settling(
    "cancel_all",
    reminding.cancel,
    pgettext_lazy("reminder", "Call off"),
    gettext_lazy("Nobody has to do it any more. The SOP itself goes on."),
    gettext_lazy("Called off."),
)


def single(model_admin: Any, request: HttpRequest, object_id: str, way: Settling) -> HttpResponse:
    def run(row: Reminder, _data: dict[str, Any]) -> str:
        settling.settle(reminder_id=row.pk, act=way.act, by=actor_of(request), source=SOURCE)
        return str(way.told)

    answer: HttpResponse = model_admin.act(request, object_id, title=way.title, text=way.text, run=run)
    return answer


def bulk(model_admin: Any, request: HttpRequest, queryset: QuerySet[Any], way: Settling) -> HttpResponse | None:
    """Name the selected reminders, settle each, and tell how many were."""

    def change(ids: list[int], _data: dict[str, Any]) -> list[dict[str, Any]]:
        return settling.settle_each(reminder_ids=ids, act=way.act, by=actor_of(request), source=SOURCE)

    act = console_bulk.BulkAct(
        name=way.name,
        title=way.title,
        too_many=_("Choose at most %(most)d reminders at once."),
        chosen=lambda chosen: f"{_many(len(chosen))} {way.text}",
        told=_("%(changed)d reminders settled, %(unchanged)d were settled so already, %(refused)d refused."),
        form=lambda data: forms.Form(data),
        change=change,
    )
    return console_bulk.bulk(model_admin, request, queryset.select_related("enrolment"), act)


def _many(number: int) -> str:
    return ngettext("For %(n)d reminder.", "For %(n)d reminders.", number) % {"n": number}
