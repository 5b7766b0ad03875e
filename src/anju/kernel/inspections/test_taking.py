"""A visit is taken in once and whole, or refused with one sentence."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from uuid6 import uuid7

from anju.kernel.audit.models import AuditRow
from anju.kernel.inspections import publishing
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import Photo, Plan, PlanObject, Signature, Version, Visit
from anju.kernel.inspections.testing import ACTOR, NOW, drawing, photo, told
from anju.kernel.inspections.visiting.forms import visit_form
from anju.kernel.inspections.visiting.payload import PayloadRefused, digest_of
from anju.kernel.inspections.visiting.taking import Altered, AnswersRefused, take_visit
from anju.kernel.places import geo
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
WHOLE = Scope.whole()


def take(payload: object, actor: str = ACTOR, scope: Scope = WHOLE, **shift: float) -> Visit:
    return take_visit(payload, actor=actor, now=NOW + timedelta(**shift), scope=scope)


def test_the_form_holds_all_that_a_phone_needs(site: PlanObject) -> None:
    form = visit_form(site.cell.kind.version, site)
    assert (form["kind"], form["object"], form["subject"]) == ("inspection.visit", str(site.pk), site.subject)
    assert form["place"] == {"lon": 118.0, "lat": 39.0}
    assert [section["title"] for section in form["sections"]] == ["六个百分百", "安全"]
    items = {item["code"]: item for section in form["sections"] for item in section["items"]}
    assert list(items) == ["fence", "cover", "height", "crane", "wash", "words"]
    assert items["cover"]["photos"] == 1
    assert items["wash"]["options"][1] == {"value": "idle", "label": "闲置", "fails": True}
    assert (form["least_inspectors"], form["party_signs"]) == (2, True)


def test_a_visit_is_kept_with_all_that_was_sent(site: PlanObject) -> None:
    visit = take(told(site, fails={"cover": "北侧堆土未覆盖。"}))
    assert (visit.outcome, visit.kept, visit.applicable, visit.points) == ("fail", 6, 9, Decimal("66.7"))
    assert (visit.name, visit.area, visit.organisation) == (site.name, site.cell.area, site.organisation)
    assert (visit.distance, visit.skew) == (0.0, 0)
    shot = Photo.objects.get(visit=visit)
    assert (shot.item, shot.longitude, shot.area) == ("cover", 118.0, site.cell.area)
    assert sorted(visit.signatures.values_list("role", "refused")) == [("inspector", False), ("party", False)]
    assert AuditRow.objects.filter(action="inspections.visit").count() == 1


def test_the_same_sent_again_is_taken_once_and_another_content_is_refused(site: PlanObject) -> None:
    payload = told(site)
    first = take(payload)
    # A later try carries a later time of sending; nothing else differs
    again = take(payload | {"sent_at": "2021-07-05T12:00:00+08:00"}, hours=2)
    assert again == first
    assert Visit.objects.count() == Photo.objects.count() == 1
    with pytest.raises(Altered, match="内容和上次不同"):
        take(payload | {"answers": payload["answers"] | {"fence": "na"}})
    with pytest.raises(Altered):
        take(payload, actor="somebody")
    assert Visit.objects.get().answers["fence"] == "pass"


def test_the_digest_does_not_depend_on_the_order_or_on_the_sending() -> None:
    one = {"a": 1, "b": [1, 2], "sent_at": "x"}
    assert digest_of(one) == digest_of({"b": [1, 2], "sent_at": "y", "a": 1})
    assert digest_of(one) != digest_of(one | {"b": [2, 1]})


MALFORMED: list[tuple[str, Any]] = [
    ("id", "7"),
    ("id", "714e9cc8-79f9-45e8-a202-8ed1a83f9535"),
    ("id", None),
    ("version", "x"),
    ("version", None),
    ("form", "survey.response"),
    ("object", None),
    ("object", 5),
    ("unplanned", {"name": "甲"}),
    ("unplanned", "甲"),
    ("inspectors", []),
    ("inspectors", "甲"),
    ("inspectors", ["甲" * 81]),
    ("inspectors", [5, 6]),
    ("started_at", "昨天"),
    ("started_at", "2021-07-05T09:00:00"),
    ("started_at", "2021-07-05T11:00:00+08:00"),
    ("finished_at", None),
    ("sent_at", 5),
    ("device", ["x"]),
    ("device", "x" * 61),
    ("position", "here"),
    ("position", {"lon": 118}),
    ("position", {"lon": 200, "lat": 39}),
    ("position", {"lon": float("nan"), "lat": 39}),
    ("position", {"lon": True, "lat": 39}),
    ("answers", []),
    ("answers", {"fence": ["pass"]}),
    ("answers", {"fence": "x" * 501}),
    ("answers", {"nothing": "pass"}),
    ("remarks", {"nothing": "x"}),
    ("photos", ["x"]),
    ("photos", {"cover": ["short"]}),
    ("photos", {"cover": [f"{n:064x}" for n in range(201)]}),
    ("photos", {"nothing": ["0" * 64]}),
    ("pictures", {"sha256": "x"}),
    ("pictures", [{"sha256": "x"}]),
    ("pictures", [{"sha256": "0" * 64, "taken_at": "heute"}]),
    ("signatures", "甲"),
    ("signatures", [{"role": "chief", "name": "甲", "sha256": "0" * 64}]),
    ("signatures", [{"role": "party", "name": "", "sha256": "0" * 64}]),
    ("refused", 1),
    ("replaces", "x"),
    ("surprise", 1),
]


@pytest.mark.parametrize(("field", "value"), MALFORMED)
def test_what_is_malformed_is_refused_and_nothing_is_kept(site: PlanObject, field: str, value: Any) -> None:
    with pytest.raises(PayloadRefused) as caught:
        take(told(site) | {field: value})
    assert caught.value.field
    assert caught.value.sentence.endswith("。")
    assert caught.value.next_step
    assert not Visit.objects.exists()
    assert not Photo.objects.exists()


@pytest.mark.parametrize("body", [None, "x", [], {1: 2}, {}])
def test_what_is_no_form_at_all(body: object) -> None:
    with pytest.raises(PayloadRefused):
        take(body)


def test_answers_that_are_missing_or_wrong_are_told_by_item(site: PlanObject) -> None:
    payload = told(site) | {"photos": {}, "answers": {"fence": "fail", "cover": "pass", "height": "高"}}
    with pytest.raises(AnswersRefused) as caught:
        take(payload)
    assert caught.value.faults == {
        "fence": "不符合的要写明问题。",
        "cover": "要1张照片，现有0张。",
        "height": "请填数字。",
        "crane": "还没有填。",
    }
    assert "4项" in caught.value.sentence


def refused(site: PlanObject, words: str, /, **changes: Any) -> None:
    with pytest.raises(InspectionError, match=words):
        take(told(site, **changes))
    assert not Visit.objects.exists()
    assert not Signature.objects.exists()


def test_every_other_refusal_has_its_sentence(site: PlanObject) -> None:
    inspector = {"role": "inspector", "name": "检查员甲", "sha256": drawing(1)}
    party = {"role": "party", "name": "负责人", "sha256": drawing(2)}
    witness = {"role": "witness", "name": "社区干部", "sha256": drawing(3)}
    refused(site, "检查人不足2人", inspectors=["检查员甲"])
    refused(site, "没有检查人的签字", signatures=[party])
    refused(site, "没有检查人的签字", signatures=[inspector | {"name": "外人"}, party])
    refused(site, "没有当事人的签字", signatures=[inspector])
    refused(site, "没有见证人签字", signatures=[inspector], refused="负责人")
    refused(site, "当事人已经签字", signatures=[inspector, party, witness], refused="负责人")
    refused(site, "没有现场位置", position=None)
    refused(site, "还没有上传", photos={"cover": ["0" * 64]})
    refused(site, "还没有上传", by="somebody")
    refused(site, "签字应是png", signatures=[inspector | {"sha256": photo(9)}, party])
    refused(site, "没有这一版清单", version=str(uuid4()))
    refused(site, "计划里没有这个对象", object=str(uuid4()))
    refused(site, "没有要更正的", replaces=str(uuid7()), reason="写错了")
    refused(site, "一个：计划里的，或临时的", unplanned={"name": "某处", "area": str(uuid7()), "organisation": str(uuid7())})  # fmt: skip
    with pytest.raises(InspectionError, match="不在您的管理范围内"):
        take(told(site), scope=Scope.none())
    other = PlanObject.objects.filter(drawn=False)[0]
    refused(other, "计划里没有这个对象")
    later = Version.objects.create(
        checklist=site.cell.kind.version.checklist, number=2, content=[], published_at=NOW
    )
    refused(site, "不是这一版清单", version=str(later.pk))


def test_far_from_the_object_a_reason_is_wanted(site: PlanObject) -> None:
    # 0.0025 degrees of longitude at 39 degrees north: 0.0025 · 86,630 m = 216.6 m
    assert geo.distance((118.0025, 39.0), (118.0, 39.0)) == pytest.approx(216.6, abs=0.2)
    refused(site, "离对象217米，超过200米", position={"lon": 118.0025, "lat": 39.0})
    visit = take(told(site, position={"lon": 118.0025, "lat": 39.0}, position_reason="正门封闭，从侧门进入"))
    assert visit.distance == pytest.approx(216.6, abs=0.2)
    # 0.0023 degrees are 199 m
    assert take(told(site, position={"lon": 118.0023, "lat": 39.0})).distance == pytest.approx(199.2, abs=1)
    assert take(told(site, position=None, position_reason="地下室无信号")).distance is None


def test_a_refusal_to_sign_is_witnessed(site: PlanObject) -> None:
    signatures = [
        {"role": "inspector", "name": "检查员甲", "sha256": drawing(1)},
        {"role": "witness", "name": "社区干部", "sha256": drawing(3)},
    ]
    visit = take(told(site, signatures=signatures, refused="工地负责人"))
    assert sorted(visit.signatures.values_list("role", "name", "refused")) == [
        ("inspector", "检查员甲", False),
        ("party", "工地负责人", True),
        ("witness", "社区干部", False),
    ]


def test_a_wrong_clock_is_kept_as_it_was(site: PlanObject) -> None:
    visit = take(told(site, sent_at="2021-07-05T08:00:00+08:00"))  # two hours behind ten o'clock
    assert visit.skew == 7200
    assert visit.finished_at.isoformat() == "2021-07-05T09:30:00+08:00"


def test_a_correction_supersedes_and_never_overwrites(made: Plan, site: PlanObject) -> None:
    first = take(told(site, fails={"fence": "围挡破损。"}))
    with pytest.raises(InspectionError, match="没有写更正的原因"):
        take(told(site, replaces=str(first.key)))
    second = take(told(site, replaces=str(first.key), reason="看错了位置"), hours=1)
    assert second.key == first.key
    assert list(Visit.objects.current()) == [second]
    first.refresh_from_db()
    assert first.superseded_at == second.recorded_at
    assert first.outcome == "fail"
    assert first.photos.count() == 1
    publishing.publish(made, "门户网站", actor="领导", now=NOW + timedelta(hours=2))
    with pytest.raises(InspectionError, match="已经公布"):
        take(told(site, replaces=str(first.key), reason="又看错了"), hours=3)


def test_an_object_that_no_plan_names(site: PlanObject) -> None:
    named = {"name": "路边裸土", "area": str(site.cell.area_id), "organisation": str(site.organisation_id)}
    visit = take(told(site, object=None, unplanned=named))
    assert visit.object is None
    assert visit.subject == f"organisation:{site.organisation_id}#路边裸土"
    with pytest.raises(InspectionError, match="不在您的管理范围内"):
        take(told(site, object=None, unplanned=named), scope=Scope.none())
