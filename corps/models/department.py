from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models.company import Corp
from corps.querysets import CorpQuerySet


class Department(Stamped):
    """A node of the company's tree."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    wecom_id = models.PositiveBigIntegerField(_("WeCom id"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("parent")
    )
    name = models.CharField(_("name"), max_length=100)
    order = models.PositiveBigIntegerField(_("order"), default=0)
    # "/1/4/": the ids from the root to here, kept by staffing.py, so that "and below" is a prefix.
    path = ExactCharField(_("path"), max_length=255, blank=True, default="", editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)
    fetch_seq = models.PositiveBigIntegerField(default=0, editable=False)

    objects = CorpQuerySet["Department"].as_manager()

    class Meta:
        db_table = "department"
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["corp", "wecom_id"], name="uk_department_wecom")]
        # Who is below a manager: a prefix of the path within the corp.
        indexes = [models.Index(fields=["corp", "path"], name="ix_department_path")]

    def __str__(self) -> str:
        return self.name
