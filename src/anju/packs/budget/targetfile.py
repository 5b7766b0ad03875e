"""A bureau's target file as understood: departments, budget lines, targets, sub-goals, commitments.

Every text is a ``Quote``, so that a finding can show the words and their place. Money is ``Decimal`` in 万元.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from anju.kernel.documents import Quote
from anju.kernel.values.target_value import TargetValue, parse

NOTHING = Quote("", "")


@dataclass(frozen=True, slots=True)
class Department:
    """A budget unit (预算单位); either half may be missing in a form."""

    code: str | None
    name: str | None


@dataclass(slots=True)
class Target:
    """One row of a line's sheet. ``class1`` and ``class2`` are the standard classes behind the printed levels.

    ``class1``: output, benefit, satisfaction, cost, process or "". ``class2``: quantity, quality, timeliness,
    cost, economic, social, ecological, sustainable, satisfaction or "".
    """

    level1: Quote = NOTHING
    level2: Quote = NOTHING
    name: Quote = NOTHING
    description: Quote = NOTHING
    value: Quote = NOTHING
    basis: Quote = NOTHING
    weight: Quote = NOTHING
    actual: Quote = NOTHING
    score: Quote = NOTHING
    reason: Quote = NOTHING
    class1: str = ""
    class2: str = ""

    @property
    def parsed(self) -> TargetValue:
        return parse(self.value.text)

    def label(self) -> str:
        """What a person calls this row: its name, else its description, else its class."""
        return self.name.text or self.description.text or self.level2.text


@dataclass(slots=True)
class Funds:
    """Money of a line: declared, adjusted and executed, with the execution row's own weight and score."""

    initial: Quote = NOTHING
    adjusted: Quote = NOTHING
    executed: Quote = NOTHING
    rate: Quote = NOTHING
    weight: Quote = NOTHING
    score: Quote = NOTHING


@dataclass(slots=True)
class BudgetLine:
    """One project sheet (预算项目)."""

    code: Quote = NOTHING
    name: Quote = NOTHING
    department: Department = field(default_factory=lambda: Department(None, None))
    budget: Decimal | None = None
    budget_text: Quote = NOTHING
    project_total: Decimal | None = None
    plan: list[Decimal] | None = None
    plan_text: list[Quote] = field(default_factory=list)
    purpose: Quote = NOTHING
    goal: Quote = NOTHING
    achieved: Quote = NOTHING
    targets: list[Target] = field(default_factory=list)
    empty_slots: list[Target] = field(default_factory=list)
    stray: list[Quote] = field(default_factory=list)  # cells that hold codes of a word processor
    funds: Funds = field(default_factory=Funds)
    total_weight: Quote = NOTHING
    total_score: Quote = NOTHING

    def label(self) -> str:
        return self.code.text or self.name.text

    def of(self, *classes: str) -> list[Target]:
        """The targets of the given standard classes (level 1 or level 2), in the order of the sheet."""
        return [target for target in self.targets if target.class1 in classes or target.class2 in classes]


@dataclass(slots=True)
class SubGoal:
    """A numbered sub-goal (分项绩效目标) with its two texts."""

    number: str
    title: Quote
    goal: Quote = NOTHING
    indicators: Quote = NOTHING

    def text(self) -> str:
        return f"{self.title.text}\n{self.goal.text}\n{self.indicators.text}"


@dataclass(slots=True)
class Measure:
    """A safeguard measure (保障措施): title and paragraphs."""

    number: str
    title: Quote
    body: list[Quote] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Commitment:
    """A number promised in the text of a safeguard measure: quantity, money or date, with its clause."""

    measure: str
    clause: Quote
    quote: Quote
    value: TargetValue


@dataclass(slots=True)
class TargetFile:
    """All that one file promises."""

    name: str
    kind: str
    year: int | None = None
    lines: list[BudgetLine] = field(default_factory=list)
    overall_goal: Quote = NOTHING
    sub_goals: list[SubGoal] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def departments(self) -> list[Department]:
        return list(dict.fromkeys(line.department for line in self.lines if line.department.name))
