"""The doors of the sidebar: find whom the chat is with, show them, write down what came of it.

Who is not logged in, and what is asked of WeCom's client, is the wall's (``wecom.sidebar``).
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.api_errors import body
from core.errors import RuleViolation
from core.headers import address_of
from corps.models import User
from corps.policy import Act
from customers import finding, stages, tagging
from customers.models import Customer
from customers.privacy import viewing
from followups import writing
from insights.profile import answer
from insights.sidebar import sheet
from insights.sidebar.doors import check, done, entered
from insights.sidebar.forms import FollowUpForm, StageForm, TagForm

_LONGEST = 2_000
SOURCE = "operator"


@require_POST
@entered
def find(request: HttpRequest, user: User) -> HttpResponse:
    """The address of the page of a customer whom the client names; 404 for one who isn't mirrored, or not seen."""
    try:
        named = json.loads(request.body[:_LONGEST]).get("externalUserid")
    except (ValueError, AttributeError):
        named = None
    if not isinstance(named, str) or not named:
        return JsonResponse(body("external_userid_invalid", _("Say whom the chat is with.")), status=400)
    rows = Customer.objects.of_corp(user.corp_id or 0).visible_to(user.actor).alive()
    pk = rows.filter(external_userid=named).values_list("pk", flat=True).first()
    if pk is None:
        told = _("This customer is not here, or not for you. Who was added just now comes within a minute.")
        return JsonResponse(body("not_found", told), status=404)
    return JsonResponse({"address": reverse("sidebar-customer", args=[_corpid(user), pk])})


@require_GET
@entered
def page(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    """One customer: what is known, the tags, the last follow-ups, and a box for the next."""
    told = answer.of(pk, user.actor)
    viewing.console(user.actor, pk, address_of(request.META))
    return _shown(request, user, pk, told, FollowUpForm(), 200)


@require_POST
@entered
def follow_up(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    check(user, Act.FOLLOWUP_WRITE)
    form, row = FollowUpForm(request.POST), finding.changeable(pk, user.actor)
    try:
        if form.is_valid():
            writing.write(customer=row, by=user.actor, source=SOURCE, **form.cleaned_data)
            return done(request, _corpid(user), pk, _("Written down."))
    except RuleViolation as refusal:
        form.add_error(None, str(refusal.message))
    # What was typed stays in the box.
    return _shown(request, user, pk, answer.of(pk, user.actor), form, 400)


@require_POST
@entered
def tag(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    check(user, Act.CUSTOMER_TAG)
    row, asked = finding.changeable(pk, user.actor), TagForm(request.POST).asked()
    change = tagging.change_tags(customer=row, **asked, by=user.actor, source=SOURCE)
    told = {"added": len(change.added), "removed": len(change.removed)}
    return done(request, _corpid(user), pk, _("%(added)d tags added, %(removed)d removed.") % told)


@require_POST
@entered
def stage(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    check(user, Act.CUSTOMER_WRITE)
    row = finding.changeable(pk, user.actor)
    wanted = StageForm(request.POST, customer=row).asked()
    stages.set_stage(customer=row, stage=wanted, by=user.actor, source=SOURCE)
    return done(request, _corpid(user), pk, _("The stage is %(stage)s now.") % {"stage": wanted or _("none")})


def _shown(
    request: HttpRequest, user: User, pk: int, told: dict[str, Any], form: FollowUpForm, status: int
) -> HttpResponse:
    context = sheet.of(told, user=user, pk=pk, sought=request.GET.get("tag", "")[:50])
    more = {"corpid": _corpid(user), "pk": pk, "form": form}
    return render(request, "sidebar/customer.html", context | more, status=status)


def _corpid(user: User) -> str:
    return user.corp.wecom_corpid or ""  # type: ignore[union-attr]
