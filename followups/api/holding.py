"""The doors' way to one follow-up: what the caller may not see is not there."""

from typing import Any

from django.shortcuts import get_object_or_404

from corps.actors import Actor
from customers import finding
from customers.api.answers import identity
from followups.models import FollowUp, FollowUpAttachment, FollowUpComment


def readable(pk: str, actor: Actor) -> FollowUp:
    """One that the caller may read. Raises Http404, NotFound."""
    return get_object_or_404(shown(actor), pk=identity(pk))


def shown(actor: Actor) -> Any:
    """What the caller may read, with what is shown of it."""
    return with_parts(FollowUp.objects.visible_to(actor))


def with_parts(rows: Any) -> Any:
    return rows.select_related("employee").prefetch_related("mentions", "attachments")


def changeable(pk: str, actor: Actor) -> FollowUp:
    """One whose customer the caller may change: a collaborator only reads. Raises also Forbidden."""
    row = get_object_or_404(FollowUp.objects.visible_to(actor), pk=identity(pk))
    finding.check_changeable(row.customer_id, actor)
    return row


def attachment(pk: str, below: str, actor: Actor) -> FollowUpAttachment:
    rows = FollowUpAttachment.objects.visible_to(actor).select_related("follow_up")
    return get_object_or_404(rows, pk=identity(below), follow_up_id=identity(pk))


def comment(pk: str, below: str, actor: Actor) -> FollowUpComment:
    rows = FollowUpComment.objects.visible_to(actor)
    return get_object_or_404(rows, pk=identity(below), follow_up_id=identity(pk))
