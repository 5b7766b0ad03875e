"""What arrived on the wire, byte by byte: every frame is kept, the refused ones with their reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

import pyarrow as pa

from anju.kernel.telemetry.points import MILLISECOND

KEY_SIZE = 16
# The number of a source that is not known: a sender whose name or signature was wrong.
STRANGER = 0
SCHEMA = pa.schema(
    [
        pa.field("number", pa.uint64(), nullable=False),
        pa.field("source", pa.uint32(), nullable=False),
        pa.field("received", MILLISECOND, nullable=False),
        pa.field("protocol", pa.string(), nullable=False),
        pa.field("key", pa.binary(KEY_SIZE), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("points", pa.uint32(), nullable=False),
        pa.field("refused", pa.uint32(), nullable=False),
        pa.field("raw", pa.binary(), nullable=False),
    ]
)


class Status(StrEnum):
    """Frames seen = accepted + repeats + rejected, always."""

    ACCEPTED = "accepted"
    REPEAT = "repeat"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why a frame or a point of it was refused; pages say it by ``REASON_WORDS``."""

    NONE = ""
    CREDENTIALS = "credentials"
    REPLAY = "replay"
    CLOCK = "clock"
    MALFORMED = "malformed"
    CHECKSUM = "checksum"
    TOO_LARGE = "too_large"
    UNKNOWN_TAG = "unknown_tag"
    FUTURE = "future"
    TOO_OLD = "too_old"
    NO_POINTS = "no_points"


REASON_WORDS = {
    Reason.NONE: "",
    Reason.CREDENTIALS: "身份或签名不对",
    Reason.REPLAY: "重放的请求",
    Reason.CLOCK: "请求时间与网关相差过大",
    Reason.MALFORMED: "格式不对",
    Reason.CHECKSUM: "校验和不对",
    Reason.TOO_LARGE: "超过大小上限",
    Reason.UNKNOWN_TAG: "没有登记的测点",
    Reason.FUTURE: "观测时间在将来",
    Reason.TOO_OLD: "观测时间早于保存期限",
    Reason.NO_POINTS: "没有一个可用的值",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it came.

    ``received`` in ms; ``key`` tells a repeat (from the sender's idempotency key, or else from the bytes); ``points``
    are those kept, ``refused`` those that could not be. A repeat keeps no bytes: the first one has them.
    """

    number: int
    source: int
    received: int
    protocol: str
    key: bytes
    status: Status
    reason: Reason
    points: int
    refused: int
    raw: bytes


def key_of(source: int, identity: bytes) -> bytes:
    """The key of a message of a source: the same identity of another source is another message."""
    return blake2b(identity, digest_size=KEY_SIZE, person=source.to_bytes(16, "big")).digest()


def batch(frames: list[Frame]) -> pa.RecordBatch:
    """Frames as Arrow data with ``SCHEMA``."""
    columns = [
        pa.array([getattr(frame, field.name) for frame in frames], type=pa.int64()).view(MILLISECOND)
        if field.type == MILLISECOND
        else pa.array([getattr(frame, field.name) for frame in frames], type=field.type)
        for field in SCHEMA
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)
