"""Making a phone known and ending it: by its owner with the second factor, ended by the system administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access import login
from anju.kernel.access.demo import BACKEND as DEMO_BACKEND
from anju.kernel.access.models import User
from anju.kernel.field import signing
from anju.kernel.field.models import Device
from anju.kernel.values.refusal import Refusal

MOST_DEVICES = 3
TERM = timedelta(minutes=10)
# Before the challenge, so that what is signed here serves nowhere else.
_PREFIX = "anju.field.enrol\n"
_CHALLENGE, _SINCE = "field_challenge", "field_challenge_since"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a browser offers: the name its person gave, its public key, and the signature over the challenge."""

    name: str
    public_key: str
    signature: str


def is_verified(request: HttpRequest) -> bool:
    """Whether the second factor was given in this session; the demonstration's login counts only where it is on."""
    if request.session.get(login.BACKEND) == DEMO_BACKEND:
        return bool(settings.ANJU_DEMO)
    return bool(request.session.get(login.VERIFIED))


def challenge(request: HttpRequest, now: datetime) -> str:
    """Words to be signed within ten minutes, once."""
    words = get_random_string(43)
    request.session[_CHALLENGE], request.session[_SINCE] = words, now.isoformat()
    return f"{_PREFIX}{words}"


def enrol(request: HttpRequest, user: User, offer: Offer, now: datetime) -> Device:
    """Keep the device that proves its key; a key that the user has enrolled already gives the same device.

    Raises ``Refusal``: no second factor, challenge spent or not signed, name missing, or three devices already.
    """
    words, since = request.session.pop(_CHALLENGE, None), request.session.pop(_SINCE, None)
    if not is_verified(request):
        raise Refusal(
            gettext("登记设备要先完成第二因素验证。"), gettext("请启用第二因素，重新登录后再登记。")
        )
    if not words or not since or now - datetime.fromisoformat(since) > TERM:
        raise Refusal(gettext("登记页面已过期。"), gettext("请刷新页面后重试。"))
    name = offer.name.strip()
    if not 1 <= len(name) <= 60:
        raise Refusal(gettext("没有写设备名称，或超过60个字。"), gettext("请写一个认得出的名称。"))
    if not signing.is_public_key(offer.public_key) or not signing.is_signed(
        offer.public_key, offer.signature, f"{_PREFIX}{words}".encode()
    ):
        raise Refusal(gettext("没能证明密钥在本机。"), gettext("请刷新页面后重试，或换一个浏览器。"))
    return _keep(request, user, Offer(name, offer.public_key, offer.signature), now)


@transaction.atomic
def _keep(request: HttpRequest, user: User, offer: Offer, now: datetime) -> Device:
    User.objects.select_for_update().get(pk=user.pk)  # two enrolments at once count one after the other
    known = Device.objects.filter(public_key=offer.public_key).first()
    if known and known.user_id == user.pk and known.is_live:
        return known
    if known:
        raise Refusal(gettext("这把密钥已停用或属于别人。"), gettext("请清除本机登记后重试。"))
    if Device.objects.filter(user=user, revoked_at=None).count() >= MOST_DEVICES:
        raise Refusal(
            gettext("您已登记{n}台设备，达到上限。").format(n=MOST_DEVICES),
            gettext("请联系系统管理员停用不再使用的设备。"),
        )
    device = Device.objects.create(user=user, name=offer.name, public_key=offer.public_key, recorded_at=now)
    audit.record(
        "field.device.enrol",
        device,
        actor=user.username,
        after={"name": device.name, "public_key": device.public_key},
        context=login.context_of(request),
    )
    return device


@transaction.atomic
def revoke(
    device: Device, *, actor: str, reason: str, now: datetime, context: audit.Context | None = None
) -> None:
    """End a device at once. Raises ``Refusal`` where it has ended or no reason is given."""
    device = Device.objects.select_for_update().get(pk=device.pk)
    if not device.is_live:
        raise Refusal(gettext("这台设备已经停用。"), gettext("不需要再办。"))
    if len(reason.strip()) < 2:
        raise Refusal(gettext("没有写停用原因。"), gettext("请写明原因，例如遗失、换机或离岗。"))
    device.revoked_at, device.revoked_by, device.revoked_because = now, actor, reason.strip()[:200]
    device.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])
    audit.record("field.device.revoke", device, actor=actor, reason=reason.strip(), context=context)
