"""The pack's tables: target files as they are kept, and what happens to them through the year."""

from anju.packs.budget.models.files import BudgetFile, ImportDraft, Line, LineTarget
from anju.packs.budget.models.opinions import Opinion
from anju.packs.budget.models.year import (
    Binding,
    Commitment,
    Decision,
    Evaluation,
    Milestone,
    Quota,
    QuotaShare,
    Round,
    RoundEntry,
    Version,
)

__all__ = [
    "Binding",
    "BudgetFile",
    "Commitment",
    "Decision",
    "Evaluation",
    "ImportDraft",
    "Line",
    "LineTarget",
    "Milestone",
    "Opinion",
    "Quota",
    "QuotaShare",
    "Round",
    "RoundEntry",
    "Version",
]
