"""The sample city: an embedded store of its own, filled once, with people of every role."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from anju import enabled
from anju.console import say
from anju.kernel import packs


def folder() -> Path:
    """Where the sample city lives: apart from any real installation."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("ANJU_DATA") or Path(home, "anju", "demo"))


def prepare(fresh: bool) -> None:
    """Settings of the demonstration, before Django looks at them."""
    data = folder()
    if fresh:
        shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, exist_ok=True)
    os.environ |= {"ANJU_DEMO": "1", "ANJU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "anju.settings"}
    os.environ.pop("ANJU_DATABASE_URL", None)


def build(file: Path | None) -> None:
    """Create the tables and the sample that is missing; an own file is imported beside the sample."""
    import django
    from django.core.management import call_command
    from django.utils import timezone

    django.setup()
    from anju.kernel.telemetry.sample import continuing

    call_command("migrate", verbosity=0, interactive=False)
    _master_key()
    say("正在准备样例城市……")
    city()
    for shown in packs.load(enabled.PACKS).demos():
        packs.resolve(shown.build)(None)
        if file is not None:
            packs.resolve(shown.build)(file)
    continuing.build(timezone.now())


def city() -> None:
    """The kernel's part of the sample: places, bodies, people and what they do; a second call changes nothing."""
    from django.utils import timezone

    from anju.kernel.access import sample as people
    from anju.kernel.assets import sample as assets
    from anju.kernel.exchange import sample as exchange
    from anju.kernel.field import sample as field
    from anju.kernel.parties import sample as parties
    from anju.kernel.places import sample as places
    from anju.kernel.supervision import sample as supervision
    from anju.kernel.surveys import sample as surveys
    from anju.kernel.telemetry import sample as telemetry
    from anju.kernel.watching import deliveries, intake
    from anju.kernel.watching import works as watching
    from anju.kernel.works import sample as works

    for part in (places, parties, people, assets, surveys, works, supervision, exchange, field, telemetry):
        part.build()
    watching.watch_all(timezone.now())
    # What the sample's gateway told becomes alarms, cases and closed hours before the first page is opened.
    intake.take_in(timezone.now())
    deliveries.close_hours(timezone.now())


def _master_key() -> None:
    """A key of the sample city's own; a real installation makes its key in a ceremony."""
    from anju.kernel.secrets import KeyRing, SecretError

    try:
        KeyRing.load(folder())
    except SecretError:
        KeyRing.create(folder())
