"""The pages that ask before something is done with a follow-up."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.console_scope import actor_of
from core.filetypes import MOST_BYTES, TYPES
from core.headers import address_of
from customers import finding
from customers.console import privacy_pages
from followups import attaching, commenting, revising, unmasking
from followups.console.forms import AttachForm, CommentForm, EditForm, named
from followups.models import FollowUp

SOURCE = "operator"


def edit(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    actor, forms = actor_of(request), []

    def form(row: FollowUp, data: Any) -> EditForm:
        forms.append(EditForm(row, data, actor))
        return forms[-1]

    def run(row: FollowUp, data: dict[str, Any]) -> str:
        finding.check_changeable(row.customer_id, actor)
        act: Any = {"mention_ids": named(data), "if_version": data["if_version"], "by": actor, "source": SOURCE}
        revising.edit(follow_up=row, **act, **forms[-1].changes())
        return _("The follow-up says so now. How it read before is kept.")

    return model_admin.act(request, object_id, title=_("Change follow-up"), form=form, run=run)


def delete(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def run(row: FollowUp, _data: dict[str, Any]) -> HttpResponse:
        finding.check_changeable(row.customer_id, actor_of(request))
        revising.delete(follow_up=row, by=actor_of(request), source=SOURCE)
        messages.success(request, _("The follow-up is deleted. How it read is kept."))
        return redirect(model_admin.page("changelist"))

    text = _("Its comments and files go with it, and what was planned is called off.")
    return model_admin.act(request, object_id, title=_("Delete follow-up"), text=text, run=run)


def comment(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    actor = actor_of(request)

    def run(row: FollowUp, data: dict[str, Any]) -> str:
        commenting.comment(follow_up=row, content=data["content"], mention_ids=named(data), by=actor, source=SOURCE)
        return _("The comment is there.")

    return model_admin.act(
        request, object_id, title=_("Comment"), form=lambda _row, data: CommentForm(data, actor), run=run
    )


def show(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Ask why, and show it whole on a page that no cache keeps."""

    def run(row: FollowUp, data: dict[str, Any]) -> HttpResponse:
        told: Any = {"by": actor_of(request), "source": SOURCE, "address": address_of(request.META)}
        return privacy_pages.shown(
            model_admin, request, row, _("content"), unmasking.unmask(follow_up=row, **told, **data)
        )

    return model_admin.act(
        request,
        object_id,
        title=_("Show numbers"),
        text=_("It is kept that you looked, when, from where and why."),
        form=lambda _row, data: privacy_pages.ReasonForm(data),
        run=run,
    )


def attach(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    def run(row: FollowUp, data: dict[str, Any]) -> str:
        finding.check_changeable(row.customer_id, actor_of(request))
        made = attaching.attach(follow_up=row, file=data["file"], by=actor_of(request), source=SOURCE)
        return _("%(name)s is attached.") % {"name": made.name}

    told = {"n": MOST_BYTES // 2**20, "types": ", ".join(TYPES)}
    text = _("At most %(n)d MB: %(types)s.") % told
    files = request.FILES if request.method == "POST" else None
    return model_admin.act(
        request, object_id, title=_("Add file"), text=text, form=lambda _row, data: AttachForm(data, files), run=run
    )
