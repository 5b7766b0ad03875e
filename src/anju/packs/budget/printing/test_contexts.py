"""What a declaration and the ledger say of a line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from anju.kernel.documents import Quote
from anju.packs.budget.printing.contexts import Standing, declaration, figure, percent, summary
from anju.packs.budget.targetfile import BudgetLine, Department, Target, TargetFile


def q(text: str) -> Quote:
    return Quote(text, "某处")


def line(code: str, budget: str | None) -> BudgetLine:
    return BudgetLine(
        code=q(code),
        name=q("管网更新"),
        department=Department("305007", "安居市住房和城乡建设局"),
        budget=Decimal(budget) if budget else None,
    )


def target(class2: str, name: str = "") -> Target:
    return Target(level1=q("产出指标"), level2=q(class2), name=q(name), class1="output", class2=class2)


def test_figures_keep_their_digits_and_what_is_missing_stays_blank() -> None:
    assert figure(Decimal("1250.500000")) == "1250.500000"
    assert figure(Decimal("1E+3")) == "1000"
    assert figure(None) == ""
    assert percent(Decimal("0.83333")) == "83.33%"
    assert percent(Decimal("0.90005")) == "90.01%"  # half up


def test_a_declaration_without_budget_and_plan_has_blanks() -> None:
    data: Any = declaration(BudgetLine(name=q("管网更新")), None)
    assert data["year"] == ""
    assert data["line"]["budget"] == ""
    assert data["line"]["department"] == ""
    assert data["line"]["plan"] == {"quarter1": "", "quarter2": "", "quarter3": "", "quarter4": ""}
    assert data["targets"] == []


def test_unused_classes_stand_at_their_place() -> None:
    one = line("A", None)
    one.targets = [target("quantity", "长度"), target("timeliness", "完工")]
    one.empty_slots = [target("quality"), target("cost")]
    data: Any = declaration(one, 2026)
    assert [row["level2"] for row in data["targets"]] == ["quantity", "quality", "timeliness", "cost"]


def test_targets_in_an_order_of_their_own_keep_it() -> None:
    one = line("A", None)
    one.targets = [target("timeliness", "完工"), target("quantity", "长度")]
    one.empty_slots = [target("quality")]
    data: Any = declaration(one, 2026)
    assert [row["name"] for row in data["targets"]] == ["完工", "长度"]


def test_the_ledger_adds_up_only_what_is_known_of_every_line() -> None:
    file = TargetFile("a.docx", "docx", 2026, [line("A", "1250.50"), line("B", "320")])
    standings = {
        "A": Standing(Decimal("1180"), Decimal("0.962"), Decimal("96.94"), "优"),
        "B": Standing(paid=Decimal("0")),
    }
    data: Any = summary(file, standings)
    first, second = data["lines"]
    assert (first["rate"], first["attainment"], first["score"], first["grade"]) == (
        "94.36%",
        "96.20%",
        "96.94",
        "优",
    )
    assert (second["paid"], second["rate"], second["score"]) == ("0", "0.00%", "")
    # 1180 of 1570.50 is 75.135 per cent
    assert data["total"] == {"count": "2", "budget": "1570.50", "paid": "1180", "rate": "75.14%"}
    unpaid: Any = summary(file, {"A": standings["A"]})
    assert unpaid["total"] == {"count": "2", "budget": "1570.50", "paid": "", "rate": ""}
