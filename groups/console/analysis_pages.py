"""The console's figures over group chats: growth, ways in and out, people across chats, friends who are not in one."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget

from core.console_scope import actor_of
from corps.querysets import owns_narrowly
from customers.models import Customer
from groups.analysis import movement, owners, people, ways
from groups.analysis.scope import MOST_DAYS, Scope, window
from groups.choices import QuitScene
from groups.models import GroupChat

_SIZE = 20
_MOST_PAGES = 50


class DaysForm(forms.Form):
    """From one day to another, both included."""

    first = forms.DateField(label=gettext_lazy("from"), required=False, widget=UnfoldAdminDateWidget)
    last = forms.DateField(label=gettext_lazy("to"), required=False, widget=UnfoldAdminDateWidget)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        early = [day for day in (first, last) if day and not dt.date(2015, 1, 1) <= day <= dt.date(2100, 1, 1)]
        if early or (first and last and not 0 <= (last - first).days < MOST_DAYS):
            text = _("Name at most %(n)d days, from the first to the last.") % {"n": MOST_DAYS}
            raise forms.ValidationError(text)
        return given


class PeopleForm(forms.Form):
    """Who is looked for across the chats."""

    least = forms.TypedChoiceField(
        label=gettext_lazy("in how many groups"),
        choices=lambda: [(n, _("%(n)d or more") % {"n": n}) for n in (1, 2, 3, 5)],
        coerce=int,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    friend = forms.ChoiceField(
        label=gettext_lazy("whose customers"),
        choices=[
            ("any", gettext_lazy("all")),
            ("nobody", gettext_lazy("nobody's")),
            ("somebody", gettext_lazy("a colleague's")),
        ],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )


def analysis(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Growth by day, invitations by inviter, ways of leaving."""
    form = DaysForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    zone = ZoneInfo(timezone.get_current_timezone_name())
    first, last = window(zone, given.get("first"), given.get("last"))
    scope = Scope(actor_of(request), zone, first, last)
    days = movement.by_day(scope)
    quits = [row | {"label": QuitScene(row["quitScene"]).label} for row in ways.by_quit_scene(scope)]
    return _page(
        model_admin,
        request,
        "groups/analysis.html",
        _("Group chats: analysis"),
        # What was asked for, or what is shown where nothing was.
        form=form if form.errors else DaysForm(initial={"first": first, "last": last}),
        errors=form.non_field_errors(),
        days=_drawn(days),
        total=movement.total(days),
        figures=owners.by_day(scope),
        inviters=ways.by_inviter(scope)[:_SIZE],
        quits=quits,
        people_url=model_admin.page("people"),
    )


def across(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """People who are in several chats, or nobody's friends, with the chats they are in."""
    form = PeopleForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    least, friend = given.get("least") or 2, given.get("friend") or "any"
    actor, number = actor_of(request), _number(request)
    listed, total, exact = people.across_chats(actor, least=least, friend=friend, page=number, size=_SIZE)
    return _page(
        model_admin,
        request,
        "groups/people.html",
        _("People across group chats"),
        form=PeopleForm(initial={"least": least, "friend": friend}),
        people=listed,
        linked=_linked(actor, [row["customerId"] for row in listed]),
        shown=f"{total}" if exact else f"{total}+",
        page=Paginator(range(total), _SIZE).get_page(number),
        query=f"least={least}&friend={friend}",
    )


def absent(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """The owner's customers who are not in the chat."""
    chat: GroupChat | None = model_admin.get_object(request, unquote(str(object_id)))
    if chat is None:
        found: HttpResponse = model_admin.nowhere(request, object_id)
        return found
    number = _number(request)
    rows = people.absent_friends(chat).select_related("customer")
    # One more than a page tells whether there is another; counting would read them all.
    listed = list(rows[(number - 1) * _SIZE : number * _SIZE + 1])
    return _page(
        model_admin,
        request,
        "groups/absent.html",
        _("Friends not in the group"),
        original=chat,
        chat=chat,
        friends=listed[:_SIZE],
        before=number - 1,
        after=number + 1 if len(listed) > _SIZE and number < _MOST_PAGES else None,
        back=model_admin.page("change", chat.pk),
    )


def _drawn(days: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The days with the widths of their bars in percent, the newest first."""
    most = max([max(day["joined"], day["left"]) for day in days] or [0]) or 1
    widths = [{"joinedWidth": 100 * d["joined"] // most, "leftWidth": 100 * d["left"] // most} for d in days]
    return [day | width for day, width in zip(reversed(days), reversed(widths), strict=True)]


def _linked(actor: Any, ids: list[int | None]) -> set[int]:
    """Of these customers, those whose page the actor may open."""
    wanted = {pk for pk in ids if pk}
    if not owns_narrowly(actor):
        return wanted
    return set(Customer.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))


def _number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    known = asked.isascii() and asked.isdecimal() and len(asked) < 4
    return min(max(1, int(asked)), _MOST_PAGES) if known else 1


def _page(model_admin: Any, request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
    form = more.get("form")
    media = model_admin.media + form.media if form is not None else model_admin.media
    context = {**model_admin.admin_site.each_context(request), "title": title, "opts": model_admin.opts, "media": media}
    return TemplateResponse(request, template, context | more)
