"""The pack's part of the sample city: the sample file imported, some findings on their way."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from anju.kernel import loop
from anju.kernel.access.roles import Role
from anju.kernel.access.sample import username_of
from anju.kernel.cases import flow
from anju.kernel.cases.models import Outcome
from anju.kernel.files import store
from anju.kernel.findings.models import Finding, State
from anju.kernel.parties.models import Organisation
from anju.packs.budget import service
from anju.packs.budget.keeping import files
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.sample import sample_path
from anju.packs.budget.year import sample as year

BUREAU = "801002"


def build(path: Path | None) -> None:
    """Import the sample (or the user's own file) once; raises ``DocumentError`` for a file that cannot be read."""
    shown = path or sample_path()
    if BudgetFile.objects.filter(name=shown.name).exists():
        return
    finance = username_of(Role.FINANCE)
    if path is None:
        year.build(Organisation.objects.get(budget_code=BUREAU))
    file = service.read_file(shown)
    with shown.open("rb") as content:
        original = store(content, shown.name, actor=finance)
    kept = files.save(file, Organisation.objects.get(budget_code=BUREAU), actor=finance, original=original)
    if path is None:
        _some_cases(kept)


def _some_cases(kept: BudgetFile) -> None:
    """One case late, one waiting for acceptance, one closed: what a desk looks like in the middle of a week."""
    finance, office, leader = (username_of(role) for role in (Role.FINANCE, Role.OFFICE, Role.LEADER))
    now = timezone.now()
    found = Finding.objects.filter(subject=kept.subject, state=State.OPEN, grade="warn").order_by(
        "rule", "part"
    )[:3]
    terms = (timedelta(days=-2), timedelta(days=3), timedelta(days=5))
    cases = [
        flow.open_case(
            finding,
            flow.Assignment("budget.review", finding.message, kept.organisation, now + term),
            actor=finance,
        )
        for finding, term in zip(found, terms, strict=True)
    ]
    reason = "招标文件和合同均按这一口径签订，附合同复印件。"
    for case in cases[1:]:
        flow.submit(case, Outcome.EXPLAINED, reason, actor=office)
    loop.accept(cases[2], files.look_again, actor=leader, now=now, note="同意说明。")
