"""What a sender is told: an account of each point, or a problem (RFC 9457) with its next step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from anju.gateway.adapters import REASONS, Outcome, TurnedAway
from anju.kernel.telemetry.frames import REASON_WORDS, Reason, Status
from anju.kernel.telemetry.quality import Quality

# So many points are named one by one; the sums hold for all.
_NAMED = 5_000
_STATUS = {
    Reason.CREDENTIALS: 401,
    Reason.CLOCK: 401,
    Reason.REPLAY: 409,
    Reason.TOO_LARGE: 413,
}
_STEPS = {
    Reason.CREDENTIALS: "请核对来源代码、密钥和签名方法（见接口说明），再签名发送。",
    Reason.CLOCK: "请校准发送端的时钟，再用新的时间和随机串签名发送。",
    Reason.REPLAY: "重发请换随机串并重新签名；内容不同的数据请换幂等编号。",
    Reason.MALFORMED: "请按接口说明改正后发送；原样内容已留存，可在“隔离区”查看。",
    Reason.TOO_LARGE: "请分成几批发送，大批量用Arrow格式。",
    Reason.UNKNOWN_TAG: "请先在“测点”登记这些测点；登记后可在“隔离区”重放，不必重发。",
    Reason.FUTURE: "请校准发送端的时钟后重发。",
    Reason.TOO_OLD: "较早的数据请走补传接口/v1/backfill。",
    Reason.NO_POINTS: "请核对发送程序：这一批里没有可用的值。",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """``retry`` in s where the sender should come again by itself."""

    status: int
    body: dict[str, Any]
    retry: int = 0

    @property
    def kind(self) -> bytes:
        return b"application/problem+json" if self.status >= 400 else b"application/json"

    def text(self) -> bytes:
        return orjson.dumps(self.body)


def problem(status: int, title: str, detail: str, next_step: str, **more: Any) -> Answer:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "next_step": next_step}
    return Answer(status, body | more)


def refusal(reason: Reason, detail: str, **more: Any) -> Answer:
    """A frame that is kept among the rejected ones."""
    status = _STATUS.get(reason, 422)
    words = REASON_WORDS[reason]
    return problem(status, words, detail or f"{words}。", _STEPS[reason], reason=reason.value, **more)


def away(turned: TurnedAway) -> Answer:
    """429 where the sender itself is the flood, else 503; nothing was kept, so the same may be sent again."""
    status = 429 if turned.greedy else 503
    return Answer(status, problem(status, "没有收下", turned.sentence, turned.next_step).body, turned.wait)


def account(outcome: Outcome, detail: str) -> Answer:
    """200 when all points are kept (or were before), 207 when some are, 422 when none is."""
    told: dict[str, Any] = {"frame": outcome.frame, "frame_status": outcome.status.value}
    if outcome.status is Status.REPEAT:
        return Answer(200, told | {"detail": "此前已经收下，这次没有再存。"})
    told |= _points(outcome)
    if outcome.status is Status.REJECTED:
        return refusal(outcome.reason, detail, **told)
    return Answer(207 if told["refused_count"] else 200, told)


def _points(outcome: Outcome) -> dict[str, Any]:
    """Every point that is not named is kept and good."""
    if outcome.refused is None or outcome.quality is None:
        return {"kept": 0, "refused_count": 0, "refused": [], "flagged": []}
    refused, flagged = np.flatnonzero(outcome.refused), np.flatnonzero(outcome.quality)
    return {
        "kept": outcome.kept,
        "refused_count": len(refused),
        "refused": [
            {"index": at, "reason": REASONS[code].value, "detail": REASON_WORDS[REASONS[code]]}
            for at, code in zip(
                refused[:_NAMED].tolist(), outcome.refused[refused[:_NAMED]].tolist(), strict=True
            )
        ],
        "flagged_count": len(flagged),
        "flagged": [
            {"index": at, "quality": Quality(code).name.lower(), "detail": Quality(code).word}
            for at, code in zip(
                flagged[:_NAMED].tolist(), outcome.quality[flagged[:_NAMED]].tolist(), strict=True
            )
        ],
    }
