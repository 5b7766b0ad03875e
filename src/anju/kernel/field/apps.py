from __future__ import annotations

from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "anju.kernel.field"
    label = "field"
    verbose_name = "现场终端"
