from django.apps import AppConfig


class ScrmCustomerConfig(AppConfig):
    name = "scrm_customer"
