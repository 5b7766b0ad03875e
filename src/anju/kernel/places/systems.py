"""Coordinate systems that an import may name, and the way from each to CGCS2000.

WGS 84 differs from CGCS2000 by centimetres, so the two are one here. GCJ-02 and BD-09 are the shifted systems
of Chinese map services; their published approximate inverses are good to about a metre. Surveys come in
Gauss-Krüger zones of CGCS2000, named by EPSG code: 4548 has its middle at 117°, 4549 at 120°.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
from fast_geocn import bd09_to_wgs84, gcj02_to_wgs84
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from anju.kernel.values.refusal import Refusal

Points = NDArray[np.float64]
# All Gauss-Krüger zones of CGCS2000 of six and three degrees, with and without the zone number before the easting.
_ZONES = range(4491, 4555)
_METRES = (
    1.0  # two ellipsoids are one when their axes differ by less; Xi'an 80 differs by 3, Beijing 54 by 108
)


class System(StrEnum):
    """Systems in degrees."""

    CGCS2000 = "CGCS2000"
    WGS84 = "WGS84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


@dataclass(frozen=True, slots=True)
class Zone:
    """A Gauss-Krüger projection of CGCS2000, in metres, easting first."""

    epsg: int

    def __str__(self) -> str:
        return f"EPSG:{self.epsg}"


Declared = System | Zone


class SystemRefused(Refusal):
    """A coordinate system that is not known, or is not what the file says of itself."""


def named(text: str) -> Declared:
    """The system of a name (``GCJ-02``) or of an EPSG code (``EPSG:4548``, ``4548``)."""
    wanted = text.strip().upper()
    if wanted in set(System):
        return System(wanted)
    code = re.fullmatch(r"(?:EPSG:)?([0-9]{4})", wanted)
    if code and int(code[1]) in _ZONES:
        return Zone(int(code[1]))
    raise SystemRefused(
        f"不认识坐标系“{text[:40]}”。" if text.strip() else "没有说明坐标系。",
        f"请写{'、'.join(System)}之一，或CGCS2000高斯-克吕格投影带的编号，如EPSG:4548（117°）、EPSG:4549（120°）。",
    )


def to_cgcs2000(points: Points, system: Declared) -> Points:
    """(longitude, latitude) in CGCS2000, degrees, of (n, 2) positions given in ``system``."""
    if isinstance(system, Zone):
        return np.column_stack(_from(system.epsg).transform(points[:, 0], points[:, 1]))
    if system in (System.GCJ02, System.BD09):
        shifted = gcj02_to_wgs84 if system is System.GCJ02 else bd09_to_wgs84
        return np.array([shifted(float(x), float(y)) for x, y in points])
    return points


@cache
def _from(epsg: int) -> Transformer:
    return Transformer.from_crs(epsg, 4490, always_xy=True)


def check_statement(text: str, system: Declared) -> None:
    """``SystemRefused`` where a file says of itself (``.prj``, ``crs``) that it is in another system.

    Map services' shifted systems have no statement of their own: such files say WGS 84, which is no contradiction.
    """
    try:
        said = CRS.from_user_input(text.strip())
    except CRSError as error:
        raise SystemRefused(
            "文件自带的坐标系说明读不懂。", "请在制图软件中重新导出，或去掉.prj并核对所选坐标系。"
        ) from error
    if not _agrees(said, system):
        raise SystemRefused(
            f"文件自带的坐标系说明是“{said.name}”，与所选的{system}不符。",
            "请核对后改选坐标系，或请提供人重新导出。",
        )


def _agrees(said: CRS, system: Declared) -> bool:
    declared = CRS.from_epsg(system.epsg if isinstance(system, Zone) else 4490)
    if said.is_projected != declared.is_projected or said.ellipsoid is None or declared.ellipsoid is None:
        return False
    if abs(said.ellipsoid.semi_major_metre - declared.ellipsoid.semi_major_metre) > _METRES:
        return False
    return not declared.is_projected or _projection(said) == _projection(declared)


def _projection(crs: CRS) -> dict[str, float]:
    """What places a transverse Mercator projection, rounded so that two ways of writing it are equal."""
    operation = crs.coordinate_operation
    if operation is None or (
        "Mercator" not in operation.method_name and "Gauss" not in operation.method_name
    ):
        return {}
    return {parameter.name: round(parameter.value, 6) for parameter in operation.params}
