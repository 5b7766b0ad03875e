"""登记本机: make this browser a known device, while its person is here with the second factor."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.pages.account import user_of
from anju.kernel.access.permissions import requires
from anju.kernel.field import enrolment
from anju.kernel.field.models import Device
from anju.kernel.field.pages.policy import POLICY
from anju.kernel.field.pages.words import ENROL_WORDS
from anju.kernel.values.refusal import Refusal

MOST_BYTES = 10_000


@requires("field.use")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_page(request: HttpRequest) -> HttpResponse:
    """GET shows the page with a fresh challenge; POST takes ``{name, public_key, signature}`` as JSON."""
    if request.method == "POST":
        return _enrol(request)
    user = user_of(request)
    words = {code: gettext(word) for code, word in ENROL_WORDS.items()}
    live = Device.objects.filter(user=user, revoked_at=None).order_by("recorded_at")
    context = {
        "verified": enrolment.is_verified(request),
        "challenge": enrolment.challenge(request, timezone.now()),
        "devices": live,
        "most": enrolment.MOST_DEVICES,
        "words": json.dumps(words, ensure_ascii=False),
        "person": user,
    }
    answer = render(request, "field/enrol.html", context)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _enrol(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    try:
        device = enrolment.enrol(request, user, _offer(request), timezone.now())
    except Refusal as refusal:
        audit.record(
            "field.device.enrol",
            "field.Device",
            actor=user.username,
            result="refused",
            reason=refusal.sentence,
            context=context_of(request),
        )
        return JsonResponse({"sentence": refusal.sentence, "next_step": refusal.next_step}, status=422)
    return JsonResponse(
        {"id": str(device.pk), "name": device.name, "user": str(user.pk), "user_name": user.name}
    )


def _offer(request: HttpRequest) -> enrolment.Offer:
    try:
        sent: Any = json.loads(request.read(MOST_BYTES))
        told = [sent[name] for name in ("name", "public_key", "signature")]
    except (ValueError, TypeError, KeyError, RecursionError):
        told = []
    if not told or not all(isinstance(text, str) for text in told):
        raise Refusal(gettext("登记的内容读不出来。"), gettext("请刷新页面后重试。"))
    return enrolment.Offer(*(text.replace("\0", "") for text in told))
