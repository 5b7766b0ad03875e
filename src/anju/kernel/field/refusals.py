"""What a phone is told when it is turned away: a code that its script knows, a sentence and a next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from anju.kernel.values.refusal import Refusal


class Conflict(Refusal):
    """What the phone saw is no longer so: kept beside what stands, for a person to decide."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What an item became, written beside something that stands already: kept as a conflict, with both of them."""

    key: str
    why: Conflict


class TurnedAway(Refusal):
    """A whole request is not taken. ``status`` is HTTP; the phone keeps all that it has."""

    def __init__(self, status: int, code: str, sentence: str, next_step: str) -> None:
        super().__init__(sentence, next_step)
        self.status = status
        self.code = code

    def told(self) -> dict[str, Any]:
        return {"code": self.code, "sentence": self.sentence, "next_step": self.next_step}


def malformed() -> TurnedAway:
    return TurnedAway(
        400, "malformed", gettext("上报的内容读不出来。"), gettext("请更新页面后再试；数据仍在本机。")
    )


def too_large() -> TurnedAway:
    return TurnedAway(
        413, "too_large", gettext("一次上报的内容过大。"), gettext("请减少条目或缩小照片；数据仍在本机。")
    )


def too_often() -> TurnedAway:
    return TurnedAway(
        429, "too_often", gettext("请求过于频繁，已暂停一分钟。"), gettext("请稍后，本机会自动再试。")
    )


def unknown() -> TurnedAway:
    """One answer for a device that nobody enrolled and for a signature that is not its own."""
    return TurnedAway(
        401, "unknown", gettext("无法确认这台设备。"), gettext("请登录后重新登记本机；数据仍在本机。")
    )


def revoked() -> TurnedAway:
    return TurnedAway(
        403, "revoked", gettext("这台设备已停用。"), gettext("数据仍在本机，请联系系统管理员后重新登记。")
    )


def disabled() -> TurnedAway:
    return TurnedAway(
        403, "disabled", gettext("您的账号已停用。"), gettext("数据仍在本机，请联系系统管理员。")
    )


def late() -> TurnedAway:
    return TurnedAway(
        403,
        "clock",
        gettext("本机时间与服务器相差超过一天。"),
        gettext("请在手机设置里打开自动设置时间后再试。"),
    )
