from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Employee
from customers.choices import Source
from customers.columns import corp_of, far
from customers.models import Customer
from customers.querysets import OfVisibleCustomers
from followups.choices import EntryKind


class TimelineEntry(models.Model):
    """One thing that happened with a customer, taken from one event. Rows are only added, and can be made anew."""

    corp = corp_of()
    customer = far(Customer, on_delete=models.CASCADE, related_name="timeline", verbose_name=_("customer"))
    # Whose act or matter it was, where the event tells.
    employee = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    kind = models.CharField(_("what"), max_length=40, choices=EntryKind)
    at = models.DateTimeField(_("when"))
    # What the record calls it (timeline/kinds.py), else the event that told of it: once each, however often it comes.
    event_id = ExactCharField(max_length=64, editable=False)
    # Ids and numbers only, by their names on the wire; what they are called is looked up when it is shown.
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    actor = ExactCharField(_("by"), max_length=40, default="system")

    objects = OfVisibleCustomers["TimelineEntry"].as_manager()

    class Meta:
        db_table = "timeline_entry"
        verbose_name = _("entry of a timeline")
        verbose_name_plural = _("timeline")
        constraints = [models.UniqueConstraint(fields=["corp", "event_id"], name="uk_timeline_event")]
        # A customer's page: the newest first, read on from a cursor in the order of the key (SQLite needs the id named,
        # InnoDB appends it). Of one kind, or one person, by keys of their own: among 100,000 entries MariaDB walked
        # over 20,000 for a page of a rare kind, and took a quarter of a second.
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="ix_timeline_customer"),
            models.Index(fields=["customer", "kind", "-at", "-id"], name="ix_timeline_kind"),
            models.Index(fields=["customer", "employee", "-at", "-id"], name="ix_timeline_employee"),
            # To whom something of a kind happened in some days, and how often: conditions count it by this key alone;
            # statistics the tags of a day, of which nothing else remembers those taken off.
            models.Index(fields=["corp", "kind", "at", "customer"], name="ix_timeline_happened"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.at:%F}"
