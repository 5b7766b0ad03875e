"""``make bench``: the pages of the budget with 500 files, 12,000 lines and 72,000 targets in the store.

p50 and p95 of the whole request as the browser would make it (signed in, session, permissions, template), and the
number of queries. Beside it the same rows read by one bare query, as the limit of the store.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

FILES = 500
ROUNDS = 40


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"ANJU_DATA": folder, "ANJU_DEMO": "1"}
        from anju import demo

        demo.prepare(fresh=False)
        demo.build(None)
        start = time.perf_counter()
        fill()
        print(f"装入{FILES}个文件并审核  {time.perf_counter() - start:.0f} s")
        measure()


def fill() -> None:
    """Varied copies of the sample, kept with all their findings."""
    from bench_budget import varied

    from anju.kernel.parties.models import Organisation
    from anju.packs.budget.keeping import files
    from anju.packs.budget.sample import build
    from anju.packs.budget.service import read_file

    bureau = Organisation.objects.get(budget_code="801002")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "县.html")
        for number in range(FILES):
            build("html", path, of=varied(number))
            files.save(read_file(path), bureau, actor="demo-finance")


def measure() -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from anju.packs.budget.models import BudgetFile, Line, LineTarget

    client = Client(headers={"host": "localhost"})
    assert client.post("/login/demo/", {"user": "demo-finance"}).status_code == 302
    kept = BudgetFile.objects.order_by("recorded_at")[FILES // 2]
    line = Line.objects.current().filter(file=kept).first()
    target = LineTarget.objects.current().filter(file=kept, slot=False).first()
    assert line is not None
    assert target is not None
    print(
        f"{Line.objects.count()}个项目、{LineTarget.objects.filter(slot=False).count()}个指标，{connection.vendor}"
    )
    pages = {
        "总览": "/overview/",
        "看板": f"/budget/?file={kept.pk}",
        "项目": f"/budget/lines/{line.key}/",
        "指标": f"/budget/targets/{target.key}/",
        "审核": f"/budget/files/{kept.pk}/",
        "办理": "/cases/",
        "监控": f"/budget/monitoring/?file={kept.pk}",
        "自评": f"/budget/evaluation/?file={kept.pk}",
    }
    print(f"  {'页面':4s} {'p50 ms':>8s} {'p95 ms':>8s} {'查询':>4s}   目标 p95 200 ms、20次查询")
    for name, address in pages.items():
        times = [timed(client, address) for _ in range(ROUNDS)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        p95 = statistics.quantiles(times, n=20)[18]
        print(f"  {name:4s} {statistics.median(times) * 1000:8.1f} {p95 * 1000:8.1f} {len(queries):6d}")
    start = time.perf_counter()
    rows = list(Line.objects.current().filter(file=kept).values_list("code", "name", "budget_fen"))
    print(f"  下限：一条查询取{len(rows)}行  {(time.perf_counter() - start) * 1000:.1f} ms")
    whole_year()


def whole_year() -> None:
    """Monitoring and scoring of every line there is, and the declarations of one file as an archive."""
    from datetime import date

    from anju.packs.budget.keeping.standing import standings
    from anju.packs.budget.models import BudgetFile
    from anju.packs.budget.scoring.schemes import scheme_for
    from anju.packs.budget.year.evaluations import DEFAULT_SCHEME, sheet_of
    from anju.packs.budget.year.printing import printed

    on = date(2021, 7, 31)
    scheme, start, lines = scheme_for(DEFAULT_SCHEME, on), time.perf_counter(), 0
    for file in BudgetFile.objects.defer("content"):
        for stands in standings(file, on):
            sheet_of(stands, scheme)
            lines += 1
    print(f"监控并打分{lines}个项目  {time.perf_counter() - start:.1f} s（目标12,000个20 s）")
    file = BudgetFile.objects.order_by("-recorded_at")[0]
    for kind in ("docx", "xlsx", "pdf"):
        start = time.perf_counter()
        size = len(printed("declaration", file, kind, on=on))
        print(f"导出24张申报表{kind}  {time.perf_counter() - start:.2f} s，{size / 1024:.0f} KB")


def timed(client: Any, address: str) -> float:
    start = time.perf_counter()
    answer = client.get(address)
    seconds = time.perf_counter() - start
    assert answer.status_code == 200, answer.status_code
    return seconds


if __name__ == "__main__":
    main()
