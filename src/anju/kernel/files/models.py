"""Which files there are. Their bytes lie in folders of the data folder, see ``vault``."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from anju.kernel.records.models import Record

from .kinds import KINDS


class Content(Record):
    """One content, stored once however often it is uploaded.

    ``sha256`` and ``size`` (bytes) are of the original, ``served_sha256`` is of the copy for readers (the same
    when nothing had to be re-encoded, empty while the copy waits for the worker; ``fault`` says why it never
    will be). ``kind`` is a key of ``kinds.KINDS``. ``sealed_key`` opens both.
    """

    sha256 = models.CharField("内容摘要", max_length=64, unique=True)
    size = models.BigIntegerField("大小")
    kind = models.CharField("类型", max_length=8)
    sealed_key = models.TextField("加密的密钥", editable=False)
    served_sha256 = models.CharField("副本摘要", max_length=64, blank=True)
    fault = models.CharField("副本问题", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "文件内容"
        verbose_name_plural = "文件内容"
        indexes = [
            models.Index(
                fields=["recorded_at"], condition=Q(served_sha256="", fault=""), name="files_wants_copy"
            )
        ]

    def __str__(self) -> str:
        return self.sha256


class StoredFile(Record):
    """A content under the name that its owner gave it. The name is sanitised and ends as the content demands."""

    content = models.ForeignKey(Content, models.PROTECT, verbose_name="内容")
    name = models.CharField("文件名", max_length=150)
    owner = models.CharField("上传人", max_length=150, db_index=True)

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        constraints = (
            models.UniqueConstraint(fields=["content", "owner", "name"], name="files_same_upload"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def sha256(self) -> str:
        return self.content.sha256

    @property
    def size(self) -> int:
        """Bytes of the original."""
        return self.content.size

    @property
    def kind(self) -> str:
        return self.content.kind

    @property
    def media_type(self) -> str:
        return KINDS[self.content.kind].media_type
