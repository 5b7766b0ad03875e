"""The form of one budget line as a grid of six columns, the same for every format."""

from __future__ import annotations

from dataclasses import dataclass

from anju.packs.budget.sample.content import Line

# Share of the page that each column takes.
WIDTHS = (14, 15, 21, 22, 12, 16)
COLUMNS = len(WIDTHS)
_HEADS = ("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据")
_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
# The nine slots that the form prints: level 1, then class and printed level 2.
_SLOTS = {
    "产出指标": {
        "quantity": "数量指标",
        "quality": "质量指标",
        "timeliness": "时效指标",
        "cost": "成本指标",
    },
    "效果指标": {
        "economic": "经济效益指标",
        "social": "社会效益指标",
        "ecological": "生态效益指标",
        "sustainable": "可持续影响指标",
    },
    "满意度指标": {"satisfaction": "服务对象满意度指标"},
}
_FIRST_SLOT = 6
_BLANK = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell: where it begins, how many rows and columns it covers, whether it is a label."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    label: bool = False


def form(line: Line) -> list[list[Cell]]:
    """The rows of a form; a merged cell stands only in the row where it begins."""
    cells = [*_head(line), *_slots(line)]
    return [[cell for cell in cells if cell.row == row] for row in range(cells[-1].row + 1)]


def _head(line: Line) -> list[Cell]:
    plan = [Cell(f"{figure:.2f}", 3, 2 + i) for i, figure in enumerate(line.plan)]
    return [
        Cell("项目编码", 0, 0, label=True),
        Cell(line.code, 0, 1, columns=2),
        Cell("项目名称", 0, 3, label=True),
        Cell(line.name, 0, 4, columns=2),
        Cell("项目资金主要用途", 1, 0, label=True),
        Cell(line.purpose, 1, 1, columns=5),
        Cell("资金支出计划(累计进度%)", 2, 0, rows=2, columns=2, label=True),
        *(Cell(quarter, 2, 2 + i, label=True) for i, quarter in enumerate(_QUARTERS)),
        *plan,
        Cell("绩效目标", 4, 0, label=True),
        Cell(line.goal, 4, 1, columns=5),
        *(Cell(head, 5, i, label=True) for i, head in enumerate(_HEADS)),
    ]


def _slots(line: Line) -> list[Cell]:
    cells = []
    row = _FIRST_SLOT
    for level1, slots in _SLOTS.items():
        cells.append(Cell(level1, row, 0, rows=len(slots), label=True))
        for slot, level2 in slots.items():
            cells.append(Cell(level2, row, 1, label=True))
            texts = line.targets.get(slot, _BLANK)
            cells += [Cell(text, row, 2 + i) for i, text in enumerate(texts)]
            row += 1
    return cells
