"""Words that parts without a catalogue say (qualities, reasons), marked here so that pages speak both languages."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

from anju.kernel.telemetry.frames import REASON_WORDS, Reason
from anju.kernel.telemetry.quality import Quality

MARKED = (
    gettext_noop("正常"),
    gettext_noop("上报方标为可疑"),
    gettext_noop("变化过快"),
    gettext_noop("长时间不变"),
    gettext_noop("与相关测点矛盾"),
    gettext_noop("疑似单位错误"),
    gettext_noop("时钟不可信"),
    gettext_noop("人工置数"),
    gettext_noop("上报方标为无效"),
    gettext_noop("超出量程"),
    gettext_noop("不是数"),
    gettext_noop("整帧为零"),
    gettext_noop("身份或签名不对"),
    gettext_noop("重放的请求"),
    gettext_noop("请求时间与网关相差过大"),
    gettext_noop("格式不对"),
    gettext_noop("校验和不对"),
    gettext_noop("超过大小上限"),
    gettext_noop("没有登记的测点"),
    gettext_noop("观测时间在将来"),
    gettext_noop("观测时间早于保存期限"),
    gettext_noop("没有一个可用的值"),
)


def of_quality(quality: Quality) -> str:
    return gettext(quality.word)


def of_reason(code: str) -> str:
    """The words of a reason; the code itself for one that is not known here."""
    return gettext(REASON_WORDS[Reason(code)]) if code and code in set(Reason) else code
