"""``make bench-fieldwork``: registers, boards and maps with 545,000 places and 30,000 assets; an import of 100,000 rows.

p50 and p95 of the whole request as the browser would make it (signed in, session, permissions, template), for somebody
who sees everything and for the office of the city, whose scope stands in every question.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

COMMUNITIES, BUILDINGS, DWELLINGS = 1100, 11, 44  # a community, a building: 545,600 places
ASSETS = 30_000
IMPORTED = 100_000
ROUNDS = 40
PAGES = {
    "场所列表": "/r/places/",
    "场所筛选（类别）": "/r/places/?kind=dwelling",
    "场所筛选（区域）": "/r/places/?area__name=%E5%9F%8E%E5%8C%97%E5%8C%BA",
    "场所筛选（两项）": "/r/places/?kind=building&area__name=%E4%B8%9C%E5%B2%AD%E5%8E%BF",
    "场所搜索": "/r/places/?q=XQ00500-03",
    "分区图": "/r/places/map/",
    "点位图（全市）": "/r/places/points/",
    "点位图（户）": "/r/places/points/?kind=dwelling",
    "点位图（近）": "/r/places/points/?box=122.8,36.375,123.2,36.625",
    "点位图（更近）": "/r/places/points/?box=122.95,36.47,123.05,36.53",
    "设备列表": "/r/assets/",
    "设备看板": "/r/assets/board/",
    "设备点位图": "/r/assets/points/",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"ANJU_DATA": folder, "ANJU_DEMO": "1"}
        from anju import demo

        demo.prepare(fresh=False)
        demo.build(None)
        bring(Path(folder))
        start = time.perf_counter()
        fill()
        print(f"装入场所和设备  {time.perf_counter() - start:.0f} s")
        for role in ("leader", "office"):
            measure(role)


def bring(folder: Path) -> None:
    """A table of dwellings in GCJ-02, imported as the page does it, and once more."""
    from anju.kernel.files import store
    from anju.kernel.places.importing.batches import Task
    from anju.kernel.places.importing.places import bring as import_places
    from anju.kernel.places.models import Place
    from anju.kernel.places.systems import System
    from anju.kernel.values.scope import Scope

    path, random = folder / "户.csv", Random(2)
    with path.open("w", encoding="utf-8") as file:
        file.write("编码,名称,所在区域,经度,纬度,地址,供热面积（平方米）\n")
        for number in range(IMPORTED):
            x, y = 123 + random.uniform(-0.1, 0.1), 36.5 + random.uniform(-0.05, 0.05)
            file.write(f"H{number},{number}室,城北区,{x:.6f},{y:.6f},示例路{number}号,72.5\n")
    with path.open("rb") as content:
        original = store(content, path.name, actor="bench")
    task = Task("bench", Scope.whole(), System.GCJ02, "dwelling")
    for words in ("导入", "再导入一次"):
        start, busy = time.perf_counter(), time.process_time()
        batch = import_places(path, original, task)
        took, worked = time.perf_counter() - start, time.process_time() - busy
        print(f"{words}{batch.rows:,}行，新登记{batch.new:,}  {took:.0f} s，其中处理器{worked:.0f} s")
    Place.objects.filter(batch__isnull=False).delete()


def fill() -> None:
    from django.db import connection, transaction

    from anju.kernel.assets.models import Asset, State
    from anju.kernel.places.models import Place

    random = Random(1)
    with transaction.atomic():
        Place.objects.bulk_create(places(random), batch_size=500)
    sites = list(Place.objects.filter(kind="building").order_by("code")[: ASSETS // 3])
    assets = []
    for number in range(ASSETS):
        place = sites[number % len(sites)]
        asset = Asset(
            type="meter", code=f"B{number:05}", name=f"{place.name}仪表", place=place, area_id=place.area_id
        )
        asset.state = random.choices(State.values, (90, 4, 5, 1))[0]
        asset.stand_at(place.position)
        assets.append(asset)
    with transaction.atomic():
        Asset.objects.bulk_create(assets, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def places(random: Random) -> Iterator[Any]:
    """Communities in all units, their buildings around them, dwellings in the point of their building."""
    import shapely

    from anju.kernel.places import geo
    from anju.kernel.places.models import Area, Place

    units = list(Area.objects.filter(level__in=("county", "zone")))
    outlines = [geo.parse(unit.geometry, geo.System.CGCS2000) for unit in units]

    def made(kind: str, code: str, name: str, at: geo.Position, parent: Place | None = None) -> Place:
        place = Place(kind=kind, code=code, name=name, area=unit, parent=parent, address="示例路1号")
        place.stand_at(at)
        return place

    for number in range(COMMUNITIES):
        unit, outline = units[number % len(units)], outlines[number % len(units)]
        west, south, east, north = outline.bounds
        at = (west, south)
        while not outline.contains(shapely.Point(at)):
            at = (random.uniform(west, east), random.uniform(south, north))
        community = made("community", f"BXQ{number:05}", f"示例小区{number}", at)
        yield community
        for house in range(BUILDINGS):
            near = (at[0] + random.uniform(-0.003, 0.003), at[1] + random.uniform(-0.002, 0.002))
            building = made("building", f"{community.code}-{house:02}", f"{house}号楼", near, community)
            yield building
            for door in range(DWELLINGS):
                yield made("dwelling", f"{building.code}-{door:03}", f"{door}室", near, building)


def measure(role: str) -> None:
    from bench_pages import timed
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from anju.kernel.assets.models import Asset
    from anju.kernel.places.models import Place

    client = Client(headers={"host": "localhost"})
    assert client.post("/login/demo/", {"user": f"demo-{role}"}).status_code == 302
    print(f"{role}：{Place.objects.count():,}个场所，{Asset.objects.count():,}台设备，{connection.vendor}")
    print(f"  {'p50 ms':>8s} {'p95 ms':>8s} {'查询':>4s}   目标 p95 200 ms、20次查询")
    for name, address in PAGES.items():
        times = [timed(client, address) for _ in range(ROUNDS)]
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        p95 = statistics.quantiles(times, n=20)[18]
        print(f"  {statistics.median(times) * 1000:8.1f} {p95 * 1000:8.1f} {len(queries):6d}   {name}")


if __name__ == "__main__":
    main()
