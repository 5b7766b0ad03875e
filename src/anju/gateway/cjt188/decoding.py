"""A meter's reply as columns.

Raw bytes are the time of receipt in ms, a line feed, and the frame as it came. The tags of a meter are
``address/heat`` and so on, always in kWh, kW, m³/h, m³, °C and h whatever unit the meter shows; the registry's scale
leads to others.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from decimal import Decimal

import numpy as np

from anju.gateway.adapters import Refused, Setting, Values
from anju.gateway.cjt188.frames import Quantity, Reading, parse
from anju.kernel.telemetry.frames import Reason

# To kWh and kW; 1 GJ is 10⁹ J and 1 kWh is 3.6 × 10⁶ J.
_TO_KILO = {
    "kWh": Decimal(1),
    "MWh": Decimal(1000),
    "GJ": Decimal(10000) / Decimal(36),
    "W": Decimal("0.001"),
    "kW": Decimal(1),
    "MW": Decimal(1000),
}
# Meters show Chinese time.
_ZONE = timezone(timedelta(hours=8))


def decode(raw: bytes, setting: Setting) -> Values:
    """See ``adapters``. With the option ``clock`` set to ``gateway`` the time of receipt is that of the values."""
    received, _, frame = raw.partition(b"\n")
    if not received.isdigit():
        raise Refused(Reason.MALFORMED, "缺少接收时间。")
    reading = parse(frame)
    by_gateway = setting.source.options.get("clock") == "gateway"
    time = int(received) if by_gateway else clock_of(reading)
    figures = figures_of(reading)
    tags = [f"{reading.address}/{name}" for name in figures]
    series = [setting.tags.get(tag, 0) for tag in tags]
    return Values(
        np.array(series, np.uint32),
        np.full(len(tags), time, np.int64),
        np.array(list(figures.values()), np.float64),
        unknown=tuple(sorted(tag for tag, number in zip(tags, series, strict=True) if not number)),
    )


def raw_of(received: int, frame: bytes) -> bytes:
    """What is kept of a reply."""
    return b"%d\n" % received + frame


def clock_of(reading: Reading) -> int:
    """The meter's clock in ms since 1970."""
    return round(reading.clock.replace(tzinfo=_ZONE).timestamp() * 1000)


def figures_of(reading: Reading) -> dict[str, float]:
    """By the last part of the tag."""
    return {
        "settlement_heat": _in_kilo(reading.settlement),
        "heat": _in_kilo(reading.heat),
        "power": _in_kilo(reading.power),
        "flow": float(reading.flow.value),
        "volume": float(reading.volume.value),
        "supply": float(reading.supply),
        "return": float(reading.back),
        "hours": float(reading.hours),
        "status": float(reading.status),
    }


def _in_kilo(quantity: Quantity) -> float:
    return float(quantity.value * _TO_KILO[quantity.unit])
