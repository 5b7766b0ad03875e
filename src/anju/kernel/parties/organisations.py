"""Which organisations stand under which."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

from anju.kernel.parties.models import Organisation


def organisations_under(org: Organisation | UUID, on: date) -> set[UUID]:
    """Keys of all organisations below that are in force on a day, without ``org`` itself.

    What hangs below an organisation that has ended is out of reach, as that has no superior any more.
    """
    below: dict[UUID, list[UUID]] = defaultdict(list)
    rows = Organisation.objects.filter(parent__isnull=False).on(on)
    for key, parent in rows.values_list("pk", "parent_id"):
        below[parent].append(key)
    start = org.pk if isinstance(org, Organisation) else org
    found = {start}
    todo = [start]
    for key in todo:
        new = [unit for unit in below[key] if unit not in found]
        found.update(new)
        todo += new
    return found - {start}
