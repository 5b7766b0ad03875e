from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "anju.kernel.access"
    label = "access"
    verbose_name = "用户与权限"

    def ready(self) -> None:
        from anju.kernel.access import checks  # noqa: F401  (registers itself)
