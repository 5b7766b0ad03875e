"""On which side of a works project a scope stands: ordering it, doing it, or supervising it."""

from __future__ import annotations

from django.db.models import Q

from anju.kernel.values.scope import Scope
from anju.kernel.works.field.accepting import doers
from anju.kernel.works.models import WorksProject


def orders(scope: Scope, project: WorksProject) -> bool:
    """Whether it stands on the side that orders the work: by its area, its owner, or the whole bureau."""
    mine = project.area_id in scope.areas or project.owner_id in scope.organisations
    return scope.everything or mine


def works_on(scope: Scope, project: WorksProject) -> bool:
    """Whether it is of the body that does the work; a contracted body alone reports for itself."""
    own = bool(doers(project) & scope.organisations)
    return own or (project.contractor_id is None and orders(scope, project))


def worked_on(scope: Scope) -> Q:
    """``works_on`` as a filter of projects."""
    done = Q(contractor__in=scope.organisations)
    if scope.everything:
        return done | Q(contractor=None)
    return done | Q(contractor=None) & (Q(area__in=scope.areas) | Q(owner__in=scope.organisations))


def supervises(scope: Scope, project: WorksProject) -> bool:
    """Whether it checks: of the supervisor, or of the side that orders and does not do the work."""
    return project.supervisor_id in scope.organisations or orders(scope, project)
