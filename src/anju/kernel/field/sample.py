"""What two phones of the sample city sent: notes received, one waiting, one refused, one in two versions, one a case.

The phones themselves are ended: a real one's key lives in a browser, and nobody has these.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from anju.kernel.access.models import User
from anju.kernel.access.roles import Role
from anju.kernel.access.sample import username_of
from anju.kernel.audit import Context
from anju.kernel.field import enrolment, notes
from anju.kernel.field.models import Device, Note
from anju.kernel.field.receiving import intake, items, photos
from anju.kernel.field.sender import Sender
from anju.kernel.field.testing import Key, note, sha256
from anju.kernel.files import copies
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area, Level

ACTOR = "样例"
# What was seen, its category, and the ground and the thing in its picture.
SEEN = (
    ("北侧堆土约300平方米未覆盖，防尘网破损。", "dust", "#a68c68", "#4d6b52"),
    ("换热站门口井盖缺失，已放警示锥。", "municipal", "#8b8f92", "#c9a43a"),
    ("3号楼东单元楼道堆放装修材料，占用疏散通道。", "housing", "#b9c4c9", "#7d776d"),
    ("深基坑临边防护栏缺一段，长约4米。", "safety", "#8f7c63", "#a33c08"),
    ("出口冲洗设施停用，路面带泥约20米。", "dust", "#9a9388", "#6b8791"),
)


def build() -> None:
    """Send the sample once; a second call changes nothing."""
    if Device.objects.exists():
        return
    chance, now = random.Random(21), timezone.now()
    area = Area.objects.filter(level=Level.COUNTY, valid_to=None).order_by("code")[0]
    inspector = User.objects.get(username=username_of(Role.INSPECTOR))
    sender = _phone(inspector, "检查员的旧手机", now)
    for days, (text, category, ground, thing) in enumerate(SEEN, 1):
        at = now - timedelta(days=days, hours=2)
        picture = _picture(ground, thing, chance)
        sent = _note(text, category, at, chance, (sha256(picture),), f"area:{area.pk}")
        _send(sender, at, sent)
        if days < len(SEEN):  # the last one's photo is still on the phone
            photos.receive(_at(sender, at), sha256(picture), picture)
    _send(sender, now - timedelta(days=1), _note("", "dust", now - timedelta(days=1), chance))
    first = _note("东侧围挡完好，无缺口。", "dust", now - timedelta(hours=5), chance)
    other = first | {"body": first["body"] | {"answers": {"category": "dust", "text": "东侧围挡缺口2处。"}}}
    for version in (first, other):
        _send(sender, now - timedelta(hours=4), version)
    office = _phone(User.objects.get(username=username_of(Role.OFFICE)), "时钟快的手机", now)
    fast = _note("热力管沟盖板松动。", "energy", now + timedelta(hours=1), chance)
    _send(office, now - timedelta(hours=1), fast, ahead=timedelta(hours=2))
    _make_case(area, now)
    copies.make()
    for device in (sender.device, office.device):
        enrolment.revoke(device, actor=ACTOR, reason="样例设备，不能再上报", now=now)


def _phone(user: User, name: str, now: datetime) -> Sender:
    device = Device.objects.create(user=user, name=name, public_key=Key().public)
    return Sender(device, now, now, Context())


def _at(sender: Sender, at: datetime, ahead: timedelta = timedelta()) -> Sender:
    return Sender(sender.device, at, at + ahead, sender.context)


def _send(sender: Sender, at: datetime, sent: dict[str, Any], ahead: timedelta = timedelta()) -> None:
    intake.take(_at(sender, at, ahead), items.items_of({"items": [sent]}))


def _note(
    text: str,
    category: str,
    at: datetime,
    chance: random.Random,
    names: tuple[str, ...] = (),
    subject: str = "",
) -> dict[str, Any]:
    lon, lat, accuracy = 118 + chance.random() / 4, 39.5 + chance.random() / 4, chance.randint(4, 20)
    place = {"lon": round(lon, 6), "lat": round(lat, 6), "accuracy": accuracy}
    answers = {"category": category, "text": text}
    sent = note(text, names, answers=answers, subject=subject, position=place | {"at": at.isoformat()})
    shots = [{"sha256": name, "taken_at": at.isoformat(), **place} for name in names]
    return sent | {"made_at": at.isoformat(), "photos": shots}


def _picture(ground: str, thing: str, chance: random.Random) -> bytes:
    """A drawn stand-in for a photo: sky, ground, and something on it."""
    image = Image.new("RGB", (960, 720), "#b9c4c9")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 420, 960, 720), fill=ground)
    for _ in range(4):
        x, width = chance.randint(40, 700), chance.randint(80, 240)
        draw.polygon(((x, 560), (x + width // 2, 560 - width // 2), (x + width, 560)), fill=thing)
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _make_case(area: Area, now: datetime) -> None:
    """The first note is with the bureau of its county already."""
    kept = Note.objects.current().get(text=SEEN[0][0])
    owner = Organisation.objects.get(area=area, kind=Kind.COUNTY_BUREAU)
    handed = notes.Handed("high", owner, now + timedelta(days=7), "7天内整改并附照片。")
    notes.make_finding(kept, handed, actor=username_of(Role.DISPATCHER), now=now)
