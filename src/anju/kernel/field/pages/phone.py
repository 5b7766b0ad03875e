"""What a phone asks for: its page, its worker, what there is to do, and where it sends to.

All of it opens to anybody: the page holds nothing, and everything else asks for the device's signature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anju.kernel.access.login import context_of
from anju.kernel.access.models import User
from anju.kernel.access.permissions import may
from anju.kernel.field import refusals, sender, todo
from anju.kernel.field.enrolment import is_verified
from anju.kernel.field.pages.policy import POLICY
from anju.kernel.field.pages.words import WORDS
from anju.kernel.field.receiving import intake, items, photos
from anju.kernel.field.refusals import TurnedAway

View = Callable[..., HttpResponse]
STATIC = Path(__file__).parents[1] / "static" / "field"
SHARED = ("web/tokens.css", "web/anju.css", "web/icon.svg", "web/theme.js")


@require_safe
def phone_page(request: HttpRequest) -> HttpResponse:
    """The shell: words and scripts, nothing of anybody. The phone keeps it and fills it from what it holds."""
    words = {code: gettext(word) for code, word in WORDS.items()}
    answer = render(request, "field/phone.html", {"words": json.dumps(words, ensure_ascii=False)})
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the page installable."""
    icon = {"src": static("web/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": gettext("安居现场"),
            "short_name": gettext("安居现场"),
            "lang": get_language(),
            "start_url": "/field/",
            "scope": "/field/",
            "display": "standalone",
            "background_color": "#FFFFFF",
            "theme_color": "#1A5566",
            "icons": [
                icon,
                {**icon, "src": static("field/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker with the list of what it keeps; it changes when one of those files does."""
    version, addresses = _kept()
    head = f"const VERSION = {json.dumps(version)};\nconst KEPT = {json.dumps(addresses)};\n"
    body = head + (STATIC / "worker.js").read_text("utf8")
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _kept() -> tuple[str, list[str]]:
    """A digest over the files of the page, and their addresses."""
    own = sorted(path for path in STATIC.iterdir() if path.name != "worker.js")
    shared = [STATIC.parents[3] / "web" / "static" / name for name in SHARED]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in [*own, *shared, STATIC / "worker.js"]))
    names = [*(f"field/{path.name}" for path in own), *SHARED]
    return digest.hexdigest()[:16], [static(name) for name in names]


@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Whether somebody is signed in here, and the token that signing out asks for."""
    user = request.user
    return JsonResponse({"name": user.name if isinstance(user, User) else "", "token": get_token(request)})


def answering(view: View) -> View:
    """Turned away becomes JSON with the server's time, so that the phone can say how wrong its clock is."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except TurnedAway as away:
            told = away.told() | {"now": timezone.now().isoformat()}
            return JsonResponse(told, status=away.status)

    return answer


def asked(request: HttpRequest, most: int) -> sender.Asked:
    """The request with its whole body; ``TurnedAway`` before more than ``most`` bytes are read."""
    try:
        announced = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        raise refusals.malformed() from None
    body = request.read(most + 1) if announced <= most else b""
    if announced > most or len(body) > most:
        raise refusals.too_large()
    return sender.Asked(request.method or "", request.path, request.headers, body, context_of(request))


@csrf_exempt
@require_POST
@answering
def sync(request: HttpRequest) -> HttpResponse:
    """``{device, sent_at, items}`` in, ``{now, skew_seconds, receipts, missing}`` out; what is receipted is kept."""
    question = asked(request, items.SYNC_BYTES)
    who = sender.identify(question, timezone.now())
    read = items.envelope(question.body)
    if read.get("device") != str(who.device.pk):
        raise refusals.malformed()
    taken = intake.take(who, items.items_of(read))
    return JsonResponse(
        {
            "now": who.now.isoformat(),
            "skew_seconds": who.skew_seconds,
            "receipts": [intake.told(receipt, who) for receipt in taken.receipts],
            "missing": taken.missing,
        }
    )


@csrf_exempt
@require_http_methods(["PUT"])
@answering
def photo(request: HttpRequest, sha256: str) -> HttpResponse:
    """The bytes of one photo; the answer is its receipt, and those of items that are complete by it."""
    question = asked(request, photos.PHOTO_BYTES)
    who = sender.identify(question, timezone.now())
    kept = photos.receive(who, sha256, question.body)
    return JsonResponse(
        {
            "now": who.now.isoformat(),
            "sha256": kept.photo.sha256,
            "received_at": kept.photo.recorded_at.isoformat(),
            "receipts": [intake.told(receipt, who) for receipt in kept.completed],
        }
    )


@require_safe
@answering
def tasks(request: HttpRequest) -> HttpResponse:
    """What there is to do: for the device that signed the request, or for who is signed in."""
    told = todo.listed(_person(request), timezone.now())
    tag = todo.etag(told)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return JsonResponse(told | {"now": timezone.now().isoformat()}, headers={"ETag": tag})


def _person(request: HttpRequest) -> User:
    if sender.SIGNATURE in request.headers:
        who = sender.identify(asked(request, 0), timezone.now())
        if not sender.is_near(who):
            raise refusals.late()
        return who.user
    user = request.user
    verified = isinstance(user, User) and may(user, "field.use") and is_verified(request)
    if not isinstance(user, User) or not verified:
        raise refusals.unknown()
    return user
