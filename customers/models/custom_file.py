import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from customers.columns import corp_of, far
from customers.models.custom_field import CustomField
from customers.models.customer import Customer
from customers.models.relation import FollowRelation
from customers.querysets import OfVisibleCustomers


def place_of(row: Any, _name: str = "") -> str:
    """Where a file lies: under its company, by a name that tells nothing and can't be guessed."""
    return f"custom/{row.corp_id}/{uuid.uuid4().hex}"


class CustomFile(models.Model):
    """A file in a custom field. Without a field it is on its way into one, or to be swept (custom/filing.py)."""

    corp = corp_of()
    customer = far(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("customer"), editable=False
    )
    # The value's, with which the file is let go.
    relation = far(
        FollowRelation, null=True, blank=True, on_delete=models.DO_NOTHING, related_name="+", verbose_name=_("relation")
    )
    field = far(CustomField, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("custom field"))
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("bytes"))
    file = models.FileField(_("file"), upload_to=place_of, max_length=200)
    actor = ExactCharField(_("by"), max_length=40)
    create_time = models.DateTimeField(_("added"), auto_now_add=True)

    objects = OfVisibleCustomers["CustomFile"].as_manager()

    class Meta:
        db_table = "custom_file"
        verbose_name = _("file of a custom field")
        verbose_name_plural = _("files of custom fields")
        indexes = [
            # A customer's, when all about them is exported or erased.
            models.Index(fields=["customer"], name="ix_custom_file_customer"),
            # Those in no field, which the sweep looks for (InnoDB appends the id).
            models.Index(fields=["field"], name="ix_custom_file_field"),
        ]

    def __str__(self) -> str:
        return self.name
