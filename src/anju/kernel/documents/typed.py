"""What one cell of a ledger means: a day, a number, a whole number, degrees, a key. A fault is noted at the row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from anju.kernel.documents.ledgers import Row
from anju.kernel.values.dates import span
from anju.kernel.values.numerals import number as numeral

_LONGEST_WHOLE = 9


def day(row: Row, name: str) -> date | None:
    """A whole day in any of the usual forms (2021-09-20, 2021/9/20, 2021年9月20日); None for nothing or a fault."""
    text = row.values.get(name, "")
    if not text:
        return None
    try:
        days = span(text.replace("/", "-"))
    except ValueError:
        days = None
    if days is None or days[0] != days[1] or days[0].year is None:
        row.fault(name, f"“{text}”不是日期，请写成2021-09-20的样子。")
        return None
    return days[0].on(days[0].year)


def number(row: Row, name: str) -> Decimal | None:
    """A number, thousands parted by commas or not; None for nothing or a fault."""
    text = row.values.get(name, "").replace(",", "")
    if not text:
        return None
    found = numeral(text)
    if found is None:
        row.fault(name, f"“{text}”不是数，请只写数字。")
    return found


def whole(row: Row, name: str, default: int = 0, most: int = 9999) -> int:
    """A whole number from 0 to ``most``; ``default`` for nothing and beside a fault."""
    text = row.values.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or len(text) > _LONGEST_WHOLE or int(text) > most:
        row.fault(name, f"“{text}”不是0至{most}的整数，请改正。")
        return default
    return int(text)


def degrees(row: Row, longitude: str = "longitude", latitude: str = "latitude") -> tuple[float, float] | None:
    """A position from two cells, both or neither; None for nothing or a fault."""
    east, north = (row.values.get(name, "") for name in (longitude, latitude))
    if not east and not north:
        return None
    try:
        found = float(east), float(north)
    except ValueError:
        found = float("nan"), float("nan")
    if not (-180 <= found[0] <= 180 and -90 <= found[1] <= 90):
        row.fault(longitude, "经纬度应是度数，两样都要填，坐标系为CGCS2000。")
        return None
    return found


def key(row: Row, name: str, what: str) -> UUID | None:
    """A UUID; None for nothing or a fault, which calls it ``what``."""
    text = row.values.get(name, "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        row.fault(name, f"“{text}”不是{what}，请留空。")
        return None
