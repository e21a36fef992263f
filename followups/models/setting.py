from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet

# What holds where a company says nothing.
EDIT_HOURS = 24


class FollowUpSetting(Stamped):
    """What a company allows with follow-ups."""

    corp = models.OneToOneField(
        Corp, on_delete=models.CASCADE, related_name="follow_up_setting", verbose_name=_("company")
    )
    edit_hours = models.PositiveIntegerField(
        _("hours to change one's own"),
        default=EDIT_HOURS,
        validators=[MaxValueValidator(24 * 365)],
        help_text=_("So long after writing may the writer change or delete a follow-up; 0: never."),
    )

    objects = CorpQuerySet["FollowUpSetting"].as_manager()

    class Meta:
        db_table = "follow_up_setting"
        verbose_name = _("follow-up settings")
        verbose_name_plural = _("follow-up settings")

    def __str__(self) -> str:
        return str(_("follow-up settings"))
