"""Observations as other programs write them, one by one or as a data array."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from anju.api.sensorthings.points.model import milliseconds
from anju.api.sensorthings.problems import Missing, NotOffered, Problem, Refused
from anju.api.sensorthings.view import View
from anju.kernel.telemetry.models import Series

# Values in one request; larger histories come by the telemetry command.
MOST = 10_000
_KNOWN = {
    "phenomenonTime", "resultTime", "result", "resultQuality", "validTime", "parameters", "Datastream",
    "FeatureOfInterest", "@iot.id", "id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One observation to be kept. ``time`` in ms, ``result`` in the unit of the series; ``quality`` as its sender says."""

    series: Series
    time: int
    result: float
    quality: str | None

    @property
    def id(self) -> str:
        return f"{self.series.number}-{self.time}"

    def told(self) -> dict[str, Any]:
        """As the gateway takes it: a raw value, to which it applies scale and offset again."""
        raw = (self.result - self.series.offset) / self.series.scale
        row = {"tag": self.series.tag, "time": self.time, "value": raw}
        return row if self.quality is None else row | {"quality": self.quality}


def body_of(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Problem(
            f"请求的正文不是JSON（第{error.lineno}行第{error.colno}个字符）。", "请照SensorThings标准改正。"
        ) from error


def item(view: View, given: Any, series: Series | None = None) -> Item:
    """One observation as a client wrote it; ``series`` is that of the path. Raises ``Problem``."""
    if not isinstance(given, dict):
        raise Problem("观测值应是一个JSON对象。", '例如{"result": 54.5, "Datastream": {"@iot.id": 1}}。')
    unknown = sorted(set(given) - _KNOWN)
    if unknown:
        raise Problem(f"观测值没有属性{'、'.join(unknown)}。", "请去掉。")
    for name in ("validTime", "parameters"):
        if given.get(name):
            raise NotOffered(f"不保存观测值的{name}。", "请去掉这个属性再提交。")
    found = _series_of(view, given.get("Datastream"), series)
    _same_feature(given.get("FeatureOfInterest"), found)
    at = _instant("phenomenonTime", given.get("phenomenonTime")) or timezone.now()
    result_time = _instant("resultTime", given.get("resultTime"))
    if result_time and result_time != at:
        raise NotOffered(
            "不另存与观测时间不同的resultTime。", "请去掉resultTime，或写成与phenomenonTime相同。"
        )
    return Item(found, milliseconds(at), _number(given.get("result")), _quality(given.get("resultQuality")))


def items_of_array(view: View, given: Any) -> list[Item | Problem]:
    """The observations of a data array (OGC 18-088, clause 12), each of which may fail alone."""
    if not isinstance(given, list):
        raise Problem("CreateObservations的正文应是数组。", "请照SensorThings标准的数据数组改正。")
    found: list[Item | Problem] = []
    for group in given:
        found += _of_group(view, group)
        if len(found) > MOST:
            raise Problem(f"一次最多提交{MOST}个观测值。", "请分成几批。")
    return found


def _of_group(view: View, group: Any) -> list[Item | Problem]:
    names = group.get("components") if isinstance(group, dict) else None
    rows = group.get("dataArray") if isinstance(group, dict) else None
    if not isinstance(names, list) or not isinstance(rows, list):
        raise Problem("数据数组缺少components或dataArray。", "请照SensorThings标准改正。")
    try:
        series = _series_of(view, group.get("Datastream"), None)
    except Problem as problem:
        return [problem] * len(rows)
    made: list[Item | Problem] = []
    for row in rows:
        try:
            if not isinstance(row, list) or len(row) != len(names):
                raise Problem("dataArray的一行与components的个数不同。")
            given = dict(zip(names, row, strict=True))
            feature = given.pop("FeatureOfInterest/id", None)
            made.append(item(view, given | _feature(feature), series))
        except Problem as problem:
            made.append(problem)
    return made


def _feature(key: Any) -> dict[str, Any]:
    return {} if key is None else {"FeatureOfInterest": {"@iot.id": key}}


def _series_of(view: View, given: Any, series: Series | None) -> Series:
    if given is not None:
        key = given.get("@iot.id", given.get("id")) if isinstance(given, dict) else None
        if not isinstance(key, int) or isinstance(key, bool):
            raise Problem('Datastream应写成{"@iot.id": 编号}。', "测点先在测点台账里登记，这里不能新建。")
        if series is not None and series.number != key:
            raise Problem("正文里的Datastream与地址里的不同。", "请改成同一个。")
        series = series or view.series().filter(number=key).first()
        if series is None:
            raise Missing(f"没有Datastreams({key})，或者您看不到它。", "请核对编号。")
    if series is None:
        raise Problem("没有写明Datastream。", '请写上"Datastream": {"@iot.id": 编号}。')
    if series.source is None or not series.enabled or not series.source.enabled:
        raise Refused("这个测点没有启用的来源，不能收值。", "请先在测点台账里给它来源并启用。")
    return series


def _same_feature(given: Any, series: Series) -> None:
    if given is None:
        return
    number = series.asset.telemetry_number.number
    if not isinstance(given, dict) or given.get("@iot.id", given.get("id")) != number:
        raise NotOffered(
            "观测对象就是测点所在的设备，不能另写。",
            f'请去掉FeatureOfInterest，或写{{"@iot.id": {number}}}。',
        )


def _instant(name: str, given: Any) -> datetime | None:
    if given is None:
        return None
    if isinstance(given, str) and "/" in given:
        raise NotOffered(f"{name}不能是时间段。", "请写成一个时刻。")
    try:
        at = parse_datetime(given) if isinstance(given, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Problem(
            f"{name}“{str(given)[:40]}”不是带时区的时刻。", "请写成2026-11-28T08:30:00+08:00的样子。"
        )
    return at.astimezone(UTC)


def _number(given: Any) -> float:
    if isinstance(given, bool | int | float):
        return float(given)
    raise Problem("result应是一个数。", "测点的值都是数；状态请写0或1。")


def _quality(given: Any) -> str | None:
    if given is None:
        return None
    word = given.get("status") if isinstance(given, dict) else given
    if word not in ("good", "uncertain", "bad"):
        raise NotOffered("resultQuality只能是good、uncertain或bad。", "请改写，或去掉这个属性。")
    return str(word)
