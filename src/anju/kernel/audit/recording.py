"""Writing a row of the audit in the transaction of the business it tells of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.functional import Promise

from anju.kernel.records.fields import EncryptedTextField
from anju.kernel.secrets import KeyRing

from .canonical import to_canonical
from .models import AuditRow

_SESSION_DIGEST = 32  # hexadecimal digits: enough to tell sessions apart, no use for taking one over


@dataclass(frozen=True, slots=True)
class Context:
    """Where a request came from: network address, session key (only its digest is kept), request id."""

    address: str = ""
    session: str = ""
    request_id: str = ""


class Details(TypedDict, total=False):
    """What a row may say beyond who did what: ``result`` is "ok" unless named, all else empty."""

    result: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str | Promise
    context: Context | None


@dataclass(frozen=True, slots=True)
class Told:
    """What ``record`` is told, for many rows at once."""

    action: str
    what: models.Model | str
    actor: str
    details: Details


def record(action: str, what: models.Model | str, *, actor: str, **details: Unpack[Details]) -> None:
    """Insert one row in the current transaction: it is there exactly when the business is.

    ``action`` is a dotted code such as ``budget.import``; ``what`` a stored object, or the words for something
    that has no row. Values of encrypted fields in ``before`` and ``after`` are replaced by a keyed digest.
    Raises what the database raises: without its audit row a business operation must not succeed.
    """
    _row(Told(action, what, actor, details)).save()


def record_all(many: Iterable[Told]) -> None:
    """``record`` for each, in one statement."""
    AuditRow.objects.bulk_create(_row(told) for told in many)


def _row(told: Told) -> AuditRow:
    what, details = told.what, told.details
    context = details.get("context") or Context()
    stored = what if isinstance(what, models.Model) else None
    texts = {
        "actor": told.actor,
        "address": context.address,
        "session": _session_digest(context.session),
        "request_id": context.request_id,
        "action": told.action,
        "object_type": stored._meta.label_lower if stored else "",
        "object_id": str(stored.pk) if stored else "",
        "object_label": _chinese(what),
        "result": details.get("result", "ok"),
        "reason": _chinese(details.get("reason", "")),
        "before": _values(stored, details.get("before")),
        "after": _values(stored, details.get("after")),
    }
    return AuditRow(**{name: _storable(name, text) for name, text in texts.items()})


def _chinese(words: object) -> str:
    """Records are in one language, whatever language the page has that writes them."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(words)


def _session_digest(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()[:_SESSION_DIGEST] if session else ""


def _values(stored: models.Model | None, values: Mapping[str, Any] | None) -> str:
    if values is None:
        return ""
    fields = stored._meta.concrete_fields if stored else ()
    secret = {field.name for field in fields if isinstance(field, EncryptedTextField)}
    return to_canonical({name: _digest(value) if name in secret else value for name, value in values.items()})


def _digest(value: object) -> str | None:
    """Equal values have equal digests, so that a change shows; nobody without the key can try values out."""
    if value is None:
        return None
    return f"摘要{KeyRing.load(settings.DATA).blind_index(str(value), 'audit.values')}"


def _storable(name: str, text: str) -> str:
    """No zero byte and no lone surrogate, which PostgreSQL refuses, and not over the column's width."""
    clean = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    return clean[: AuditRow._meta.get_field(name).max_length]
