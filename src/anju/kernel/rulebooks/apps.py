from django.apps import AppConfig

from anju.kernel.values import rulebooks


class RulebooksConfig(AppConfig):
    name = "anju.kernel.rulebooks"
    label = "rulebooks"
    verbose_name = "规则表"

    def ready(self) -> None:
        from anju.kernel.rulebooks import texts

        rulebooks.kept_by(texts.text_of)
