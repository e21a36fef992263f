from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Employee
from customers.columns import corp_of, far
from customers.models import Customer
from customers.privacy.stars import in_words
from customers.querysets import OfVisibleWords
from followups.models.followup import FollowUp


class FollowUpComment(Stamped):
    """What a colleague says to a follow-up."""

    corp = corp_of()
    customer = far(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    follow_up = far(FollowUp, on_delete=models.CASCADE, related_name="comments", verbose_name=_("follow-up"))
    employee = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    actor = ExactCharField(_("written by"), max_length=40)
    content = models.CharField(_("comment"), max_length=1_000)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = OfVisibleWords["FollowUpComment"].as_manager()

    class Meta:
        db_table = "follow_up_comment"
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes = [
            # Under their follow-up, in their order.
            models.Index(fields=["follow_up", "id"], name="ix_followup_comment"),
            # A customer's, when all about them is exported or erased.
            models.Index(fields=["customer"], name="ix_comment_customer"),
        ]

    def __str__(self) -> str:
        # As the title of a page and in its history: for all eyes.
        return in_words(self.content)[:40]
