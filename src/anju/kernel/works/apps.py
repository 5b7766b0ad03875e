from django.apps import AppConfig


class WorksConfig(AppConfig):
    name = "anju.kernel.works"
    label = "works"
    verbose_name = "工程项目"
