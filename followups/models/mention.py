from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Employee
from customers.columns import corp_of, far
from customers.models import Customer
from followups.models.comment import FollowUpComment
from followups.models.followup import FollowUp
from followups.querysets import MentionQuerySet


class FollowUpMention(models.Model):
    """That a colleague was named (@) in a follow-up or in a comment."""

    corp = corp_of()
    customer = far(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    follow_up = far(FollowUp, on_delete=models.CASCADE, related_name="mentions", verbose_name=_("follow-up"))
    # Empty: in the follow-up itself.
    comment = far(
        FollowUpComment,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="mentions",
        verbose_name=_("comment"),
    )
    employee = far(Employee, on_delete=models.CASCADE, related_name="+", verbose_name=_("employee"))
    # Who named them.
    actor = ExactCharField(_("by"), max_length=40)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        db_table = "follow_up_mention"
        verbose_name = _("mention")
        verbose_name_plural = _("mentions of me")
        indexes = [
            # Somebody's own, newest first.
            models.Index(fields=["employee", "-id"], name="ix_mention_employee"),
            # Those of a follow-up.
            models.Index(fields=["follow_up"], name="ix_mention_follow_up"),
            # Those of a comment, when it goes.
            models.Index(fields=["comment"], name="ix_mention_comment"),
            # Those about a customer, when all about them is exported.
            models.Index(fields=["customer"], name="ix_mention_customer"),
        ]

    def __str__(self) -> str:
        return f"@{self.employee}"
