"""A month of inspections of the fictional city: two checklists, eight groups, 19 counties × 5 kinds, half of it done.

Planted: one photo filed with two visits, one visit 640 metres from its object, one phone whose clock is two hours
behind. The month is that of twenty days ago, so that its first half has passed; the figures come from a seed.
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from io import BytesIO
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone
from PIL import Image, ImageDraw
from uuid6 import uuid7

from anju.kernel import audit
from anju.kernel.files import store
from anju.kernel.inspections import checklists, groups, planning
from anju.kernel.inspections.items import ItemKind
from anju.kernel.inspections.models import Checklist, Plan, PlanObject, Version
from anju.kernel.inspections.planning import Inspected
from anju.kernel.inspections.sample.items import DUST_ITEMS, GAS_ITEMS
from anju.kernel.parties.models import Organisation
from anju.kernel.places import geo
from anju.kernel.places import sample as places
from anju.kernel.places.kinds import Kind as PlaceKind
from anju.kernel.places.models import Area, Place

ACTOR, INSPECTOR, OFFICE = "样例", "demo-inspector", "建管科"
SEED = "anju-xuncha"
DUST, GAS = "dust-site", "gas-station"
ITEMS = {DUST: DUST_ITEMS, GAS: GAS_ITEMS}
NAMES = ("演示·检查员", "陈样例")
# Kind, checklist, what its objects are called
KINDS = (
    ("建筑工地", DUST, "工地"),
    ("搅拌站", DUST, "搅拌站"),
    ("城市道路", DUST, "路段"),
    ("渣土运输", DUST, "渣土车队"),
    ("燃气场站", GAS, "门站"),
)
# What the objects are in the register of places; a fleet is no place, but belongs to its body.
PLACES = {
    "建筑工地": PlaceKind.SITE,
    "搅拌站": PlaceKind.STATION,
    "城市道路": PlaceKind.ROAD,
    "燃气场站": PlaceKind.STATION,
}
_STREETS = ("槐荫里", "望河路", "青石巷", "北苑", "新安街", "柳堤", "松岗", "南湖")


@dataclass(frozen=True, slots=True)
class Planted:
    """Places in the order of the visits, counted from nought: the second use of a photo, and where it was first."""

    first: int = 3
    reused: int = 7
    far: int = 11
    clock: int = 15


PLANTED = Planted()


def month(today: date) -> str:
    return f"{today - timedelta(days=20):%Y-%m}"


def title(today: date) -> str:
    period = month(today)
    return f"{period[:4]}年{int(period[5:])}月联合检查"


def set_up(today: date) -> Plan:
    """Checklists, groups and the drawn plan, over the organisations of ``parties.sample``."""
    owner = Organisation.objects.get(name=OFFICE)
    start = datetime.combine(date.fromisoformat(f"{month(today)}-01"), time(8))
    now = timezone.make_aware(start)
    versions = {
        DUST: _checklist(DUST, ("工地扬尘检查清单", "Construction dust"), owner, now),
        GAS: _checklist(GAS, ("燃气安全检查清单", "Gas safety"), owner, now),
    }
    for number in range(1, 9):
        group = groups.create(f"第{number}组", owner, actor=ACTOR)
        groups.join(group, INSPECTOR, NAMES[0], now.date(), actor=ACTOR)
        groups.join(
            group, f"sample-{number}", f"{'赵钱孙李周吴郑王'[number - 1]}样例", now.date(), actor=ACTOR
        )
    kinds = [(name, versions[code]) for name, code, _ in KINDS]
    plan = planning.create(
        title(today), owner, month(today), kinds, planning.Sampling(seed=SEED), actor=ACTOR
    )
    objects = list(_objects())
    _register(objects)
    planning.record(plan, objects, actor=ACTOR, now=now)
    return Plan.objects.get(pk=plan.pk)


def _checklist(code: str, names: tuple[str, str], owner: Organisation, now: datetime) -> Version:
    version = checklists.create(code, names[0], owner, actor=ACTOR, title_en=names[1])
    checklists.write(version, ITEMS[code], actor=ACTOR)
    return checklists.publish(version, actor=ACTOR, now=now)


def _register(objects: list[Inspected]) -> None:
    """Rows in the register of places for all objects that are places."""
    rows = []
    for number, one in enumerate(objects, 1):
        if one.kind in PLACES:
            key = UUID(one.subject.removeprefix("place:"))
            place = Place(id=key, kind=PLACES[one.kind], code=f"XC{number:03}", name=one.name, area=one.area)
            assert one.longitude is not None
            assert one.latitude is not None
            place.draw(geo.Point((one.longitude, one.latitude)), "样例测绘")
            rows.append(place)
    Place.objects.bulk_create(rows, batch_size=500)
    audit.record("places.sample", "样例检查对象", actor=ACTOR, after={"rows": len(rows)})


def _objects() -> Iterator[Inspected]:
    random = Random(SEED)
    bodies = {body.name: body for body in Organisation.objects.filter(valid_to__isnull=True)}
    areas = {area.code: area for area in Area.objects.filter(valid_to__isnull=True)}
    for code, county, _ in places.UNITS:
        area = areas[code]
        for kind, _, noun in KINDS:
            for number in (1, 2):
                name = f"{county}{random.choice(_STREETS)}{number}号{noun}"
                body = bodies[_answers_for(county, kind)]
                place = f"place:{uuid5(NAMESPACE_URL, f'anju:{code}:{kind}:{number}')}"
                yield Inspected(
                    place if kind in PLACES else f"organisation:{body.pk}#{name}",
                    name,
                    kind,
                    area,
                    body,
                    *_position(area, random),
                    alarm_days=random.choice((0, 0, 0, 1, 3, 6)),
                    complaints=random.choice((0, 0, 1, 2)),
                )


def _answers_for(county: str, kind: str) -> str:
    """A company for gas, and for the building sites of one county; elsewhere the county's bureau."""
    if kind == "燃气场站":
        return "安居市清焰燃气有限公司"
    if kind == "建筑工地" and county == places.UNITS[0][1]:
        return "安居市暖阳供热有限公司"
    return f"{county}住房和城乡建设局"


def _position(area: Area, random: Random) -> tuple[float, float]:
    assert area.west is not None  # the sample city has outlines
    east = (area.west + area.east) / 2 + random.uniform(-0.01, 0.01)
    north = (area.south + area.north) / 2 + random.uniform(-0.01, 0.01)
    return round(east, 6), round(north, 6)


# -- what the phones sent ----------------------------------------------------------------------------------


def visited(plan: Plan) -> list[PlanObject]:
    """The drawn objects of the first half of the cells, and of the building sites of the first county."""
    half = plan.cells.count() // 2
    rows = PlanObject.objects.filter(cell__plan=plan, drawn=True)
    rows = rows.select_related("cell__area", "cell__kind__version", "organisation").order_by("cell__order")
    return [o for o in rows if o.cell.order <= half or o.organisation.name == "安居市暖阳供热有限公司"]


def submissions(plan: Plan) -> Iterator[tuple[dict[str, Any], datetime]]:
    """What was sent of each visit, and when it arrived."""
    random = Random(f"{SEED}-visits")
    shots: dict[int, str] = {}
    for place, one in enumerate(visited(plan)):
        day = one.cell.day + timedelta(days=place % 9 == 4)
        finished = timezone.make_aware(datetime.combine(day, time(9, 40))) + timedelta(minutes=place)
        shots[place] = _photo(shots, place)
        yield _told(one, place, finished, shots[place], random), finished + timedelta(minutes=20)


def _photo(shots: dict[int, str], place: int) -> str:
    return shots[PLANTED.first] if place == PLANTED.reused else shot(place)


def _told(one: PlanObject, place: int, finished: datetime, photo: str, random: Random) -> dict[str, Any]:
    dust = one.cell.kind.version.checklist.code == DUST
    answers, remarks = _answers(dust, one, random)
    received = finished + timedelta(minutes=20)
    behind = timedelta(hours=2) if place == PLANTED.clock else timedelta()
    away = 0.0064 if place == PLANTED.far else random.uniform(-0.0008, 0.0008)
    position = {"lon": (one.longitude or 0) + away * 1.125, "lat": one.latitude, "accuracy": 6}
    return {
        "id": str(uuid7()),
        "form": "inspection.visit",
        "version": str(one.cell.kind.version_id),
        "object": str(one.pk),
        "inspectors": list(NAMES),
        "started_at": (finished - behind - timedelta(minutes=35)).isoformat(),
        "finished_at": (finished - behind).isoformat(),
        "sent_at": (received - behind).isoformat(),
        "device": "样例手机",
        "position": position,
        "position_reason": "道路封闭，在路口拍摄" if place == PLANTED.far else "",
        "answers": answers,
        "remarks": remarks,
        "photos": {"cover" if dust else "alarm": [photo]},
        "pictures": [
            {
                "sha256": photo,
                "taken_at": (finished - behind).isoformat(),
                "lon": position["lon"],
                "lat": position["lat"],
            }
        ],
        "signatures": [
            {"role": "inspector", "name": NAMES[0], "sha256": signature(1)},
            {"role": "inspector", "name": NAMES[1], "sha256": signature(2)},
            {"role": "party", "name": "现场负责人", "sha256": signature(3)},
        ],
    }


def _answers(dust: bool, one: PlanObject, random: Random) -> tuple[dict[str, str], dict[str, str]]:
    answers, remarks = {}, {}
    for item in DUST_ITEMS if dust else GAS_ITEMS:
        draw = random.random()
        if item.kind == ItemKind.PASS_FAIL:
            answers[item.code] = (
                "fail" if draw < 0.05 else "na" if draw > 0.97 and not item.photos else "pass"
            )
    answers |= {"pm10": f"{random.uniform(91, 99):.1f}", "night": "no"} if dust else {"pressure": "2.4"}
    if one.organisation.name == "安居市暖阳供热有限公司":
        answers["cover"] = "fail"
    for code, answer in answers.items():
        if answer == "fail":
            remarks[code] = random.choice(("现场不符合要求，已当场指出。", "东侧约200平方米不符合要求。"))
    return answers, remarks


def shot(number: int, actor: str = INSPECTOR) -> str:
    """A drawn picture of a site, stored; another one for each number. Its hash."""
    tint = [int(255 * part) for part in colorsys.hsv_to_rgb(number * 0.137 % 1, 0.25, 0.62)]
    image = Image.new("RGB", (240, 180), (186, 198, 204))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 110, 240, 180), fill=tuple(tint))
    draw.polygon(
        [(0, 150), (60, 90 + number % 20), (120, 140), (180, 95 - number % 15), (240, 150)],
        fill=(139, 118, 92),
    )
    draw.text((8, 8), f"{number:03d}", fill=(40, 46, 50))
    target = BytesIO()
    image.save(target, "JPEG", quality=80)
    target.seek(0)
    return store(target, f"现场{number:03d}.jpg", actor=actor).sha256


@cache
def _scribble(number: int) -> bytes:
    random = Random(number)
    image = Image.new("RGB", (320, 120), "white")
    points = [(20 + 14 * n, random.randint(25, 95)) for n in range(20)]
    ImageDraw.Draw(image).line(points, fill=(20, 24, 28), width=4, joint="curve")
    target = BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


def signature(number: int, actor: str = INSPECTOR) -> str:
    """A drawn signature, stored. Its hash."""
    return store(BytesIO(_scribble(number)), f"签字{number}.png", actor=actor).sha256


def is_built() -> bool:
    return Checklist.objects.filter(code=DUST).exists()
