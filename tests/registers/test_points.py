"""The map of points, the detail pages with their panels, the forms of equipment and the import pages."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from anju.kernel.access.testing import person, signed_in
from anju.kernel.assets.models import Asset, Maintenance, MaintenanceFile, StateChange
from anju.kernel.places import geo
from anju.kernel.places.models import Batch, Place
from registers.conftest import Town


@pytest.fixture
def places(town: Town) -> list[Place]:
    """Three hundred dwellings at one point in the east, a site apart from them, and a community in the west."""
    rows = [Place(kind="dwelling", code=f"H{n:03}", name=f"{n}室", area=town.east) for n in range(300)]
    for row in rows:
        row.draw(geo.Point(118.2, 39.6), "测绘")
    for code, kind, area, x in (("G1", "site", town.east, 118.4), ("XQ1", "community", town.west, 118.6)):
        row = Place(kind=kind, code=code, name=f"{area}{code}", area=area)
        row.draw(geo.Point(x, 39.6), "测绘")
        rows.append(row)
    return Place.objects.bulk_create(rows)


@pytest.fixture
def office(town: Town) -> Client:
    return signed_in(person("office", "test-office", area=town.east))


def counts(html: str) -> list[str]:
    return re.findall(r'class="dot-n" aria-hidden="true">([^<]*)<', html)


def test_near_points_are_one_mark_that_opens_a_closer_map(finance: Client, places: list[Place]) -> None:
    html = finance.get("/r/places/points/").content.decode()
    assert counts(html) == ["300"]
    assert html.count("<circle") == 3
    assert re.search(r'<a href="\?area__name=|<li><span>.*?东县.*?</span><span class="num">301</span>', html)
    box = re.search(r'<a href="\?(box=[^"]*)" aria-label="300条"', html)
    closer = finance.get(f"/r/places/points/?{box[1]}").content.decode()  # type: ignore[index]
    assert "300条" in closer
    assert "东县G1" not in closer
    assert "列出50条，共300条" in closer


def test_few_points_stand_for_themselves_and_lead_to_their_pages(
    finance: Client, places: list[Place]
) -> None:
    html = finance.get("/r/places/points/?kind=site").content.decode()
    site = Place.objects.get(code="G1")
    assert f'<a href="/r/places/{site.pk}/" aria-label="东县G1">' in html
    assert html.count("<circle") == 1


def test_a_map_shows_the_own_scope_only_and_says_what_it_did_not_understand(
    east_client: Client, places: list[Place]
) -> None:
    html = east_client.get("/r/places/points/").content.decode()
    assert html.count("<circle") == 2
    assert "西县" not in html
    bad = east_client.get("/r/places/points/?box=1,2,x")
    assert bad.status_code == 400
    assert "地图范围“1,2,x”看不懂" in bad.content.decode()


def test_the_page_of_a_place_shows_what_lies_in_it(office: Client, places: list[Place]) -> None:
    site = Place.objects.get(code="G1")
    Asset.objects.create(type="camera", code="S1", name="像机", area=site.area, place=site)
    html = office.get(f"/r/places/{site.pk}/").content.decode()
    assert "像机" in html
    assert "东经118.400000，北纬39.600000" in html
    outside = Place.objects.get(code="XQ1")
    assert office.get(f"/r/places/{outside.pk}/").status_code == 404


def test_a_place_is_added_by_form_with_its_parent_typed(office: Client, town: Town) -> None:
    community = Place.objects.create(kind="community", code="XQ2", name="示例家园", area=town.east)
    given = {
        "kind": "building",
        "code": "L1",
        "name": "1号楼",
        "area": str(town.east.pk),
        "parent": "小区 XQ2",
    }
    answer = office.post(
        "/r/places/new/", given | {"longitude": "118.2", "latitude": "39.6", "attributes": "层数=6"}
    )
    assert answer.status_code == 302, answer.content.decode()
    building = Place.objects.get(code="L1")
    assert (building.parent, building.attributes) == (community, {"floors": 6})
    form = office.get(f"/r/places/{building.pk}/edit/").content.decode()
    assert 'value="小区 XQ2"' in form
    assert "层数=6" in form
    wrong = office.post("/r/places/new/", given | {"code": "L2", "parent": "XQ9"})
    assert wrong.status_code == 422
    assert "没有编码为“XQ9”的" in wrong.content.decode()


def test_a_state_and_maintenance_with_photos_are_entered(office: Client, town: Town) -> None:
    asset = Asset.objects.create(type="camera", code="S1", name="像机", area=town.east)
    wrong = office.post(
        f"/assets/{asset.pk}/state/", {"state": "under_repair", "since": "2021-07-01", "reason": ""}
    )
    assert (wrong.status_code, StateChange.objects.count()) == (422, 0)
    right = {"state": "under_repair", "since": "2021-07-01", "reason": "黑屏"}
    assert office.post(f"/assets/{asset.pk}/state/", right).status_code == 302
    photo = BytesIO()
    Image.new("RGB", (8, 8), (9, 9, 9)).save(photo, "PNG")
    upload = SimpleUploadedFile("现场.png", photo.getvalue())
    entry = {"kind": "repair", "done_on": "2021-07-03", "done_by": "维保", "files": [upload]}
    assert office.post(f"/assets/{asset.pk}/maintenance/", entry).status_code == 302
    kept = MaintenanceFile.objects.get(key=Maintenance.objects.get().key)
    html = office.get(f"/r/assets/{asset.pk}/").content.decode()
    assert "维修中" in html
    assert f'<img class="thumb" src="/assets/documents/{kept.pk}/"' in html
    picture = office.get(f"/assets/documents/{kept.pk}/")
    assert picture.headers["Content-Type"] == "image/png"
    bad = entry | {"files": [SimpleUploadedFile("现场.png", b"MZ\x90")]}
    refused = office.post(f"/assets/{asset.pk}/maintenance/", bad)
    assert (refused.status_code, Maintenance.objects.count()) == (422, 1)
    assert "不在允许上传的类型之内" in refused.content.decode()


def test_a_file_is_looked_at_before_it_is_kept(office: Client, town: Town) -> None:
    table = "编码,名称,所在区域,经度,纬度,备用\nXQ1,示例家园,东县,118.2,39.6,x\n"
    upload = SimpleUploadedFile("小区.csv", table.encode())
    answer = office.post("/places/import/", {"file": upload, "system": "CGCS2000", "kind": "community"})
    assert answer.status_code == 302
    preview = office.get(answer.headers["Location"]).content.decode()
    assert "没有用到这些列：备用。" in preview
    assert Place.objects.count() == 0
    done = office.post(answer.headers["Location"], follow=True).content.decode()
    assert "新登记1行" in done
    assert (Place.objects.get().name, Batch.objects.get().imported_by) == ("示例家园", "test-office")
    again = office.get(answer.headers["Location"]).content.decode()
    assert "没有新的。" in again


def test_a_file_with_bad_rows_or_without_a_system_cannot_be_kept(office: Client, town: Town) -> None:
    table = "编码,名称,所在区域,经度,纬度\nXQ1,示例家园,西县,118.2,39.6\nXQ2,示例新村,东县,,\n"
    upload = {"file": SimpleUploadedFile("小区.csv", table.encode()), "kind": "community"}
    address = office.post("/places/import/", upload).headers["Location"]
    undeclared = office.get(address)
    assert undeclared.status_code == 422
    assert "没有说明坐标系。" in undeclared.content.decode()
    declared = address.replace("system=", "system=WGS84")
    assert "“西县”不在您的管理范围内" in office.get(declared).content.decode()
    refused = office.post(declared)
    assert (refused.status_code, Place.objects.count()) == (422, 0)
    nothing = office.post("/places/import/", {"system": "CGCS2000"})
    assert "没有选择文件。" in nothing.content.decode()
