from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "kiwanda.factory.billing"
    label = "billing"
    verbose_name = "Billing"
