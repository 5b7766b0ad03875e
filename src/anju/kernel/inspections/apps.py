from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "anju.kernel.inspections"
    label = "inspections"
    verbose_name = "巡查检查"
