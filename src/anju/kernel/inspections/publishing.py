"""Making the results of a plan public: who, when, where, and which visits as they stood."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.indicators.measurement import digest
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.measuring import indicators
from anju.kernel.inspections.models import Plan, Publication, PublishedVisit, Visit
from anju.kernel.records.models import LedgerQuerySet


def results(plan: Plan) -> LedgerQuerySet:
    """The visits of a plan as they stand, by the order of the plan."""
    rows = Visit.objects.current().filter(object__cell__plan=plan)
    return rows.select_related(
        "area", "organisation", "object__cell__kind", "published__publication"
    ).order_by("object__cell__order", "finished_at")


@transaction.atomic
def publish(plan: Plan, channel: str, *, actor: str, now: datetime) -> Publication:
    """Publish every result that was not yet. ``InspectionError`` where there is none, or no channel is named."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if len(channel.strip()) < 2:
        raise InspectionError(gettext("没有写公布渠道。"), gettext("请写明在哪里公布，例如局门户网站。"))
    rows = [visit for visit in results(plan) if not hasattr(visit, "published")]
    if not rows:
        raise InspectionError(gettext("没有未公布的检查结果。"), gettext("请先完成检查。"))
    facts = [[str(v.key), v.subject, v.name, v.outcome, str(v.points)] for v in rows]
    made = Publication.objects.create(
        plan=plan, channel=channel.strip()[:120], published_by=actor, digest=digest(facts), recorded_at=now
    )
    PublishedVisit.objects.bulk_create(
        [PublishedVisit(publication=made, visit=visit, recorded_at=now) for visit in rows], batch_size=200
    )
    after = {"visits": len(rows), "channel": made.channel, "digest": made.digest}
    audit.record("inspections.publish", made, actor=actor, after=after)
    areas = {f"area:{visit.area_id}" for visit in rows}
    bodies = {f"organisation:{visit.organisation_id}" for visit in rows}
    every = {indicators.subject_of(plan), f"organisation:{plan.owner_id}", *areas, *bodies}
    indicators.ask(sorted(every), plan.period, now)
    return made
