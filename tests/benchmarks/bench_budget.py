"""``make bench``: the sample file, and a province of files made by varying it, read and checked.

Figures of one run on one machine; each stands beside a rival or a physical limit measured in the same run.
"""

from __future__ import annotations

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import docx
from lxml import etree

from anju.packs.budget.sample import Content, Line, Section, build, content
from anju.packs.budget.service import read_file, review

DEPARTMENTS = 500
KINDS = ("docx", "xlsx", "html")
_SATISFACTION = ("使用单位满意度", "满意人数占有效问卷的比例", "90%", "问卷调查")
_COUNT = re.compile(r"^(\d{2,5})(?=[户套个栋])")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _sample(Path(folder))
        _province(Path(folder))


def _sample(folder: Path) -> None:
    path = folder / "sample.docx"
    build("docx", path)
    print("样例文件（24个项目，docx）")
    command = _seconds(
        lambda: subprocess.run(
            [sys.executable, "-m", "anju.cli", "budget", "check", str(path), "--json"],
            check=True,
            capture_output=True,
        ),
        3,
    )
    print(f"  anju budget check（含进程启动）  {command:6.2f} s   目标 1 s")
    print(f"  读取并审核（进程内）              {_seconds(lambda: review(path), 5):6.3f} s")
    read = _seconds(lambda: read_file(path), 5)
    print(f"  只读取                            {read:6.3f} s")
    rival = _seconds(lambda: _python_docx_cells(path), 3)
    limit = _seconds(lambda: _parse_only(path), 5)
    print(f"  对照：python-docx逐格取文字       {rival:6.3f} s   读取是它的{read / rival:.2f}倍")
    print(f"  下限：解压并解析XML               {limit:6.3f} s   读取是它的{read / limit:.1f}倍")


def _seconds(work: Callable[[], object], times: int) -> float:
    """The best of several runs: the machine is shared, noise only adds."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def _python_docx_cells(path: Path) -> int:
    return sum(
        len(cell.text)
        for table in docx.Document(str(path)).tables
        for row in table.rows
        for cell in row.cells
    )


def _parse_only(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        etree.fromstring(package.read("word/document.xml"))


# -- the province ----------------------------------------------------------------------------------------


def varied(number: int) -> Content:
    """The sample with another department's codes and names and other quantities; 24 lines, 144 targets."""
    chance = random.Random(number)
    base = content()
    sections = []
    for section in base.sections:
        code = f"{300000 + number * 2 + len(sections):06d}"
        lines = tuple(_varied_line(line, code, f"第{number}县", chance) for line in section.lines)
        sections.append(Section(code, f"第{number}县{section.name[3:]}", lines))
    return replace(base, sections=tuple(sections))


def _varied_line(line: Line, department: str, county: str, chance: random.Random) -> Line:
    """Long texts differ too, so that no cache of one file's sentences serves the next."""
    targets = {
        slot: (*cells[:2], _varied_value(cells[2], chance), cells[3]) for slot, cells in line.targets.items()
    }
    targets.setdefault("satisfaction", _SATISFACTION)
    purpose, goal = f"{line.purpose}{county}实施。", f"{county}{line.goal}"
    return replace(line, code=department + line.code[6:], purpose=purpose, goal=goal, targets=targets)


def _varied_value(value: str, chance: random.Random) -> str:
    return _COUNT.sub(lambda m: str(int(m[1]) + chance.randrange(1, 9)), value)


def _write(job: tuple[int, str, str]) -> str:
    number, kind, path = job
    build(kind, Path(path), of=varied(number))
    return path


def _review(path: str) -> tuple[int, int, int, int]:
    found = review(Path(path))
    lines = found.file["lines"]
    targets = sum(len(line["targets"]) for line in lines)  # type: ignore[attr-defined, union-attr]
    return len(lines), targets, len(found.findings), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # type: ignore[arg-type]


def _province(folder: Path) -> None:
    cores = os.cpu_count() or 1
    jobs = [(n, KINDS[n % 3], str(folder / f"{n:03d}.{KINDS[n % 3]}")) for n in range(DEPARTMENTS)]
    with ProcessPoolExecutor(cores) as pool:
        paths = list(pool.map(_write, jobs, chunksize=4))
    print(f"一个省（{DEPARTMENTS}个部门，docx、xlsx、html各三分之一，{cores}个进程）")
    start = time.perf_counter()
    with ProcessPoolExecutor(cores) as pool:
        results = list(pool.map(_review, paths, chunksize=4))
    seconds = time.perf_counter() - start
    lines, targets, findings = (sum(r[i] for r in results) for i in range(3))
    memory = (
        max(r[3] for r in results) / 1024 * cores + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    )
    print(f"  {lines}个项目、{targets}个指标，{findings}条发现")
    print(
        f"  读取并审核  {seconds:6.1f} s   目标 60 s   每个项目{seconds * cores / lines * 1000:.1f} ms处理器时间"
    )
    print(f"  内存峰值    {memory:6.0f} MB  目标 1024 MB（各进程峰值之和）")
    for kind in KINDS:
        some = [p for p in paths if p.endswith(kind)][:20]
        each = _seconds(lambda some=some: [_review(p) for p in some], 1) / len(some)
        print(f"  {kind:5s} 每个文件（24个项目）{each * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
