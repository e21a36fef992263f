from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import Stamped
from corps.actors import Actor
from corps.choices import Role
from corps.models import Corp
from corps.querysets import CorpQuerySet


class CustomerViewQuerySet(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """A person's own, and those that somebody shares with the company."""
        own = models.Q(owner_id=actor.id if actor.kind == "user" else 0)
        return super().visible_to(actor).filter(own | models.Q(shared=True))

    def named(self) -> Self:
        """Those that people made to come back to."""
        return self.filter(kind=CustomerView.Kind.VIEW)


class CustomerView(Stamped):
    """A way to look at the customer list (我的视图): what it asks, its columns and their order."""

    class Kind(models.TextChoices):
        VIEW = "view", pgettext_lazy("kind of view", "view")
        # A condition that must not stand in an address, for as long as somebody looks at it.
        KEPT = "kept", pgettext_lazy("kind of view", "kept condition")
        # A person's own columns where no view says others.
        LAYOUT = "layout", pgettext_lazy("kind of view", "own columns")

    corp = models.ForeignKey(Corp, on_delete=models.CASCADE, verbose_name=_("company"), db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=pgettext_lazy("view", "owner"),
    )
    kind = models.CharField(
        pgettext_lazy("view", "kind"), max_length=6, choices=Kind, default=Kind.VIEW, editable=False
    )
    name = models.CharField(_("name"), max_length=30, blank=True)
    # Parameters of the list's address, each with its values; nothing personal.
    query = models.JSONField(_("filters"), default=dict, blank=True)
    condition = models.JSONField(_("condition"), null=True, blank=True)
    # Keys of columns in their order; none: the usual ones.
    columns = models.JSONField(_("columns"), default=list, blank=True)
    # As the list's address has it: ``-add_time``.
    sort = models.CharField(_("order"), max_length=20, blank=True, default="")
    shared = models.BooleanField(_("shared with the company"), default=False)
    pinned = models.BooleanField(_("as a tab above the list"), default=True)
    # With what the list begins: for everybody of a role, or for its owner alone.
    default_for = models.CharField(
        _("default for"), max_length=10, choices=Role, null=True, blank=True, default=None, editable=False
    )
    own_default = models.PositiveSmallIntegerField(null=True, default=None, editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = CustomerViewQuerySet.as_manager()

    class Meta:
        db_table = "customer_view"
        verbose_name = _("view of the customer list")
        verbose_name_plural = _("views of the customer list")
        ordering = ["name", "id"]
        constraints = [
            # Also the way to a company's views. A null is like no other.
            models.UniqueConstraint(fields=["corp", "default_for"], name="uk_view_role"),
            models.UniqueConstraint(fields=["owner", "own_default"], name="uk_view_own"),
        ]

    def __str__(self) -> str:
        return self.name
