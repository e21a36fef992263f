import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from customers.columns import corp_of, far
from customers.models import Customer
from customers.querysets import OfVisibleCustomers
from followups.models.followup import FollowUp


def place_of(row: Any, _name: str = "") -> str:
    """Where a file lies: under its company, by a name that tells nothing and can't be guessed."""
    return f"followups/{row.corp_id}/{uuid.uuid4().hex}"


class FollowUpAttachment(models.Model):
    """A file of a follow-up. Without a follow-up it is on its way to one, or to be swept (attaching.py)."""

    corp = corp_of()
    customer = far(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("customer"), editable=False
    )
    follow_up = far(
        FollowUp, null=True, on_delete=models.SET_NULL, related_name="attachments", verbose_name=_("follow-up")
    )
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    file = models.FileField(_("file"), upload_to=place_of, max_length=200)
    actor = ExactCharField(_("by"), max_length=40)
    create_time = models.DateTimeField(_("added"), auto_now_add=True)

    objects = OfVisibleCustomers["FollowUpAttachment"].as_manager()

    class Meta:
        db_table = "follow_up_attachment"
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            # A follow-up's in their order; and those of none, which the sweep looks for.
            models.Index(fields=["follow_up", "id"], name="ix_followup_attachment"),
            # A customer's, when all about them is exported or erased.
            models.Index(fields=["customer"], name="ix_attachment_customer"),
        ]

    def __str__(self) -> str:
        return self.name
