from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image
from uuid6 import uuid7

from anju.kernel.field import testing
from anju.kernel.field.conftest import Phone

HERE = {"lon": 118.0, "lat": 39.0, "accuracy": 6.0}


def png(shade: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 20), (shade, 250, 250)).save(out, "PNG")
    return out.getvalue()


def sent(phone: Phone, task: dict[str, Any], form: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An item that answers a task, as the page builds it: the task's own answers, and ``answers`` beside them."""
    at = timezone.now()
    shots: dict[str, list[bytes]] = changes.pop("shots", {})
    drawn: dict[str, bytes] = changes.pop("drawn", {})
    pictures = [*(shot for each in shots.values() for shot in each), *drawn.values()]
    body = {
        "form": form["kind"],
        "version": form["version"],
        "subject": task["subject"],
        "begun_at": (at - timedelta(minutes=20)).isoformat(),
        "answers": task.get("given", {}) | changes.pop("answers", {}),
        "remarks": {},
        "photos": {code: [testing.sha256(shot) for shot in each] for code, each in shots.items()},
        "position": HERE | {"at": at.isoformat()},
        "signature": None,
        "signatures": [{"role": role, "sha256": testing.sha256(drawing)} for role, drawing in drawn.items()],
    }
    named = [
        {"sha256": testing.sha256(p), "taken_at": at.isoformat(), "lon": 118.0, "lat": 39.0} for p in pictures
    ]
    for picture in pictures:
        assert phone.put(picture).status_code == 200
    item = {"id": str(uuid7()), "kind": form["kind"], "made_at": at.isoformat(), "base": "", "photos": named}
    return item | {"body": body | changes}


def receipt(phone: Phone, item: dict[str, Any]) -> dict[str, Any]:
    (one,) = phone.sync(item).json()["receipts"]
    return dict(one)


def tasks_of(phone: Phone, kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The tasks of a kind, each with its form."""
    told = phone.call("GET", "/field/tasks/").json()
    found = [(task, told["sheets"][task["form"]]) for task in told["tasks"] if task["form"] in told["sheets"]]
    return [(task, form) for task, form in found if form["kind"] == kind]
