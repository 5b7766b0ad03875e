"""Observations by columns (OGC 18-088, clause 12): ``$resultFormat=dataArray``."""

from __future__ import annotations

from typing import Any

from anju.api.sensorthings.documents import Json
from anju.api.sensorthings.options import Options
from anju.api.sensorthings.paths import Resource
from anju.api.sensorthings.problems import NotOffered, Problem

_COMPONENTS = ("phenomenonTime", "resultTime", "result", "resultQuality", "parameters")


def arrays(root: str, found: Resource, options: Options, body: Json) -> Json:
    """The page of a collection of observations with one array a series."""
    if options.format != "dataArray":
        raise NotOffered(f"没有格式{options.format}。", "可用的是dataArray。")
    if found.entity.name != "Observations" or found.single or options.expand:
        raise Problem(
            "dataArray只用于Observations的集合，不能同时展开。", "请去掉$expand，或去掉$resultFormat。"
        )
    if options.select and "id" not in options.select:
        raise Problem("dataArray要按观测值的编号分组。", "请在$select里加上id。")
    components = [name for name in _COMPONENTS if not options.select or name in options.select]
    groups: dict[str, list[list[Any]]] = {}
    for one in body["value"]:
        series = one["@iot.id"].partition("-")[0]
        groups.setdefault(series, []).append([one["@iot.id"], *(one[name] for name in components)])
    value = [
        {
            "Datastream@iot.navigationLink": f"{root}Datastreams({series})",
            "components": ["id", *components],
            "dataArray@iot.count": len(rows),
            "dataArray": rows,
        }
        for series, rows in groups.items()
    ]
    return {**body, "value": value}
