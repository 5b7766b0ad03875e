"""Pages that every office shares: the map of areas, and cases by stage."""

from __future__ import annotations

import re
from typing import Any

import pytest

from anju.kernel.places.models import Area
from anju.packs.budget import demo

pytestmark = pytest.mark.django_db


def test_the_map_shows_nineteen_units_in_list_and_drawing(sign_in: Any) -> None:
    page = sign_in("finance").get("/map/").content.decode()
    assert "19个县级单位" in page
    assert len(re.findall(r"Z\" class=\"step\d\"", page)) == 19
    assert "轮廓是示意" in page
    area = Area.objects.get(name="城北区")
    chosen = sign_in("finance").get(f"/map/?area={area.pk}").content.decode()
    assert "chosen" in chosen
    assert "中心区" in chosen


def test_a_county_sees_its_own_unit_only(sign_in: Any) -> None:
    page = sign_in("county").get("/map/").content.decode()
    assert "1个县级单位" in page


def test_the_board_has_a_column_for_each_stage_with_its_count(sign_in: Any) -> None:
    demo.build(None)  # one case late, one waiting for acceptance, one closed
    page = sign_in("finance").get("/cases/?as=board", follow=True).content.decode()
    found = re.findall(r"<h2>(派单|待验收|退回整改|销案)</h2><p>(\d+)件", page)
    # The desk has one of each; the year adds three red lines, four explained findings and one approval.
    assert dict(found) == {"派单": "4", "待验收": "1", "退回整改": "0", "销案": "6"}
    assert "逾期2天" in page or "逾期1天" in page
    late = sign_in("finance").get("/cases/?view=late").content.decode()
    assert "逾期1" in late
