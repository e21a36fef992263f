from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from messaging import checks


class MessagingConfig(AppConfig):
    name = "messaging"
    verbose_name = _("Events")

    def ready(self) -> None:
        register(checks.subscriptions_resolve)
