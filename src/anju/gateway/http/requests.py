"""One request: who sends it, may it be believed, what does it hold, what became of it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b

from anju.gateway.adapters import Door, Message, Refused, TurnedAway, read
from anju.gateway.http import answers
from anju.gateway.http.answers import Answer
from anju.gateway.http.decoding import decode
from anju.gateway.http.signing import Claim, Nonces
from anju.kernel.telemetry.frames import STRANGER, Reason
from anju.kernel.telemetry.snapshot import Source

POINTS, BACKFILL = "/v1/points", "/v1/backfill"
BODY = 16 * 1024 * 1024
_DAY = 86_400_000
# A source may say otherwise in its options: how old a value may be, in days, on either path.
_AGES = {POINTS: ("push_days", 7), BACKFILL: ("backfill_days", 730)}
# So many bytes of a stranger's request are kept, and so many requests of strangers a minute from one address.
STRANGER_RAW, STRANGER_RATE = 65_536, 60
_KEYS = 100_000


@dataclass(frozen=True, slots=True)
class Request:
    """``headers`` by their names in small letters."""

    method: str
    path: str
    headers: dict[bytes, bytes]
    body: bytes
    address: str


class Desk:
    """What is remembered between requests: nonces, idempotency keys, strangers."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._nonces: dict[int, Nonces] = {}
        self._bodies: OrderedDict[tuple[int, str], bytes] = OrderedDict()
        self._strangers: dict[str, int] = {}
        self._minute = 0

    async def answer(self, request: Request) -> Answer:
        """Kept first, then answered."""
        now = self._door.now()
        if len(request.body) > BODY:
            return await self._stranger(request, Reason.TOO_LARGE, f"正文超过{BODY // 2**20} MiB。", now)
        claim = Claim.of(request.headers)
        source = self._door.snapshot.by_code.get(claim.source) if claim else None
        if claim is None or source is None or not source.enabled or source.protocol != "http":
            return await self._stranger(request, Reason.CREDENTIALS, "", now)
        if not claim.proved(self._door.secret(source), request.method, request.path, request.body):
            return await self._stranger(request, Reason.CREDENTIALS, "", now)
        message = self._message(request, source, claim, now)
        try:
            self._believe(source, claim, request.body, now)
        except Refused as refused:
            message.reason, message.detail = refused.reason, refused.detail
        else:
            read(message, decode, self._door.setting(source))
        return await self._deliver(message)

    def _message(self, request: Request, source: Source, claim: Claim, now: int) -> Message:
        option, days = _AGES[request.path]
        # The same key with another body is other data: it is told apart here, so that a key used twice loses nothing.
        identity = identity_of(claim.key, request.body)
        oldest = now - int(source.options.get(option, days)) * _DAY
        return Message(
            source.number, "http", identity, request.body, now, skew=claim.time - now, oldest=oldest
        )

    def _believe(self, source: Source, claim: Claim, body: bytes, now: int) -> None:
        """Raises ``Refused`` for a clock too far off, a nonce used before, a key used for something else."""
        if abs(claim.time - now) > source.skew * 1000:
            off = (claim.time - now) / 1000
            raise Refused(Reason.CLOCK, f"请求的时间与网关相差{off:.0f}秒，最多{source.skew}秒。")
        lifetime = 2 * source.skew * 1000
        nonces = self._nonces.setdefault(source.number, Nonces(lifetime))
        if not nonces.use(source.number, claim.nonce, now):
            raise Refused(Reason.REPLAY, "这个随机串已经用过。")
        if claim.key:
            digest = blake2b(body, digest_size=16).digest()
            if self._bodies.setdefault((source.number, claim.key), digest) != digest:
                raise Refused(Reason.REPLAY, "这个幂等编号已经用于另一份内容。")
            if len(self._bodies) > _KEYS:
                self._bodies.popitem(last=False)

    async def _stranger(self, request: Request, reason: Reason, detail: str, now: int) -> Answer:
        """Kept too, but only so much of it and so often: anybody can send this."""
        if now // 60_000 != self._minute:
            self._minute, self._strangers = now // 60_000, {}
        count = self._strangers[request.address] = self._strangers.get(request.address, 0) + 1
        if count > STRANGER_RATE or len(self._strangers) > 10 * STRANGER_RATE:
            return answers.problem(
                429,
                "过于频繁",
                "这个地址的无效请求过多，这次没有记录。",
                "请停止发送，核对来源代码和密钥后再试。",
            )
        raw = request.body[:STRANGER_RAW]
        return await self._deliver(Message(STRANGER, "http", raw, raw, now, None, reason, detail))

    async def _deliver(self, message: Message) -> Answer:
        try:
            outcome = await self._door.deliver(message)
        except TurnedAway as turned:
            return answers.away(turned)
        return answers.account(outcome, message.detail)


def identity_of(key: str, body: bytes) -> bytes:
    """What tells a repeat of a push: the same body under the same idempotency key (or under none)."""
    return key.encode() + b"\0" + blake2b(body, digest_size=32).digest()
