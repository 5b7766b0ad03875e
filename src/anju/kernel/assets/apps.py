from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "anju.kernel.assets"
    label = "assets"
    verbose_name = "设备"
