from django.utils.translation import gettext_lazy as _

from corps.models import Corp


class PrivacySetting(Corp):
    """A company, by what it hides and how long it keeps things (customers/privacy)."""

    class Meta:
        proxy = True
        verbose_name = _("privacy setting")
        verbose_name_plural = _("privacy settings")
