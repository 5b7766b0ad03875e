"""Writing the ledgers of an asset: its state from a day on, and what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.assets.models import Asset, Maintenance, MaintenanceFile, State, StateChange
from anju.kernel.files.models import StoredFile
from anju.kernel.places.writing import write
from anju.kernel.values.refusal import Refusal


class AssetRefused(Refusal):
    """What cannot be entered: one sentence and a next step."""


@dataclass(frozen=True, slots=True)
class Change:
    """From ``since`` on the asset is in ``state``."""

    state: str
    since: date
    reason: str


def change(asset: Asset, given: Change, *, actor: str, context: audit.Context | None = None) -> StateChange:
    """Enter a state. What was entered for the same day is superseded; a scrapped asset stays scrapped.

    Raises ``AssetRefused`` for a day to come, a missing reason, the state that the asset is in, or one after scrapping.
    """
    with transaction.atomic():
        locked = Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
        ledger = StateChange.objects.current().filter(asset=locked)
        _refuse(locked, given, ledger.filter(since__lte=given.since).order_by("-since").first())
        row = StateChange(
            asset=locked, state=given.state, since=given.since, reason=given.reason.strip(), entered_by=actor
        )
        same_day = ledger.filter(since=given.since).first()
        write(row, actor=actor, reason=row.reason, context=context, instead_of=same_day)
        last = ledger.order_by("-since").first()
        if last and last.state != locked.state:
            locked.state = last.state
            write(locked, actor=actor, reason=row.reason, context=context)
        asset.state = locked.state
    return row


def _refuse(asset: Asset, given: Change, before: StateChange | None) -> None:
    if given.state not in State.values:
        raise AssetRefused(gettext("没有选择状态。"), gettext("请从列表里选一个状态。"))
    if not given.reason.strip():
        raise AssetRefused(gettext("没有写原因。"), gettext("请写明为什么改变状态。"))
    if given.since > timezone.localdate():
        raise AssetRefused(gettext("起始日期还没有到。"), gettext("请填今天或以前的日期。"))
    if before and before.since < given.since and before.state == given.state:
        sentence = gettext("{asset}自{day}起已经是“{state}”。")
        raise AssetRefused(
            sentence.format(asset=asset, day=before.since, state=before.get_state_display()),
            gettext("请核对状态和日期。"),
        )
    if before and before.since < given.since and before.state == State.SCRAPPED:
        raise AssetRefused(
            gettext("{asset}已于{day}报废。").format(asset=asset, day=before.since),
            gettext("报废登记有误的，请按报废当天的日期重新登记。"),
        )


def maintain(
    entry: Maintenance, files: Sequence[StoredFile], *, actor: str, context: audit.Context | None = None
) -> Maintenance:
    """Enter what was done, with its photos and documents; ``ValidationError`` leaves the database as it was."""
    with transaction.atomic():
        write(entry, actor=actor, context=context)
        for file in files:
            kept = MaintenanceFile(asset=entry.asset, key=entry.key, file=file)
            write(kept, actor=actor, context=context)
    return entry
