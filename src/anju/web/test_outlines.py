"""Outlines are drawn in their proportions, north up."""

import pytest

from anju.web.outlines import MARGIN, WIDTH, Frame, path

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[118.0, 39.0], [119.0, 39.0], [119.0, 40.0], [118.0, 40.0], [118.0, 39.0]]],
}


def test_a_degree_east_is_shorter_than_a_degree_north() -> None:
    frame = Frame.around([(118.0, 39.0, 119.0, 40.0)])
    assert frame is not None
    assert frame.place(118.0, 40.0) == (MARGIN, MARGIN)  # north-west is the upper left
    assert frame.place(119.0, 40.0)[0] == pytest.approx(WIDTH - MARGIN)
    # cos 39.5° = 0.7716, so the page is 1/0.7716 as high as it is wide
    assert frame.height - 2 * MARGIN == pytest.approx((WIDTH - 2 * MARGIN) / 0.7716, rel=1e-3)


def test_rings_close() -> None:
    frame = Frame.around([(118.0, 39.0, 119.0, 40.0)])
    assert frame is not None
    drawn = path(SQUARE, frame)
    assert drawn.startswith("M8.0,")
    assert drawn.endswith("Z")
    assert (
        path({"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]] * 2}, frame)
        == f"{drawn} {drawn}"
    )


def test_nothing_to_draw() -> None:
    assert Frame.around([]) is None
