"""Copies for readers of images that were taken in quickly: made by the worker, until then nothing is served."""

from __future__ import annotations

import hashlib

from django.conf import settings

from anju.kernel.secrets import KeyRing

from . import reencoding, vault
from .errors import FileRefused
from .limits import DEFAULT
from .models import Content
from .storing import PURPOSE


def make(most: int = 50) -> int:
    """Make the copies that wait, the oldest first. How many; an image that cannot be read keeps its fault instead.

    Two workers may make the same copy: both write the same pixels under the same key.
    """
    waiting = Content.objects.filter(served_sha256="", fault="").order_by("recorded_at")[:most]
    return sum(_make(content) for content in waiting)


def _make(content: Content) -> int:
    key = KeyRing.load(settings.DATA).open_data_key(content.sealed_key, PURPOSE)
    name = f"{content.sha256[:12]}.{content.kind}"
    try:
        plain = vault.read(vault.ORIGINALS, content.sha256, key, name)
        copy = reencoding.served(plain, content.kind, name, DEFAULT)
    except FileRefused as refused:
        Content.objects.filter(pk=content.pk).update(fault=refused.sentence[:300])
        return 0
    served = hashlib.sha256(copy).hexdigest()
    if served != content.sha256:
        vault.write(vault.SERVED, content.sha256, copy, key)
    return Content.objects.filter(pk=content.pk).update(served_sha256=served)
