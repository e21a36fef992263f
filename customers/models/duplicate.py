from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Corp
from corps.querysets import CorpQuerySet
from customers.choices import KeyKind, PairState
from customers.columns import corp_of
from customers.models.customer import Customer
from customers.querysets import OfVisiblePairs


class CustomerKey(models.Model):
    """What a living customer can be known again by, as a number made of it. Rebuilt from the customers at any time."""

    corp = corp_of()
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="keys", db_index=False)
    kind = models.PositiveSmallIntegerField(choices=KeyKind)
    # Of a unionid or of a phone number, never both; the number itself is not written down a second time.
    key = models.BigIntegerField()

    objects = CorpQuerySet["CustomerKey"].as_manager()

    class Meta:
        db_table = "customer_key"
        constraints = [
            # Also the way from a customer to its keys.
            models.UniqueConstraint(fields=["customer", "key", "kind"], name="uk_customer_key"),
        ]
        # Who has the same one, read from the key alone; the nightly round by ranges of it.
        indexes = [models.Index(fields=["corp", "key", "customer", "kind"], name="ix_customer_key")]

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.get_kind_display()}"


class SharedKey(models.Model):
    """A key that too many customers have to say anything of them: a switchboard, a number made up."""

    corp = corp_of()
    key = models.BigIntegerField()
    people = models.PositiveIntegerField(_("customers"))
    seen_at = models.DateTimeField(_("seen"))

    objects = CorpQuerySet["SharedKey"].as_manager()

    class Meta:
        db_table = "shared_key"
        constraints = [models.UniqueConstraint(fields=["corp", "key"], name="uk_shared_key")]

    def __str__(self) -> str:
        return f"{self.key} · {self.people}"


class DuplicatePair(models.Model):
    """Two customers who may be one person, and why."""

    corp = corp_of()
    # The one with the lower id.
    first = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"), db_index=False
    )
    second = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("other customer"), db_index=False
    )
    # Sums of ``Reason``.
    reasons = models.PositiveSmallIntegerField(_("reasons"))
    # Those for which somebody has said that it isn't so: they don't open it again.
    dismissed = models.PositiveSmallIntegerField(default=0, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=PairState, default=PairState.OPEN)
    # Who dismissed it last, and when.
    actor = ExactCharField(_("dismissed by"), max_length=40, blank=True, default="")
    dismissed_at = models.DateTimeField(_("dismissed"), null=True, blank=True)
    create_time = models.DateTimeField(_("found"), auto_now_add=True)

    objects = OfVisiblePairs["DuplicatePair"].as_manager()

    class Meta:
        db_table = "duplicate_pair"
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="uk_duplicate_pair")]
        indexes = [
            # The company's by state, newest first (InnoDB appends the id).
            models.Index(fields=["corp", "state"], name="ix_duplicate_pair_state"),
            # A customer's, from the other side.
            models.Index(fields=["second"], name="ix_duplicate_pair_second"),
        ]

    def __str__(self) -> str:
        return f"{self.first} · {self.second}"


class DuplicateSearch(models.Model):
    """How far a company's customers have been looked through, in the order of their last changes."""

    corp = models.OneToOneField(Corp, on_delete=models.CASCADE, related_name="+")
    changed_at = models.DateTimeField()
    customer_id = models.BigIntegerField(default=0)

    objects = CorpQuerySet["DuplicateSearch"].as_manager()

    class Meta:
        db_table = "duplicate_search"

    def __str__(self) -> str:
        return f"{self.corp_id} · {self.changed_at:%F}"
