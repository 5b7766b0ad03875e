"""The second factor: time-based codes (RFC 6238: SHA-1, 6 digits, 30 seconds), and recovery codes.

A code is accepted one step early or late, once: the step of the newest accepted code is remembered.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import pyotp
from django.db import transaction
from django.utils.translation import gettext

from anju.kernel.access.models import RecoveryCode, SecondFactor, User

STEP_SECONDS = 30
RECOVERY_CODES = 10
# 16 of 32 characters carry 80 bits: a plain hash of that cannot be searched, so it needs no slow one.
RECOVERY_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
RECOVERY_LENGTH = 16


def is_enrolled(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, secret__isnull=False).exists()


def start(user: User) -> str:
    """A fresh secret in base32, kept aside until ``confirm`` sees a code of it."""
    secret = pyotp.random_base32()
    SecondFactor.objects.update_or_create(user=user, defaults={"pending": secret})
    return secret


def pending_secret(user: User) -> str | None:
    """The secret that waits for its first code, in base32."""
    factor = SecondFactor.objects.filter(user=user).first()
    return factor.pending if factor else None


def provisioning_uri(user: User, secret: str) -> str:
    """What an authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=gettext("安居"))


def confirm(user: User, code: str, now: datetime) -> bool:
    """Take the pending secret into use if ``code`` is one of its codes."""
    secret = pending_secret(user)
    step = _matching_step(secret, code, now) if secret else None
    if step is None:
        return False
    factor = SecondFactor.objects.get(user=user)
    factor.secret, factor.pending, factor.last_step = factor.pending, None, step
    factor.save(update_fields=["secret", "pending", "last_step"])
    return True


def verify(user: User, code: str, now: datetime) -> bool:
    """Whether ``code`` is a code of this moment that was not used before; it is spent by asking."""
    factor = SecondFactor.objects.filter(user=user, secret__isnull=False).first()
    step = _matching_step(factor.secret, code, now) if factor else None
    if factor is None or step is None:
        return False
    # One statement, so that two requests with the same code cannot both win.
    return SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step) == 1


def new_recovery_codes(user: User) -> list[str]:
    """Ten codes like ``ABCD-EFGH-JKLM-NPQR``, to be shown once; codes given out before stop working."""
    codes = [
        "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    with transaction.atomic():
        RecoveryCode.objects.filter(user=user).delete()
        RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=_digest(code)) for code in codes])
    return ["-".join(code[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4)) for code in codes]


def use_recovery_code(user: User, code: str, now: datetime) -> bool:
    """Whether ``code`` is an unused recovery code of the user; it is used by asking."""
    digest = _digest("".join(code.split()).replace("-", "").upper())
    return RecoveryCode.objects.filter(user=user, digest=digest, used_at=None).update(used_at=now) == 1


def recovery_codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def _matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step, at most one away from ``now``, whose code this is."""
    totp = pyotp.TOTP(secret)
    typed = "".join(code.split())
    present = int(now.timestamp()) // STEP_SECONDS
    steps = (present - 1, present, present + 1)
    return next((s for s in steps if compare_digest(totp.generate_otp(s).encode(), typed.encode())), None)
