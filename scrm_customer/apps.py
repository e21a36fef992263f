from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ScrmCustomerConfig(AppConfig):
    name = "scrm_customer"
    default = True


class ConsoleConfig(admin.AdminConfig):
    """Django's admin with the console's own site."""

    default = False
    default_site = "scrm_customer.site.ConsoleSite"
