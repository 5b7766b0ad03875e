"""What the modules of this folder share: the pieces of a form, and reading what came back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from anju.kernel.field.sender import Sender
from anju.kernel.values.refusal import Refusal

MOST_TASKS = 200


def item(code: str, text: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """An item of a form; described at ``field.kinds``."""
    return {"code": code, "text": text, "kind": kind, "required": True, "hint": "", **more}


def option(value: str, label: str) -> dict[str, str]:
    return {"value": value, "label": label}


def answers(body: dict[str, Any]) -> dict[str, Any]:
    """The answers as they came, {} where there are none."""
    given = body.get("answers")
    return given if isinstance(given, dict) else {}


def said(body: dict[str, Any], code: str) -> str:
    """The words of one answer, "" for none and for what is no text."""
    found = answers(body).get(code)
    return found.strip() if isinstance(found, str) else ""


def subject(body: dict[str, Any], kind: str) -> UUID:
    """The key in ``kind:<key>``. ``Refusal`` for any other subject."""
    named, _, key = str(body.get("subject") or "").partition(":")
    try:
        found = UUID(key)
    except ValueError:
        found = None
    if named != kind or found is None:
        raise out_of_reach()
    return found


def key_of(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def out_of_reach() -> Refusal:
    return Refusal(
        gettext("任务的对象已不在，或不在您的管理范围内。"),
        gettext("请联网更新任务；内容已留存，可向派任务的单位核对。"),
    )


def position(body: dict[str, Any]) -> dict[str, Any] | None:
    """Where the phone was, as it says; None without a position."""
    at = body.get("position")
    return at if isinstance(at, dict) and at.get("lon") is not None and at.get("lat") is not None else None


def photos(body: dict[str, Any]) -> dict[str, list[str]]:
    """Item code → hashes."""
    given = body.get("photos")
    return given if isinstance(given, dict) else {}


def made_at(sender: Sender) -> Any:
    """When the person pressed the button, by the phone's clock."""
    assert sender.receipt is not None
    assert sender.receipt.made_at is not None
    return sender.receipt.made_at
