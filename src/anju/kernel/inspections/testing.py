"""For tests of every part: a checklist, a plan that is drawn, and what a phone sends of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image
from uuid6 import uuid7

from anju.kernel.files import store
from anju.kernel.inspections import checklists, groups, planning
from anju.kernel.inspections.items import Item, ItemKind, Option
from anju.kernel.inspections.models import Plan, PlanObject, Version
from anju.kernel.inspections.planning import Inspected
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area, CodeSystem, Level

NOW = datetime(2021, 7, 5, 2, tzinfo=UTC)  # ten in the morning
ACTOR = "inspector"
ITEMS = (
    Item("fence", "工地周边围挡", "六个百分百", basis="扬尘污染防治办法第十二条", severity=1, points=2),
    Item("cover", "裸土与物料覆盖", "六个百分百", severity=2, points=3, photos=1),
    Item("height", "围挡高度", "六个百分百", kind=ItemKind.NUMBER, unit="米", low="1.8", points=1, required=False),
    Item("crane", "塔吊检验合格", "安全", severity=3, points=4),
    Item(
        "wash",
        "车辆冲洗",
        "安全",
        kind=ItemKind.CHOICE,
        options=(Option("used", "正常使用"), Option("idle", "闲置", fails=True)),
        required=False,
    ),
    Item("words", "其他", "安全", kind=ItemKind.TEXT, required=False),
)  # fmt: skip


def picture(number: int, kind: str = "JPEG") -> BytesIO:
    """A small picture, another one for each number."""
    image = Image.new("RGB", (24, 18), (number % 256, number // 256 % 256, number // 65536 % 256))
    target = BytesIO()
    image.save(target, kind)
    target.seek(0)
    return target


def photo(number: int, actor: str = ACTOR) -> str:
    """A stored photo, by its hash."""
    return store(picture(number), f"{number}.jpg", actor=actor).sha256


def drawing(number: int = 1, actor: str = ACTOR) -> str:
    """A stored signature, by its hash."""
    return store(picture(1_000_000 + number, "PNG"), f"s{number}.png", actor=actor).sha256


def office(name: str = "建管科") -> Organisation:
    return Organisation.objects.create(name=name, kind=Kind.OFFICE)


def area(name: str) -> Area:
    return Area.objects.create(code=name, code_system=CodeSystem.LOCAL, name=name, level=Level.COUNTY)


def checklist(owner: Organisation, code: str = "dust-site", items: Sequence[Item] = ITEMS) -> Version:
    version = checklists.create(code, "工地扬尘检查", owner, actor="甲")
    checklists.write(version, items, actor="甲")
    return checklists.publish(version, actor="甲", now=NOW)


def plan(
    owner: Organisation,
    body: Organisation,
    areas: Sequence[Area],
    *,
    code: str = "dust-site",
    objects: int = 2,
) -> Plan:
    """A drawn plan of July 2021: one kind, so many objects in each area at 118.0 and 39.0 degrees, three groups."""
    version = checklist(owner, code)
    for number in (1, 2, 3):
        group = groups.create(f"第{number}组", owner, actor="甲")
        groups.join(group, ACTOR, "检查员甲", date(2021, 1, 1), actor="甲")
    made = planning.create(
        "七月检查", owner, "2021-07", [("工地", version)], planning.Sampling(seed="种子"), actor="甲"
    )
    rows = [
        Inspected(f"place:{where.name}-{n}", f"{where.name}{n}号工地", "工地", where, body, 118.0, 39.0)
        for where in areas
        for n in range(objects)
    ]
    planning.record(made, rows, actor="甲", now=NOW)
    return Plan.objects.get(pk=made.pk)


def drawn(made: Plan) -> PlanObject:
    """The first object of a plan that was drawn."""
    found: PlanObject = PlanObject.objects.filter(cell__plan=made, drawn=True).order_by("cell__order")[0]
    return found


def told(site: PlanObject, /, **changes: Any) -> dict[str, Any]:
    """What a phone sends of a visit without a fault; the answers of ``fails`` are turned."""
    fails: dict[str, str] = changes.pop("fails", {})
    actor: str = changes.pop("by", ACTOR)
    answers = {"fence": "pass", "cover": "pass", "crane": "pass"} | dict.fromkeys(fails, "fail")
    id_: UUID = changes.pop("id", None) or uuid7()
    shot = changes.pop("photo", None) or photo(id_.int % 2**24, actor)
    names = ["检查员甲", "检查员乙"]
    return {
        "id": str(id_),
        "form": "inspection.visit",
        "version": str(site.cell.kind.version_id),
        "object": str(site.pk),
        "inspectors": names,
        "started_at": "2021-07-05T09:00:00+08:00",
        "finished_at": "2021-07-05T09:30:00+08:00",
        "sent_at": "2021-07-05T10:00:00+08:00",
        "device": "测试手机",
        "position": {"lon": 118.0, "lat": 39.0, "accuracy": 5},
        "answers": answers,
        "remarks": dict(fails),
        "photos": {"cover": [shot]},
        "pictures": [{"sha256": shot, "taken_at": "2021-07-05T09:10:00+08:00", "lon": 118.0, "lat": 39.0}],
        "signatures": [
            {"role": "inspector", "name": names[0], "sha256": drawing(1, actor)},
            {"role": "party", "name": "工地负责人", "sha256": drawing(2, actor)},
        ],
    } | changes
