from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from corps import checks


class CorpsConfig(AppConfig):
    name = "corps"
    verbose_name = _("Organisation")

    def ready(self) -> None:
        register(checks.every_model_has_its_corp, "models")
        register(checks.every_view_names_its_acts, "urls")
        register(checks.tokens_are_fully_configured, "security")
