"""The sample's planted faults are found, a form without a signature is refused, and nothing else is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from uuid6 import uuid7

from anju.kernel.cases.models import Case
from anju.kernel.findings.models import Finding
from anju.kernel.inspections import planning, sample
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.measuring import indicators, quality
from anju.kernel.inspections.models import Checklist, Plan, PlanObject, PublishedVisit, Recheck, Visit
from anju.kernel.parties import sample as parties
from anju.kernel.secrets import KeyRing
from anju.kernel.supervision import following
from anju.kernel.supervision import sample as supervision
from anju.kernel.supervision.handing_in import hand_in
from anju.kernel.values import periods
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
TODAY = date(2021, 10, 28)


@pytest.fixture(scope="module")
def city(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The sample, built once, in a transaction that is rolled back."""
    data = tmp_path_factory.mktemp("inspected")
    with override_settings(DATA=data), django_db_blocker.unblock():
        KeyRing.create(data)
        with transaction.atomic():
            parties.build()
            supervision.build(TODAY)
            supervision.build(TODAY)
            yield data
            transaction.set_rollback(True)


@pytest.fixture
def built(city: Path, db: None, settings: Any) -> Plan:
    settings.DATA = city
    return Plan.objects.get()


def test_the_sample_is_whole_and_its_planted_faults_are_found_and_nothing_else(built: Plan) -> None:
    assert (built.title, built.cells.count()) == ("2021年10月联合检查", 95)
    assert Checklist.objects.count() == 2
    assert PlanObject.objects.filter(cell__plan=built).count() == 190
    assert planning.replay(built)
    planted, objects = sample.PLANTED, sample.visited(built)
    odd = Finding.objects.filter(rule__startswith="inspection.quality.")
    names = {finding.rule: finding.message.partition("：")[0] for finding in odd}
    assert odd.count() == 3
    assert names == {
        quality.REUSED: objects[planted.reused].name,
        quality.FAR: objects[planted.far].name,
        quality.CLOCK: objects[planted.clock].name,
    }
    # 0.0064 · 1.125 degrees of longitude between 36 and 37 degrees north: about 640 m
    assert Visit.objects.get(distance__gt=200).distance == pytest.approx(640, abs=12)
    assert "慢7200秒" in odd.get(rule=quality.CLOCK).message
    # Every other finding is an item that was answered with a failure, and every failure is a finding
    failed = sum(list(visit.answers.values()).count("fail") for visit in Visit.objects.all())
    assert Finding.objects.exclude(rule__startswith="inspection.quality.").count() == failed > 0


def test_cards_stand_for_the_serious_ones_in_every_stage(built: Plan) -> None:
    grave = Finding.objects.filter(grade__in=("high", "crit")).exclude(rule__startswith="inspection.quality.")
    assert Case.objects.filter(kind=following.CARD).count() == grave.count()
    stages = Counter(Case.objects.values_list("stage", flat=True))
    assert (stages["closed"], stages["returned"], stages["submitted"]) == (2, 1, 1)
    assert stages["assigned"] > 0
    assert Recheck.objects.count() == 1  # a tenth of two, rounded up
    assert Case.objects.filter(owner__name="安居市暖阳供热有限公司").exists()


def test_the_figures_of_the_sample(built: Plan) -> None:
    subject, period = indicators.subject_of(built), periods.parse("2021-10")
    done = len({visit.object.cell_id for visit in Visit.objects.select_related("object")})
    found = indicators.completion([subject], period, None)[subject]
    assert (found.numerator, found.denominator) == (done, 95)
    assert done in (47, 48)  # half of 95, and perhaps the company's cell beside it
    found = indicators.publication_rate([subject], period, None)[subject]
    assert (found.numerator, found.denominator) == (PublishedVisit.objects.count(), Visit.objects.count())


def test_a_form_without_the_partys_signature_is_refused(built: Plan) -> None:
    told, received = next(sample.submissions(built))
    told |= {"id": str(uuid7()), "signatures": told["signatures"][:2]}
    before = Visit.objects.count()
    with pytest.raises(InspectionError, match="没有当事人的签字"):
        hand_in(told, actor=sample.INSPECTOR, now=received + timedelta(days=1), scope=Scope.whole())
    assert Visit.objects.count() == before
