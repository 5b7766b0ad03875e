"""Bodies of pushes as columns: JSON, and Arrow IPC (stream or file) for bulk."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from anju.gateway import values
from anju.gateway.adapters import CODE_OF, Refused, Setting, Values
from anju.kernel.telemetry.frames import Reason
from anju.kernel.telemetry.points import MILLISECOND

# domain/heating: JSON batches up to 5,000 points. Arrow is for bulk.
JSON_POINTS, ARROW_POINTS = 5_000, 200_000
_MALFORMED = CODE_OF[Reason.MALFORMED]
_ARROW = (b"\xff\xff\xff\xff", b"ARROW1")


def decode(raw: bytes, setting: Setting) -> Values:
    """See ``adapters``; the first bytes tell which of the two it is."""
    return _arrow(raw, setting) if raw.startswith(_ARROW) else _json(raw, setting)


def _json(raw: bytes, setting: Setting) -> Values:
    try:
        points = orjson.loads(raw)["points"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        where = (
            f"第{error.lineno}行第{error.colno}个字符" if isinstance(error, orjson.JSONDecodeError) else ""
        )
        raise Refused(Reason.MALFORMED, f"正文不是带points数组的JSON{where}。") from None
    if not isinstance(points, list):
        raise Refused(Reason.MALFORMED, "points不是数组。")
    if len(points) > JSON_POINTS:
        raise Refused(Reason.TOO_LARGE, f"一次{len(points)}个点，上限是{JSON_POINTS}个。")
    return of_points(points, setting.tags, b'"quality"' in raw)


def of_points(points: list[Any], numbers: dict[str, int], qualified: bool) -> Values:
    """A list of ``{"tag", "time", "value", "quality"?}``; what is no such thing is a fault in its place."""
    faults = np.zeros(len(points), np.uint8)
    try:
        series, times, given, unknown = _lists(points, numbers)
    except (KeyError, TypeError):
        points = _mended(points, faults)
        series, times, given, unknown = _lists(points, numbers)
    quality = values.qualities([point.get("quality") for point in points]) if qualified else None
    column = values.times(times, faults)
    return Values(series, column, values.numbers(given), quality, faults, tuple(sorted(unknown - {""})))


def _lists(
    points: list[Any], numbers: dict[str, int]
) -> tuple[NDArray[np.uint32], list[Any], list[Any], set[str]]:
    """Numbers of series, times, values, and the tags without a number. Raises ``KeyError`` and ``TypeError``."""
    get = numbers.get
    series = np.array([get(point["tag"], 0) for point in points], np.uint32)
    times = [point["time"] for point in points]
    given = [point["value"] for point in points]
    unknown = {points[place]["tag"] for place in np.flatnonzero(series == 0).tolist()}
    if not all(isinstance(tag, str) for tag in unknown):
        raise TypeError("a tag is a text")
    return series, times, given, unknown


def _mended(points: list[Any], faults: NDArray[np.uint8]) -> list[dict[str, Any]]:
    """What is not a point becomes an empty one, and is marked."""
    whole = []
    for at, point in enumerate(points):
        good = (
            isinstance(point, dict)
            and isinstance(point.get("tag"), str)
            and {"time", "value"} <= point.keys()
        )
        if not good:
            faults[at] = _MALFORMED
        whole.append(point if good else {"tag": "", "time": 0, "value": None})
    return whole


def _arrow(raw: bytes, setting: Setting) -> Values:
    table = _table(raw)
    names = set(table.column_names)
    if not {"time", "value"} <= names or not names & {"tag", "series"}:
        raise Refused(Reason.MALFORMED, "Arrow表要有time、value和tag或series三列。")
    if table.num_rows > ARROW_POINTS:
        raise Refused(Reason.TOO_LARGE, f"一次{table.num_rows}个点，上限是{ARROW_POINTS}个。")
    return of_table(table, setting)


def _table(raw: bytes) -> pa.Table:
    """Nothing of a stranger's buffers is believed before it was checked."""
    try:
        opened = pa.ipc.open_file(raw) if raw.startswith(_ARROW[1]) else pa.ipc.open_stream(raw)
        table = opened.read_all()
        table.validate(full=True)
    except (pa.ArrowException, ValueError, OSError, EOFError):
        raise Refused(Reason.MALFORMED, "正文不是完整的Arrow IPC数据。") from None
    return table


def of_table(table: pa.Table, setting: Setting) -> Values:
    """Columns ``time`` (timestamp with zone, or ms), ``value``, ``tag`` or ``series``, and perhaps ``quality``.

    Raises ``Refused`` where a column has another type.
    """
    try:
        unknown: tuple[str, ...] = ()
        if "series" in table.column_names:
            series = _numbers(table["series"], pa.uint32(), 0).astype(np.uint32)
        else:
            series, unknown = _tagged(table["tag"], setting)
        time = _times(table["time"])
        value = _numbers(table["value"], pa.float64(), np.nan)
        quality = _quality(table["quality"]) if "quality" in table.column_names else None
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise Refused(Reason.MALFORMED, f"Arrow表的列类型不对（{error}）。") from None
    faults = np.zeros(len(series), np.uint8)
    return Values(series, values.within(time, faults), value, quality, faults, unknown)


def _tagged(column: pa.ChunkedArray, setting: Setting) -> tuple[NDArray[np.uint32], tuple[str, ...]]:
    """Each tag is looked up once, however often it stands there."""
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], column.type)
    found, strange = _looked_up(whole.dictionary, setting)
    none = len(found) - 1
    at = whole.indices.fill_null(none).to_numpy(zero_copy_only=False) if len(whole) else np.array([], np.intp)
    series = found[at]
    used = np.unique(at[series == 0]).tolist() if not series.all() else ()
    return series, tuple(sorted(strange[number] for number in used if number != none))


def _looked_up(dictionary: pa.Array, setting: Setting) -> tuple[NDArray[np.uint32], dict[int, str]]:
    """The numbers of a dictionary's tags, with 0 behind them for none, and by place those that are not registered.

    Senders repeat their dictionary every time, so it is known again by its bytes.
    """
    key = blake2b(digest_size=16)
    for buffer in dictionary.buffers():
        key.update(buffer or b"")
    mark = (key.digest(), dictionary.offset, len(dictionary))
    shape: tuple[NDArray[np.uint32], dict[int, str]] | None = setting.shapes.get(mark)
    if shape is None:
        tags = dictionary.to_pylist()
        found = np.array([*(setting.tags.get(tag, 0) for tag in tags), 0], np.uint32)
        strange = {place: str(tags[place]) for place in np.flatnonzero(found[:-1] == 0).tolist()}
        shape = (found, strange)
        setting.keep(mark, shape, 1 + len(tags) // 16 + len(strange))
    return shape


def _times(column: pa.ChunkedArray) -> NDArray[np.int64]:
    if pa.types.is_timestamp(column.type):
        if column.type.tz is None:
            raise TypeError("时间列没有时区")
        column = column.cast(MILLISECOND, safe=False).cast(pa.int64())
    elif not pa.types.is_integer(column.type):
        raise TypeError("时间列既不是时间也不是毫秒整数")
    return _numbers(column, pa.int64(), 0)


def _quality(column: pa.ChunkedArray) -> NDArray[np.uint8]:
    codes = column.dictionary_encode() if not pa.types.is_dictionary(column.type) else column
    whole = codes.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        return np.array([], np.uint8)
    words = values.qualities([*whole.dictionary.to_pylist(), None])
    codes_of: NDArray[np.uint8] = words[
        whole.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    ]
    return codes_of


def _numbers(column: pa.ChunkedArray, kind: pa.DataType, missing: float) -> NDArray[Any]:
    cast = column.cast(kind)
    if cast.null_count:
        cast = cast.fill_null(missing)
    return np.asarray(cast.to_numpy())
