"""Documents named in a text: title and number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anju.kernel.documents import Quote

_NUMBER = r"[\u4e00-\u9fff]{2,12}[〔\[【(（]\s*(?:19|20)\d{2}\s*[〕\]】)）]\s*\d+\s*号"
_CITED = re.compile(
    rf"《(?P<title>[^《》]{{6,80}})》\s*[(（]?\s*(?P<number>{_NUMBER})|(?P<before>{_NUMBER})\s*(?:文)?\s*《(?P<after>[^《》]{{6,80}})》"
)
# Words that run into the issuer's short name in front of a number.
_LEAD = re.compile(r"^(?:依据|根据|按照|按|即|及|和|与|以及|照|省|市|的)+")


def citations(quote: Quote) -> Iterator[tuple[str, str, Quote]]:
    for match in _CITED.finditer(quote.text):
        title = re.sub(r"\s+", "", match["title"] or match["after"])
        number = _normal(match["number"] or match["before"])
        yield title, number, quote.part(*match.span())


def _normal(number: str) -> str:
    """``冀建保〔2013〕5号`` whatever the brackets: issuer, year, serial."""
    issuer, year, serial = re.match(
        r"([\u4e00-\u9fff]+)\D*?(\d{4})\D+(\d+)", re.sub(r"\s+", "", number)
    ).groups()  # type: ignore[union-attr]
    return f"{_LEAD.sub('', issuer)}{year}-{serial}"
