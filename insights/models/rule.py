from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Corp, Department
from corps.querysets import CorpQuerySet
from customers.columns import far
from customers.models import Stage
from insights.choices import Kind, Level


class RiskRule(Stamped):
    """How a company, or one of its departments and those below it, wants warnings of one kind."""

    corp = models.ForeignKey(Corp, on_delete=models.CASCADE, verbose_name=_("company"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    department = far(
        Department,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("department"),
        help_text=_("And those below it. Empty: the whole company."),
    )
    stage = far(
        Stage,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("stage"),
        help_text=_("Only of no contact for long: for customers in this stage. Empty: for all."),
    )
    active = models.BooleanField(_("active"), default=True)
    # More days than that lead out of the calendar.
    threshold = models.PositiveIntegerField(
        _("threshold"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(10_000)],
        help_text=_("Days without contact, or customers in a day. Empty: the usual one."),
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.WARNING)
    # NULLs are all different to a unique key; 0 stands for "the whole company", and for "whatever stage".
    department_key: Any = models.GeneratedField(
        expression=Coalesce("department_id", Value(0)), output_field=models.BigIntegerField(), db_persist=True
    )

    stage_key: Any = models.GeneratedField(
        expression=Coalesce("stage_id", Value(0)), output_field=models.BigIntegerField(), db_persist=True
    )

    objects = CorpQuerySet["RiskRule"].as_manager()

    class Meta:
        db_table = "risk_rule"
        verbose_name = _("warning rule")
        verbose_name_plural = _("warning rules")
        constraints = [
            models.UniqueConstraint(fields=["corp", "kind", "department_key", "stage_key"], name="uk_risk_rule")
        ]

    def clean(self) -> None:
        """Raises ValidationError where a stage is named that makes no difference, or is another company's."""
        super().clean()
        if self.stage and self.kind != Kind.SILENCE:
            raise ValidationError({"stage": _("Only a rule of no contact for long goes by the stage.")})
        if self.stage and self.corp_id and self.stage.corp_id != self.corp_id:
            raise ValidationError({"stage": _("There is no such stage in this company.")})

    def __str__(self) -> str:
        return str(self.get_kind_display())
