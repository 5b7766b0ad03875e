"""Model fields that any part may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from anju.kernel.secrets import KeyRing, SecretError


class EncryptedTextField(models.TextField):
    """Text that the database holds as a sealed token only; None stays null.

    ``purpose`` is bound into every token and is part of the data: it is never changed later. The text cannot
    be searched; a blind index in a column beside it finds equal values. Reading raises ``SecretError`` when
    the token was changed or taken from another field.
    """

    def __init__(self, *args: Any, purpose: str, **options: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "purpose": self.purpose}

    def get_prep_value(self, value: Any) -> str | None:
        text = super().get_prep_value(value)
        return None if text is None else KeyRing.load(settings.DATA).seal(str(text).encode(), self.purpose)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        if value is None:
            return None
        return KeyRing.load(settings.DATA).open_sealed(value, self.purpose).decode()

    def get_lookup(self, lookup_name: str) -> type[models.Lookup[Any]] | None:
        """Only ``isnull``: two tokens of one text differ, so a comparison would silently find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: models.Model) -> str:
        """Serialised dumps would carry the plain text."""
        raise SecretError(
            f"加密字段「{self.verbose_name}」不能导出为明文。", "请用数据库备份保存，并单独保管主密钥文件。"
        )
