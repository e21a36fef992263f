"""The dry run of assignment, and the button that does what it shows."""

import uuid
from collections import Counter
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.console_scope import actor_of
from core.retry import atomic_retry
from corps.models import Corp, Employee
from customers import assigning
from customers.assigning import reasons
from customers.assigning.planning import Plan
from customers.models import Customer

_SHOWN = 50
# Of whoever sees every company, so many are looked through.
_MOST_CORPS = 20


def page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Who would get whom now; posted, it is done, and the history of this run is shown."""
    actor = actor_of(request)
    corps = Corp.objects.filter(active=True).order_by("pk")
    corps = (corps if actor.sees_all_corps else corps.filter(pk=actor.corp_id))[:_MOST_CORPS]
    if request.method == "POST":
        return _run(request, list(corps))
    plans = [assigning.plan(corp=corp) for corp in corps]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Who would get whom"),
        "button": _("Assign now"),
        "text": _(
            "By the rules as they are at this moment; nothing has been given away yet. WeCom isn't told of it:"
            " the employee still has to add the customer there."
        ),
        "form": Form(),
        "media": model_admin.media,
        "opts": model_admin.opts,
        "back": model_admin.page("changelist"),
        **shown(plans),
    }
    return TemplateResponse(request, "console/assignment_preview.html", context)


def shown(plans: list[Plan]) -> dict[str, Any]:
    """The plans as the page has them: the first of those who would go, with names, and how many stay and why."""
    decisions = [decision for plan in plans for decision in plan.decisions]
    going = [decision for decision in decisions if decision.choice.seat]
    first = going[:_SHOWN]
    customers = Customer.objects.in_bulk([decision.person.customer_id for decision in first])
    people = Employee.objects.in_bulk({decision.choice.seat.employee_id for decision in first if decision.choice.seat})
    rows = [
        {
            "customer": customers[decision.person.customer_id],
            "employee": people[decision.choice.seat.employee_id],
            "rule": decision.rule,
            "reason": reasons.sentence(decision.choice.reason),
        }
        for decision in first
        if decision.choice.seat
    ]
    left = Counter(decision.choice.reason for decision in decisions if not decision.choice.seat)
    return {
        "rows": rows,
        "number": len(going),
        "left": [(reasons.sentence(reason), number) for reason, number in left.most_common()],
        "more": any(plan.next_after for plan in plans),
    }


def _run(request: HttpRequest, corps: list[Corp]) -> HttpResponse:
    run_id = str(uuid.uuid4())
    act: Any = {"run_id": run_id, "by": actor_of(request), "source": "operator"}
    reports = [atomic_retry(assigning.run)(corp=corp, **act) for corp in corps]
    done, left = sum(len(r.assigned) for r in reports), sum(r.left.total() for r in reports)
    told = _("%(n)d customers were assigned; %(left)d wait on.") % {"n": done, "left": left}
    if any(report.next_after for report in reports):
        told += " " + _("There are more: repeat it, or leave them to the timetable.")
    (messages.success if done else messages.warning)(request, told)
    history = reverse("admin:customers_assignment_changelist")
    return redirect(f"{history}?run={run_id}" if done else request.path)
