"""When scheduled jobs are due next, and which workers are alive."""

from __future__ import annotations

from django.db import models


class Due(models.Model):
    """The next time of a scheduled job; a job without a row is due at its first time after now."""

    code = models.CharField("任务编码", max_length=80, primary_key=True)
    at = models.DateTimeField("下次时间")

    class Meta:
        verbose_name = "定时任务"


class Beat(models.Model):
    """A sign of life. What a worker was doing when its signs ended is done by another."""

    worker = models.CharField("工作进程", max_length=64, primary_key=True)
    at = models.DateTimeField("最近心跳")

    class Meta:
        verbose_name = "心跳"
