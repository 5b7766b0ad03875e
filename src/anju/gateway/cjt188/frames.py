"""Frames of CJ/T 188 for heat meters, both ways. Pure.

68, type 20H, address (7 bytes BCD, low byte first), control, length, data, sum of all bytes from 68 modulo 256, 16; any
number of FE may go before. The reply to a reading has 2EH bytes of data: identifier (1F 90 or 90 1F), sequence, five
totals of four BCD bytes and a unit, two temperatures and the hours of three, the clock of seven, two of status.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from anju.gateway.adapters import Refused
from anju.kernel.telemetry.frames import Reason

START, END, PREAMBLE = 0x68, 0x16, 0xFE
HEAT_METER = 0x20
READ, REPLY, FAILURE = 0x01, 0x81, 0xC1
DATA_LENGTH = 0x2E
IDENTIFIERS = (b"\x1f\x90", b"\x90\x1f")
# Before the data: start, type, address, control, length.
HEAD = 11
# Code of a unit → its name.
UNITS = {
    0x05: "kWh",
    0x08: "MWh",
    0x11: "GJ",
    0x14: "W",
    0x17: "kW",
    0x1A: "MW",
    0x2C: "m³",
    0x35: "m³/h",
}
_CODES = {name: code for code, name in UNITS.items()}
_ENERGY, _POWER = ("kWh", "MWh", "GJ"), ("W", "kW", "MW")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as the meter shows it."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a heat meter says. ``address`` has 14 digits, high byte first; ``clock`` is the meter's local time."""

    address: str
    sequence: int
    settlement: Quantity
    heat: Quantity
    power: Quantity
    flow: Quantity
    volume: Quantity
    supply: Decimal
    back: Decimal
    hours: int
    clock: datetime
    status: int


def request(address: str) -> bytes:
    """Ask the meter with this address (14 digits) for its reading."""
    return _framed(address, READ, IDENTIFIERS[0] + b"\x00")


def parse(frame: bytes) -> Reading:
    """The reading in a reply, preamble or not.

    Raises ``Refused``: checksum, truncation, a nibble that is no digit, an unknown unit, a clock without date, an error
    told by the meter.
    """
    frame = checked(frame.lstrip(bytes([PREAMBLE])))
    control, data = frame[9], frame[HEAD:-2]
    address = _digits(frame[2:9])
    if control == FAILURE:
        raise Refused(Reason.NO_POINTS, f"表{address}答复出错。")
    if frame[1] != HEAT_METER or control != REPLY or len(data) != DATA_LENGTH or data[:2] not in IDENTIFIERS:
        raise Refused(Reason.MALFORMED, f"表{address}的答复不是热量表读数。")
    totals = [data[place : place + 5] for place in range(3, 28, 5)]
    return Reading(
        address,
        data[2],
        _quantity(totals[0], 2, _ENERGY),
        _quantity(totals[1], 2, _ENERGY),
        _quantity(totals[2], 2, _POWER),
        _quantity(totals[3], 4, ("m³/h",)),
        _quantity(totals[4], 2, ("m³",)),
        _decimal(data[28:31], 2),
        _decimal(data[31:34], 2),
        int(_digits(data[34:37])),
        _clock(data[37:44]),
        int.from_bytes(data[44:46], "little"),
    )


def checked(frame: bytes) -> bytes:
    """The frame, when its length, end and sum are right. Raises ``Refused``."""
    if len(frame) < HEAD + 2 or frame[0] != START or len(frame) < size_of(frame):
        raise Refused(Reason.MALFORMED, "帧不完整。")
    if len(frame) > size_of(frame) or frame[-1] != END:
        raise Refused(Reason.MALFORMED, "帧没有结束符。")
    if sum(frame[:-2]) % 256 != frame[-2]:
        raise Refused(Reason.CHECKSUM, f"校验和是{frame[-2]:02X}，应为{sum(frame[:-2]) % 256:02X}。")
    return frame


def size_of(head: bytes | bytearray) -> int:
    """How long the frame is that begins with these 11 bytes."""
    return HEAD + head[10] + 2


def reply(reading: Reading) -> bytes:
    """What the meter sends: the other direction of ``parse``."""
    totals = (
        (reading.settlement, 2),
        (reading.heat, 2),
        (reading.power, 2),
        (reading.flow, 4),
        (reading.volume, 2),
    )
    data = IDENTIFIERS[0] + bytes([reading.sequence])
    for quantity, decimals in totals:
        data += _bcd(quantity.value.scaleb(decimals), 4) + bytes([_CODES[quantity.unit]])
    data += (
        _bcd(reading.supply.scaleb(2), 3) + _bcd(reading.back.scaleb(2), 3) + _bcd(Decimal(reading.hours), 3)
    )
    data += bytes.fromhex(reading.clock.strftime("%Y%m%d%H%M%S"))[::-1]
    return _framed(reading.address, REPLY, data + reading.status.to_bytes(2, "little"))


def failure(address: str) -> bytes:
    """A meter's word that it cannot answer."""
    return _framed(address, FAILURE, b"\x00\x00\x00")


def _framed(address: str, control: int, data: bytes) -> bytes:
    body = bytes([START, HEAT_METER]) + bytes.fromhex(address)[::-1] + bytes([control, len(data)]) + data
    return body + bytes([sum(body) % 256, END])


def _digits(low_first: bytes) -> str:
    digits = low_first[::-1].hex()
    if not digits.isdecimal():
        raise Refused(Reason.MALFORMED, f"{low_first.hex(' ').upper()}里有不是十进制数字的半字节。")
    return digits


def _decimal(low_first: bytes, decimals: int) -> Decimal:
    return Decimal(_digits(low_first)).scaleb(-decimals)


def _quantity(given: bytes, decimals: int, units: tuple[str, ...]) -> Quantity:
    unit = UNITS.get(given[4])
    if unit not in units:
        raise Refused(Reason.MALFORMED, f"单位代码{given[4]:02X}不是{'、'.join(units)}。")
    return Quantity(_decimal(given[:4], decimals), unit)


def _clock(low_first: bytes) -> datetime:
    digits = _digits(low_first)
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S")
    except ValueError:
        raise Refused(Reason.MALFORMED, f"表内时钟{digits}不是日期。") from None


def _bcd(value: Decimal, size: int) -> bytes:
    return bytes.fromhex(f"{int(value):0{2 * size}d}")[::-1]
