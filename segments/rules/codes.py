"""How it can end when a rule comes to a customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    CHANGED = "changed", _("done")
    SAME = "same", _("answers to it, and there was nothing to do")
    NO = "no", _("doesn't answer to the condition")
    OUTRANKED = "outranked", _("a rule that goes before it holds the tag group")
    CHOSEN = "chosen", _("a person, or WeCom, chose a tag of the group")
    LIMITED = "limited", _("the rule was stopped: too many changes in an hour")
    LOOP = "loop", _("left alone: rules had set off each other too often")
    BARRED = "barred", _("deleted, or on the blacklist")
    REFUSED = "refused", _("refused")
    UNDONE = "undone", _("taken back")
