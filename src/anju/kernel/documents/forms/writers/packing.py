"""Office files that are the same bytes for the same content: no time of making in them."""

from __future__ import annotations

import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

MADE = datetime(2000, 1, 1, tzinfo=UTC)  # stands in every file in the place of the time it was made
_CORE = "docProps/core.xml"
_TIMES = re.compile(rb"(<\w+:(created|modified)[^>]*>)[^<]*")


def steady(data: bytes) -> bytes:
    """The zip of an office file with all times replaced by ``MADE``."""
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == _CORE:
                part = _TIMES.sub(rb"\g<1>" + MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), part)
            entry = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, part)
    return target.getvalue()
