"""Series of a file: a workbook or csv with one series a row; all rows, or none with the errors by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.assets.models import Asset
from anju.kernel.assets.types import choices as asset_types
from anju.kernel.documents import read
from anju.kernel.documents.ledgers import Head, ImportRefused, Row, RowError, read_ledger, refuse
from anju.kernel.telemetry.models import Series, Source
from anju.kernel.telemetry.models.numbers import take
from anju.kernel.telemetry.properties import properties
from anju.kernel.values.scope import Scope

HEADS = (
    Head("asset", "设备编码", ("设备", "站点编码", "站号"), required=True),
    Head("type", "设备类型", ("类型",)),
    Head("property", "观测量", ("参数", "测量参数"), required=True),
    Head("name", "名称", ("测点名称", "点名")),
    Head("unit", "单位", ("计量单位",)),
    Head("source", "来源编码", ("来源", "平台编码")),
    Head("tag", "上报标识", ("标识", "点号", "位号", "tag")),
    Head("scale", "倍率", ("系数",)),
    Head("offset", "偏移", ()),
    Head("low", "量程下限", ("下限",)),
    Head("high", "量程上限", ("上限",)),
    Head("rate", "每分钟最大变化", ("变化率",)),
    Head("interval", "上报间隔（秒）", ("上报间隔", "间隔", "周期")),
    Head("stuck", "不变界限（秒）", ("不变界限",)),
)
_FIGURES = {"scale": 1.0, "offset": 0.0, "low": None, "high": None, "rate": None}
_WHOLE = {"interval": 60, "stuck": 0}
_CHUNK = 500


@dataclass(slots=True)
class Plan:
    """``columns`` are (head in the file, what it is taken for, or ""); with ``errors`` nothing may be kept."""

    columns: list[tuple[str, str]]
    rows: int
    new: list[Series] = field(default_factory=list)
    changed: list[Series] = field(default_factory=list)
    errors: tuple[RowError, ...] = ()

    @property
    def same(self) -> int:
        return self.rows - len(self.new) - len(self.changed)


def plan(path: Path, scope: Scope) -> Plan:
    """What ``bring`` would do. Raises as ``documents.read`` and ``read_ledger``."""
    ledger = read_ledger(read(path), HEADS)
    known = _Known(ledger.rows, scope)
    names = {head.field: head.name for head in HEADS}
    found = Plan([(head, names.get(name, "")) for head, name in ledger.columns], len(ledger.rows))
    for row in ledger.rows:
        known.add(row, found)
    found.errors = tuple(error for row in ledger.rows for error in row.errors)
    return found


def bring(given: Plan, *, actor: str, file: str, context: audit.Context | None = None) -> None:
    """Store what a plan brings, with one audit row. Raises ``ImportRefused`` with the errors by row."""
    refuse(given.errors)
    try:
        with transaction.atomic():
            _write(given)
            counts = {"rows": given.rows, "new": len(given.new), "changed": len(given.changed)}
            about = (given.new or given.changed or [None])[0]
            audit.record(
                "telemetry.series.import",
                about or gettext("测点"),
                actor=actor,
                after={"file": file, **counts},
                context=context,
            )
    except IntegrityError as error:
        raise ImportRefused(
            gettext("导入时有人刚登记了同样的上报标识，没有导入任何一行。"), gettext("请重新选择文件并核对。")
        ) from error


def _write(given: Plan) -> None:
    for series, number in zip(given.new, take("series", len(given.new)) if given.new else (), strict=True):
        series.number = number
    Series.objects.bulk_create(given.new, batch_size=_CHUNK)
    fields = [*_FIGURES, *_WHOLE, "name", "unit"]
    Series.objects.bulk_update(given.changed, fields, batch_size=200)


class _Known:
    """What the rows of a file name, fetched at once."""

    def __init__(self, rows: Sequence[Row], scope: Scope) -> None:
        self.types = dict(asset_types())
        codes = {row.values.get("asset", "") for row in rows}
        assets = Asset.objects.within(scope).filter(code__in=codes)
        self.assets: dict[str, list[Asset]] = {}
        for asset in assets:
            self.assets.setdefault(asset.code, []).append(asset)
        named = {row.values.get("source", "") for row in rows}
        self.sources = {one.code: one for one in Source.objects.within(scope).filter(code__in=named)}
        tags = {row.values.get("tag", "") for row in rows} - {""}
        mapped = Series.objects.filter(source__in=self.sources.values(), tag__in=tags).select_related("asset")
        self.series = {(one.source_id, one.tag): one for one in mapped}
        self.properties = {one.code: one.name for one in properties().values()}
        self.seen: dict[tuple[object, str], Row] = {}

    def add(self, row: Row, found: Plan) -> None:
        asset, source = self._asset(row), self._source(row)
        observed = row.chosen("property", self.properties) if row.values.get("property") else ""
        figures = {name: _number(row, name, default) for name, default in _FIGURES.items()}
        figures |= {name: _whole(row, name, default) for name, default in _WHOLE.items()}
        if row.errors or asset is None:
            return
        texts = {name: row.values.get(name, "") for name in ("name", "unit")}
        given = {"asset": asset, "property": observed, **texts, **figures}
        tag = row.values.get("tag", "")
        stored = self.series.get((source.pk, tag)) if source else None
        if stored is None:
            series = Series(source=source, tag=tag, **given)
            self._check(row, series)
            found.new.append(series)
        elif stored.asset_id != asset.pk or stored.property != observed:
            # What a series measures never changes: its history would tell of two things.
            words = gettext("标识{tag}已对应{asset}的{title}，不能改作别的。请停用原测点，换一个标识。")
            row.fault("tag", words.format(tag=tag, asset=stored.asset, title=stored.title))
        elif self._fill(row, stored, given):
            found.changed.append(stored)

    def _fill(self, row: Row, stored: Series, given: dict[str, Any]) -> bool:
        """Write what the row says and the stored series has otherwise. Whether there is such a thing."""
        news = {name: value for name, value in given.items() if row.values.get(name)}
        news = {name: value for name, value in news.items() if getattr(stored, name) != value}
        for name, value in news.items():
            setattr(stored, name, value)
        if news:
            self._check(row, stored)
        return bool(set(news) - {"asset", "property"})

    def _asset(self, row: Row) -> Asset | None:
        code = row.values.get("asset", "")
        found = self.assets.get(code, [])
        if row.values.get("type"):
            kind = row.chosen("type", self.types)
            found = [asset for asset in found if asset.type == kind]
        if len(found) > 1:
            row.fault(
                "asset", gettext("编码{code}有{n}台设备，请填设备类型。").format(code=code, n=len(found))
            )
        elif not found and code:
            row.fault("asset", gettext("没有编码为{code}的设备，或不在您的管理范围内。").format(code=code))
        return found[0] if len(found) == 1 else None

    def _source(self, row: Row) -> Source | None:
        code, tag = row.values.get("source", ""), row.values.get("tag", "")
        if code and code not in self.sources:
            row.fault("source", gettext("没有编码为{code}的来源，请先登记。").format(code=code))
            return None
        source = self.sources.get(code)
        if source and not tag:
            row.fault("tag", gettext("没有写上报标识，请照来源的点表填写。"))
        if source and tag:
            first = self.seen.setdefault((source.pk, tag), row)
            if first is not row:
                row.fault("tag", gettext("上报标识{tag}与{place}重复。").format(tag=tag, place=first.place))
        return source

    @staticmethod
    def _check(row: Row, series: Series) -> None:
        series.take_defaults()
        try:
            # Constraints that ask the database are left to it: one query a row is too many.
            series.clean_fields(exclude=("asset", "source"))
        except ValidationError as error:
            for name, told in error.message_dict.items():
                row.fault(name, "".join(told))
        if series.low is not None and series.high is not None and series.low >= series.high:
            row.fault("low", gettext("量程下限要低于上限。"))
        if series.scale == 0:
            row.fault("scale", gettext("倍率不能是0。"))


def _number(row: Row, name: str, default: float | None) -> float | None:
    text = row.values.get(name, "").replace("−", "-").replace(",", "")
    if not text:
        return default
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number - number != 0:
        row.fault(name, gettext("“{text}”不是数。").format(text=text))
        return default
    return number


def _whole(row: Row, name: str, default: int) -> int:
    number = _number(row, name, float(default))
    if number is None or number < 0 or number != int(number):
        row.fault(name, gettext("应是0或正整数。"))
        return default
    return int(number)
