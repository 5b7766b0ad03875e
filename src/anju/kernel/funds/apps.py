from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "anju.kernel.funds"
    label = "funds"
    verbose_name = "资金"
