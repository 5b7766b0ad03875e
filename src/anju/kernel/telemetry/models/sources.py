"""Who delivers: platforms of companies, collectors of devices, the weather service."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy

from anju.kernel.parties.models import Organisation
from anju.kernel.records.fields import EncryptedTextField
from anju.kernel.telemetry.models.numbers import Numbered

# Bound into the sealed secrets; the gateway opens them under the same name.
PURPOSE = "telemetry.source"


class Protocol(models.TextChoices):
    """The adapters of the gateway; a code is the name of its folder."""

    HTTP = "http", gettext_lazy("HTTP推送")
    MQTT = "mqtt", "MQTT"
    OPCUA = "opcua", "OPC UA"
    MODBUS = "modbus", "Modbus TCP"
    CJT188 = "cjt188", "CJ/T 188"
    DROP = "drop", gettext_lazy("文件交换")
    LOCAL = "local", gettext_lazy("本机导入")


class Source(Numbered):
    """A source with its own credentials. ``options`` are those of the adapter: address, topics, register map."""

    scope_area = "organisation__area"
    scope_organisation = "organisation"
    counter = "source"

    code = models.CharField(
        "编码",
        max_length=40,
        unique=True,
        validators=(
            RegexValidator(r"^[a-z0-9][a-z0-9-]*$", gettext_lazy("只能用小写字母、数字和连字符。请改写。")),
        ),
    )
    name = models.CharField("名称", max_length=128)
    protocol = models.CharField("接入方式", max_length=12, choices=Protocol)
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="上报单位")
    secret = EncryptedTextField("口令", purpose=PURPOSE, blank=True, default="", editable=False)
    options = models.JSONField("接入参数", default=dict, blank=True)
    enabled = models.BooleanField("启用", default=True)
    late_after = models.PositiveIntegerField(
        "迟到界限（秒）", default=900, help_text=gettext_lazy("观测时间早于接收时间这么多秒的值计为迟到。")
    )
    skew = models.PositiveIntegerField(
        "时钟容差（秒）", default=300, help_text=gettext_lazy("时钟偏差超过它的请求不予采信。")
    )

    class Meta:
        verbose_name = verbose_name_plural = "数据来源"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name
