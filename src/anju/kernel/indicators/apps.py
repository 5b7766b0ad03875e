from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "anju.kernel.indicators"
    label = "indicators"
    verbose_name = "指标"
