from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet
from customers.choices import CustomKind, CustomSubject


class CustomField(Stamped):
    """Something that a company wants to know of its customers, or of a customer with an employee (自定义字段)."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"), db_index=False)
    subject = models.CharField(pgettext_lazy("field", "belongs to"), max_length=10, choices=CustomSubject)
    # What programs and conditions call it; stays whatever people come to call it.
    key = ExactCharField(pgettext_lazy("field", "key"), max_length=40)
    name = models.CharField(_("name"), max_length=40)
    kind = models.PositiveSmallIntegerField(pgettext_lazy("field", "kind"), choices=CustomKind)
    # A hint to whoever fills in a form: nothing is refused for want of it.
    required = models.BooleanField(pgettext_lazy("field", "to be filled in"), default=False)
    personal = models.BooleanField(pgettext_lazy("field", "personal data"), default=False)
    order = models.PositiveIntegerField(_("order"), default=0)
    # One that is retired takes no values and is asked no more; those that it has stay.
    active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = CorpQuerySet["CustomField"].as_manager()

    class Meta:
        db_table = "custom_field"
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["corp", "subject", "key"], name="uk_custom_field_key"),
            models.UniqueConstraint(fields=["corp", "subject", "name"], name="uk_custom_field_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomOption(models.Model):
    """One of the values that a choice offers. Named by its id, so that it can be renamed."""

    corp = models.ForeignKey(
        Corp, on_delete=models.PROTECT, verbose_name=_("company"), db_index=False, db_constraint=False
    )
    # PROTECT, and a reference that the database keeps: who has chosen it knows what it was.
    field = models.ForeignKey(
        CustomField, on_delete=models.PROTECT, related_name="options", verbose_name=_("custom field"), db_index=False
    )
    label = ExactCharField(pgettext_lazy("option", "label"), max_length=40)
    order = models.PositiveIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    objects = CorpQuerySet["CustomOption"].as_manager()

    class Meta:
        db_table = "custom_option"
        verbose_name = pgettext_lazy("field", "option")
        verbose_name_plural = pgettext_lazy("field", "options")
        ordering = ["order", "id"]
        # Also the way from a field to its options.
        constraints = [models.UniqueConstraint(fields=["field", "label"], name="uk_custom_option")]

    def __str__(self) -> str:
        return self.label
