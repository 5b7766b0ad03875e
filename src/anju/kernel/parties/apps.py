from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "anju.kernel.parties"
    label = "parties"
    verbose_name = "单位与人员"
