"""The texts of rulebooks: proposed, in force, returned. The one in force is replaced, never overwritten."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy
from uuid6 import uuid7

from anju.kernel.records.models import Ledger


class State(models.TextChoices):
    PROPOSED = "proposed", gettext_lazy("等待批准")
    IN_FORCE = "in_force", gettext_lazy("已批准")
    RETURNED = "returned", gettext_lazy("已退回")


class Edition(Ledger):
    """One whole text of a rulebook. ``key`` stays the same from the proposal to the decision on it."""

    scope_common: ClassVar[bool] = True

    key = models.UUIDField("编号", default=uuid7, editable=False, db_index=True)
    code = models.CharField("规则表", max_length=80)
    text = models.TextField("全文")
    reason = models.CharField("修改原因", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.CharField("提出人", max_length=150)
    proposed_at = models.DateTimeField("提出时间", default=timezone.now)
    decided_by = models.CharField("批准或退回人", max_length=150, blank=True)
    decided_because = models.CharField("退回原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "规则表文本"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "state"],
                condition=Q(superseded_at__isnull=True, state__in=["proposed", "in_force"]),
                name="edition_one_waiting_and_one_in_force",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | ~Q(decided_by=F("proposed_by")) & ~Q(decided_by=""),
                name="edition_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {timezone.localdate(self.proposed_at)}"

    @property
    def digest(self) -> str:
        return digest_of(self.text)


def digest_of(text: str) -> str:
    """Tells one text from another."""
    return hashlib.sha256(text.encode()).hexdigest()
