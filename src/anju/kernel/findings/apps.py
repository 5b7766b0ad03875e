from django.apps import AppConfig


class FindingsConfig(AppConfig):
    name = "anju.kernel.findings"
    label = "findings"
    verbose_name = "发现"
