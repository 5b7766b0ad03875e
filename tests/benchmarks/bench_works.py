"""``make bench-fieldwork``: works with 545,000 units in the store, as many as the city has gas households.

p50 and p95 of whole requests (signed in, session, permissions, template) and their queries; how fast units come in.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

UNITS, ROUNDS = 545_000, 30
LARGEST = 380_000  # the gas valves of two years, in one project


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"ANJU_DATA": folder, "ANJU_DEMO": "1"}
        from anju import demo

        demo.prepare(fresh=False)
        demo.build(None)
        measure(fill())


def fill() -> Any:
    """One project of 380,000 households and eleven of 15,000, a quarter done and an eighth accepted."""
    from anju.kernel.works import planning, sample, states, units
    from anju.kernel.works.models import Programme, Unit, WorksProject
    from anju.kernel.works.planning import ItemTold, ProjectTold

    some = WorksProject.objects.select_related("area", "owner", "contractor").get(code=sample.VALVES)
    programme = Programme.objects.get(code=sample.CODE)
    sizes = [LARGEST, *[(UNITS - LARGEST) // 11] * 11]
    seconds, largest = 0.0, some
    for number, size in enumerate(sizes):
        told = ProjectTold(
            f"大-{number:02}", f"大型工程{number}", programme, "installation", some.area, some.owner,
            date(2021, 1, 1), date(2021, 12, 31), contractor=some.contractor,
        )  # fmt: skip
        project = planning.new_project(told, actor="样例")
        planning.new_item(project, ItemTold("户数", "household", Decimal(size), by_unit=True), actor="样例")
        start = time.perf_counter()
        units.add(rows(project, Unit, size))
        seconds += time.perf_counter() - start
        states.move(project, "under_way", date(2021, 1, 1), actor="样例", today=date(2021, 12, 31))
        largest = project if number == 0 else largest
    print(f"装入{sum(sizes)}个单元  {seconds:.0f} s，每秒{sum(sizes) / seconds:,.0f}个")
    from_file(largest, Path(os.environ["ANJU_DATA"]))
    return largest


def rows(project: Any, unit: Any, size: int) -> Any:
    for n in range(size):
        state = "accepted" if n % 8 == 0 else "done" if n % 8 == 1 else "planned"
        on = date(2021, 1 + n % 12, 1 + n % 28) if state != "planned" else None
        yield unit(
            project=project,
            code=f"户-{n:06}",
            name=f"样例街{n // 40}号{n % 40}户",
            longitude=123.0 + n % 600 * 1e-4,
            latitude=36.5 + n // 600 * 1e-4,
            state=state,
            done_on=on,
            accepted_on=on if state == "accepted" else None,
        )


def from_file(project: Any, folder: Path) -> None:
    """20,000 rows of a csv file, read, checked and kept."""
    from anju.kernel.works.importing.keeping import keep

    path = folder / "单元.csv"
    lines = "".join(f"新-{n:06},样例路{n}号,123.1,36.6\n" for n in range(20_000))
    path.write_text(f"编码,地址,经度,纬度\n{lines}", "utf8")
    start = time.perf_counter()
    kept = keep(path, path.name, project, "units", actor="样例", today=date(2021, 12, 31))
    seconds = time.perf_counter() - start
    print(f"从csv导入{kept}个单元  {seconds:.1f} s，每秒{kept / seconds:,.0f}个")


def measure(project: Any) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from anju.kernel.indicators import computing
    from anju.kernel.watching import works as watching
    from anju.kernel.works.field import fieldwork
    from anju.kernel.works.field.fieldwork import Report

    client = Client(headers={"host": "localhost"})
    assert client.post("/login/demo/", {"user": "demo-finance"}).status_code == 302
    units = f"/works/{project.pk}/units/"
    pages = {
        "看板": "/works/",
        "项目": f"/works/{project.pk}/",
        "单元": units,
        "按状态": f"{units}?state=done",
        "按编码": f"{units}?q=户-0123",
        "按名称": f"{units}?q=样例街777号",
        "第2000页": f"{units}?page=2000",
    }
    print(f"  {'页面':8s} {'p50 ms':>8s} {'p95 ms':>8s} {'查询':>4s}   目标 p95 200 ms")
    for name, address in pages.items():
        times = [timed(client, address) for _ in range(ROUNDS)]
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        p95 = statistics.quantiles(times, n=20)[18]
        print(f"  {name:8s} {statistics.median(times) * 1000:8.1f} {p95 * 1000:8.1f} {len(queries):6d}")
    start = time.perf_counter()
    doer = project.contractor
    told = Report(project.items.get(), date(2021, 6, 1), doer, units=("户-000002",))
    fieldwork.report(project, told, actor="样例", now=timezone.now())
    print(f"  报一个单元  {(time.perf_counter() - start) * 1000:.0f} ms")
    start = time.perf_counter()
    watching.watch(project, timezone.now())
    print(f"  复查规则  {(time.perf_counter() - start) * 1000:.0f} ms")
    for code in ("units_done", "acceptance_rate"):
        start = time.perf_counter()
        what = computing.definition(f"works.{code}", "1")
        subject = f"works.project:{project.pk}"
        found = computing.measure(what, [subject], "2021", timezone.now())[subject]
        print(f"  指标{code} {found.number:.4f}  {(time.perf_counter() - start) * 1000:.0f} ms")


def timed(client: Any, address: str) -> float:
    start = time.perf_counter()
    answer = client.get(address)
    seconds = time.perf_counter() - start
    assert answer.status_code == 200, answer.status_code
    return seconds


if __name__ == "__main__":
    main()
