"""Rows of the audit and the signed anchors. Both are only ever inserted; the database refuses the rest too."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from anju.kernel.records.models import Record, ScopedQuerySet


class AppendOnlyError(Exception):
    """Somebody tried to change or delete what may only be added."""

    def __init__(self) -> None:
        self.sentence = "审计记录只能追加，不能修改或删除。"
        self.next_step = "如有更正，请另记一条。"
        super().__init__(f"{self.sentence}{self.next_step}")


class AppendOnlyQuerySet(ScopedQuerySet):
    def update(self, **values: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError


class AppendOnly(Record):
    """A record that is inserted once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(**{**options, "force_insert": True})

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnlyError


class AuditRow(AppendOnly):
    """One event. ``recorded_at`` is its time; ``sequence`` and ``chain`` are null until the sealer links it.

    ``before`` and ``after`` are canonical JSON text, or empty: text comes back from every database as it went
    in, which numbers in a JSON column do not.
    """

    actor = models.CharField("操作人", max_length=150)
    address = models.CharField("地址", max_length=64, blank=True)
    session = models.CharField("会话摘要", max_length=64, blank=True)
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    action = models.CharField("动作", max_length=100)
    object_type = models.CharField("对象类型", max_length=100, blank=True)
    object_id = models.CharField("对象编号", max_length=64, blank=True)
    object_label = models.CharField("对象", max_length=200, blank=True)
    result = models.CharField("结果", max_length=32)
    reason = models.TextField("原因", blank=True)
    before = models.TextField("变更前", blank=True)
    after = models.TextField("变更后", blank=True)
    sequence = models.BigIntegerField("序号", null=True, unique=True, editable=False)
    chain = models.CharField("链值", max_length=80, null=True, editable=False)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        indexes = (
            models.Index(fields=["recorded_at"], name="audit_time"),
            models.Index(fields=["actor", "recorded_at"], name="audit_actor"),
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(
                fields=["recorded_at", "id"], name="audit_unsealed", condition=models.Q(sequence__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.object_label}"


class Anchor(AppendOnly):
    """A signature over the end of the chain at one time; the same line stands in a file outside."""

    sequence = models.BigIntegerField("序号")
    chain = models.CharField("链值", max_length=80)
    signed_at = models.DateTimeField("签名时间")
    signature = models.CharField("签名", max_length=200)

    class Meta:
        verbose_name = "审计锚点"
        verbose_name_plural = "审计锚点"

    def __str__(self) -> str:
        return f"第{self.sequence}条"
