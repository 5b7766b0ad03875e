from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class IndicatorsConfig(AppConfig):
    name = "anju.kernel.indicators"
    label = "indicators"
    verbose_name = "指标"

    def ready(self) -> None:
        post_migrate.connect(_register, sender=self)


def _register(**_: Any) -> None:
    """The definitions that the kernel and the enabled packs bring are there as soon as the tables are."""
    from anju.kernel import packs
    from anju.kernel.indicators import definitions, kernel

    definitions.register((*kernel.INDICATORS, *packs.load(settings.ANJU_PACKS).indicators()))
