"""Works projects watched: what the rules find becomes findings, figures are asked for again, cases are opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from anju.kernel import loop
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case
from anju.kernel.findings.ledger import Observed
from anju.kernel.findings.models import Finding
from anju.kernel.values import working_days
from anju.kernel.works.judging import looking
from anju.kernel.works.measuring import indicators
from anju.kernel.works.models import WorksProject

CASE = "works.problem"
TERM_DAYS = 10  # working days to put a finding right; the desk's habit, each case bears its own day


@transaction.atomic
def watch(project: WorksProject, now: datetime) -> None:
    """After a step with a project: its findings as they are now, and its figures to be computed again."""
    loop.observe(looking.subject_of(project), looking.observed(project), now)
    indicators.ask_again(project, now)


def watch_all(now: datetime) -> None:
    """Every project there is, as after an import of many or in a sample."""
    for project in WorksProject.objects.select_related("programme", "owner"):
        watch(project, now)


def project_of(finding: Finding) -> WorksProject:
    """The project that a finding is about."""
    key = finding.subject.removeprefix(f"{looking.SUBJECT}:")
    return WorksProject.objects.select_related("programme", "owner", "contractor", "supervisor").get(pk=key)


def findings(project: WorksProject) -> Iterable[Finding]:
    return Finding.objects.filter(subject=looking.subject_of(project))


def assign(finding: Finding, *, actor: str, now: datetime) -> Case:
    """A case for whoever does the work; the owner where nobody is contracted. Raises ``CaseError``."""
    project = project_of(finding)
    day = working_days.after(timezone.localdate(now), TERM_DAYS)
    deadline = timezone.make_aware(datetime.combine(day, time(18)), timezone.get_current_timezone())
    task = flow.Assignment(CASE, finding.message, project.contractor or project.owner, deadline)
    return flow.open_case(finding, task, actor=actor)


@transaction.atomic
def accept(case: Case, *, actor: str, now: datetime, note: str = "") -> Case:
    """Accept what was done about a finding; refused while the rules still find what is said to be corrected."""
    closed = loop.accept(case, _look_again, actor=actor, now=now, note=note)
    indicators.ask_again(project_of(closed.finding), now)
    return closed


def _look_again(subject: str) -> list[Observed]:
    key = subject.removeprefix(f"{looking.SUBJECT}:")
    return looking.observed(WorksProject.objects.select_related("programme", "owner").get(pk=key))
