from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "anju.kernel.exchange"
    label = "exchange"
    verbose_name = "数据交换"
