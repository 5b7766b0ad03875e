"""Checklists, plans, visits, and what follows on them."""

from anju.kernel.inspections.models.checklists import Checklist as Checklist
from anju.kernel.inspections.models.checklists import Version as Version
from anju.kernel.inspections.models.following import CardEvent as CardEvent
from anju.kernel.inspections.models.following import CardEventKind as CardEventKind
from anju.kernel.inspections.models.following import Publication as Publication
from anju.kernel.inspections.models.following import PublishedVisit as PublishedVisit
from anju.kernel.inspections.models.following import Recheck as Recheck
from anju.kernel.inspections.models.following import RecheckDraw as RecheckDraw
from anju.kernel.inspections.models.plans import Cell as Cell
from anju.kernel.inspections.models.plans import Group as Group
from anju.kernel.inspections.models.plans import Member as Member
from anju.kernel.inspections.models.plans import Plan as Plan
from anju.kernel.inspections.models.plans import PlanKind as PlanKind
from anju.kernel.inspections.models.plans import PlanObject as PlanObject
from anju.kernel.inspections.models.visits import Photo as Photo
from anju.kernel.inspections.models.visits import Signature as Signature
from anju.kernel.inspections.models.visits import SignatureRole as SignatureRole
from anju.kernel.inspections.models.visits import Visit as Visit
