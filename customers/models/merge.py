from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.querysets import CorpQuerySet
from customers.choices import Source
from customers.columns import corp_of
from customers.models.customer import Customer
from customers.querysets import OfVisibleMerges


class CustomerMerge(models.Model):
    """One act of merging: which records went into which, and all that is needed to take it back."""

    corp = corp_of()
    kept = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="merges", verbose_name=_("kept"), db_index=False
    )
    other_ids = models.JSONField(_("merged records"), default=list)
    # Column of the kept one → [what it was, the mark of what it became]: no name or number is written down again.
    filled = models.JSONField(_("filled in"), default=dict)
    # Of each record that went: {"status", "living"}, by its id as text.
    before = models.JSONField(default=dict)
    # [pair, state] of the candidates that the merge settled.
    pairs = models.JSONField(default=list)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    actor = ExactCharField(_("merged by"), max_length=40)
    create_time = models.DateTimeField(_("merged"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = ExactCharField(_("undone by"), max_length=40, blank=True, default="")
    # Columns that the undoing left alone, because somebody had changed them since.
    left = models.JSONField(_("left as changed since"), default=list)

    objects = OfVisibleMerges["CustomerMerge"].as_manager()

    class Meta:
        db_table = "customer_merge"
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        indexes = [
            # The company's, newest first (InnoDB appends the id).
            models.Index(fields=["corp"], name="ix_customer_merge_corp"),
            # Those into one customer.
            models.Index(fields=["kept"], name="ix_customer_merge_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.kept} · {len(self.other_ids)}"


class MergeMember(models.Model):
    """That a record belongs to a person with several, the kept one among them. Gone when the merge is undone."""

    corp = corp_of()
    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)

    objects = CorpQuerySet["MergeMember"].as_manager()

    class Meta:
        db_table = "merge_member"
        # A record belongs to one person.
        constraints = [models.UniqueConstraint(fields=["customer"], name="uk_merge_member")]
        # All records of a person, from the key alone.
        indexes = [models.Index(fields=["kept", "customer"], name="ix_merge_member_kept")]

    def __str__(self) -> str:
        return f"{self.kept_id} · {self.customer_id}"
