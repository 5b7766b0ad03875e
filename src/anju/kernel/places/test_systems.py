"""Coordinate systems: published pairs, pyproj as the second opinion, and what contradicts."""

from __future__ import annotations

import pytest
from pyproj import CRS, Transformer

from anju.kernel.places import geo, systems
from anju.kernel.places.geo import GeometryError
from anju.kernel.places.systems import System, SystemRefused, Zone


def test_a_published_gcj02_pair_comes_back() -> None:
    """Tiananmen's flagpole region: WGS 84 39.907333 N 116.391083 E is shown by map services at 39.908737 N,
    116.397327 E, the pair that descriptions of the two systems give; good to some metres.
    """
    given = geo.to_cgcs2000(116.397327, 39.908737, System.GCJ02)
    assert geo.distance(given, (116.391083, 39.907333)) < 10


def test_there_and_back_is_a_metre() -> None:
    from fast_geocn import wgs84_to_bd09, wgs84_to_gcj02

    for shift, system in ((wgs84_to_gcj02, System.GCJ02), (wgs84_to_bd09, System.BD09)):
        x, y = shift(118.18, 39.63)
        assert geo.distance((x, y), (118.18, 39.63)) > 500
        assert geo.distance(geo.to_cgcs2000(x, y, system), (118.18, 39.63)) < 1.5


@pytest.mark.parametrize("epsg", [4548, 4549, 4527])
def test_a_gauss_kruger_point_agrees_with_pyproj(epsg: int) -> None:
    """4548 and 4549 are the zones of 117° and 120°; 4527 is zone 39 (117°) with its number before the easting."""
    x, y = Transformer.from_crs(4490, epsg, always_xy=True).transform(118.18, 39.63)
    assert geo.to_cgcs2000(x, y, Zone(epsg)) == pytest.approx((118.18, 39.63), abs=1e-8)


def test_on_the_middle_meridian_the_northing_is_the_arc() -> None:
    """At 45° the arc of GRS 80 from the equator has 4,984,944.378 m, a figure of the standard tables."""
    assert geo.to_cgcs2000(500_000, 4_984_944.378, Zone(4548)) == pytest.approx((117.0, 45.0), abs=1e-8)


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("gcj-02", System.GCJ02),
        (" EPSG:4548 ", Zone(4548)),
        ("4549", Zone(4549)),
        ("CGCS2000", System.CGCS2000),
    ],
)
def test_systems_by_their_names(text: str, system: systems.Declared) -> None:
    assert systems.named(text) == system


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "没有说明坐标系。"),
        ("EPSG:32650", "不认识坐标系“EPSG:32650”。"),
        ("北京54", "不认识坐标系“北京54”。"),
    ],
)
def test_an_unknown_system_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(SystemRefused) as refused:
        systems.named(text)
    assert refused.value.sentence == sentence
    assert "EPSG:4548" in refused.value.next_step


@pytest.mark.parametrize(
    ("said", "system"),
    [
        (4548, Zone(4548)),
        (4509, Zone(4548)),
        (4490, System.CGCS2000),
        (4326, System.CGCS2000),
        (4326, System.GCJ02),
    ],
)
def test_a_statement_that_agrees(said: int, system: systems.Declared) -> None:
    """4509 is the six-degree zone with the same middle; services' shifted systems say WGS 84 of themselves."""
    systems.check_statement(CRS.from_epsg(said).to_wkt("WKT1_ESRI"), system)


@pytest.mark.parametrize(
    ("said", "system"),
    [
        (4548, Zone(4549)),  # another middle
        (4527, Zone(4548)),  # with the number of the zone
        (4548, System.CGCS2000),  # metres, not degrees
        (4490, Zone(4548)),
        (2384, Zone(4548)),  # Xi'an 80 in the zone of the same middle
        (4214, System.CGCS2000),  # Beijing 54
        (32650, Zone(4548)),  # UTM
    ],
)
def test_a_statement_that_contradicts_is_refused(said: int, system: systems.Declared) -> None:
    with pytest.raises(SystemRefused, match="不符"):
        systems.check_statement(CRS.from_epsg(said).to_wkt("WKT1_ESRI"), system)


def test_a_statement_that_says_nothing_is_refused() -> None:
    with pytest.raises(SystemRefused, match="读不懂"):
        systems.check_statement("PROJCS[", System.CGCS2000)


@pytest.mark.parametrize(
    ("x", "y", "system", "sentence"),
    [
        (39.6, 118.2, System.CGCS2000, "轮廓的坐标不是经纬度（度）。"),  # turned round: 118 is no latitude
        (500_000, 4_380_000, System.WGS84, "轮廓的坐标不是经纬度（度）。"),
        (118.2, 39.6, Zone(4548), "坐标不是EPSG:4548的米制坐标。"),
        (
            39_500_000,
            4_380_000,
            Zone(4548),
            "坐标不在EPSG:4548的范围内。",
        ),  # with the number, in a zone without
        (float("nan"), 39.6, System.CGCS2000, "轮廓的坐标不是经纬度（度）。"),
    ],
)
def test_positions_that_are_not_of_their_system(
    x: float, y: float, system: systems.Declared, sentence: str
) -> None:
    with pytest.raises(GeometryError) as refused:
        geo.point(x, y, system)
    assert refused.value.sentence == sentence


def test_lengths_and_distances_on_the_ellipsoid() -> None:
    """One minute of arc along the equator has 1,855.325 m: 2π·6,378,137/21,600."""
    line = geo.parse_shape(
        {"type": "LineString", "coordinates": [[118, 0], [118 + 1 / 60, 0]]}, System.CGCS2000
    )
    assert geo.metres(line) == pytest.approx(1855.325, abs=0.001)
    assert geo.distance((118, 0), (118 + 1 / 60, 0)) == pytest.approx(1855.325, abs=0.001)
    assert geo.representative(line) == pytest.approx((118 + 1 / 120, 0))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"type": "MultiPoint", "coordinates": [[118, 39]]}, "图形的类型是MultiPoint，不是点、线或面。"),
        ({"type": "LineString", "coordinates": [[118, 39]]}, "图形的坐标残缺。"),
        ({"type": "LineString", "coordinates": [[118, 39], [118, 39]]}, "线没有长度。"),
        ({"type": "Point", "coordinates": ["a", "b"]}, "图形的坐标残缺。"),
    ],
)
def test_what_is_no_shape_is_refused(value: object, sentence: str) -> None:
    with pytest.raises(GeometryError) as refused:
        geo.parse_shape(value, System.CGCS2000)
    assert refused.value.sentence == sentence


def test_the_point_of_an_outline_lies_inside_it() -> None:
    """A horseshoe, whose middle lies outside."""
    horseshoe = [[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3], [0, 0]]
    outline = geo.parse({"type": "Polygon", "coordinates": [horseshoe]}, System.CGCS2000)
    assert not outline.contains(geo.Point(1.5, 2))
    assert outline.contains(geo.Point(geo.representative(outline)))
