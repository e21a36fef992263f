from django.db import models
from django.utils.translation import gettext_lazy as _


class TagKind(models.IntegerChoices):
    """Whose tag it is: WeCom's three kinds (page 96315), and ours. Only the company's own go to WeCom."""

    CORP = 1, _("company tag")
    PERSONAL = 2, _("personal tag")
    RULE_GROUP = 3, _("rule group tag")
    LOCAL = 4, _("local tag")
