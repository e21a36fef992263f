from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet
from insights.behaviour import grades
from insights.behaviour.grades import Thresholds

_MOST = 10_000


def four_steps(text: str) -> grades.Steps:
    """``7, 14, 30, 90`` as numbers. Raises ValidationError unless they are four, whole and rising."""
    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    known = all(part.isascii() and part.isdecimal() and len(part) <= 5 for part in parts)
    steps = tuple(map(int, parts)) if known else ()
    rising = all(step < later for step, later in pairwise(steps))
    if len(steps) != 4 or not rising or steps[-1] > _MOST:
        raise ValidationError(_("Four whole numbers that rise, such as 7, 14, 30, 90."))
    return steps  # type: ignore[return-value]


def check_steps(text: str) -> None:
    """Raises ValidationError, as ``four_steps``."""
    four_steps(text)


def _written(steps: grades.Steps) -> str:
    return ", ".join(map(str, steps))


class ProfileSetting(Stamped):
    """From where on a company gives which grade; without a row the usual steps hold."""

    corp = models.OneToOneField(
        Corp, on_delete=models.CASCADE, related_name="profile_setting", verbose_name=_("company")
    )
    recency = models.CharField(
        _("recency"),
        max_length=40,
        default=_written(grades.RECENCY),
        validators=[check_steps],
        help_text=_("At most so many days since the last contact: grades 5, 4, 3 and 2; beyond them 1."),
    )
    frequency = models.CharField(
        _("frequency"),
        max_length=40,
        default=_written(grades.FREQUENCY),
        validators=[check_steps],
        help_text=_("At least so many contacts in 365 days: grades 2, 3, 4 and 5."),
    )
    ties = models.CharField(
        _("ties"),
        max_length=40,
        default=_written(grades.TIES),
        validators=[check_steps],
        help_text=_("At least so many colleagues who follow and group chats together: grades 2, 3, 4 and 5."),
    )

    objects = CorpQuerySet["ProfileSetting"].as_manager()

    class Meta:
        db_table = "profile_setting"
        verbose_name = _("profile settings")
        verbose_name_plural = _("profile settings")

    def __str__(self) -> str:
        return str(_("profile settings"))


def thresholds(recency: str, frequency: str, ties: str) -> Thresholds:
    """What a row's columns say. One that was written past the forms and can't be read counts as the usual steps."""
    usual = Thresholds()
    return Thresholds(_read(recency, usual.recency), _read(frequency, usual.frequency), _read(ties, usual.ties))


def _read(text: str, usual: grades.Steps) -> grades.Steps:
    try:
        return four_steps(text)
    except ValidationError:
        return usual
