"""Web pages saved as office files: html, and the archives (mht) that Word and Excel save as web pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from . import guard
from .model import Document, DocumentError, Quote, Table
from .text import decode

_START = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|(?:html|head|body|meta|title|style|table|div|p|h[1-6]"
    r"|span|font|center|br|ul|ol|b|tr|link|script|section|article)[\s>/])",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)|encoding=["']([\w-]+)""", re.IGNORECASE
)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_UNSEEN = {"script", "style", "nav", "head", "template", "noscript", "iframe", "object", "select"}
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|caption|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|header|hr|li|main|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul"
)


def is_html(text: str) -> bool:
    """Whether a text begins as a web page does."""
    return _START.match(text) is not None


def is_mht(data: bytes) -> bool:
    """Whether the data begins with the head of a web archive."""
    head = data[:4096].lstrip().lower()
    return head.startswith((b"mime-version:", b"from:", b"content-type:")) and b"multipart/" in head


def decode_html(data: bytes, charset: str | None = None) -> str | None:
    """The page's text by byte order mark, the charset given or its meta element, else as plain text is."""
    named = _CHARSET.search(data[:4096])
    if charset is None and named and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        charset = (named[1] or named[2]).decode("ascii", "replace")
    if charset is not None:
        try:
            return data.decode(charset)
        except (UnicodeDecodeError, LookupError):
            pass  # the label is wrong, or names gb2312 for a larger set: go by the bytes
    return decode(data)


def read_html(text: str, name: str) -> Document:
    """The page's innermost tables (``表1第3行第4列``) and one paragraph a line outside them (``第12段``)."""
    return _Reader(name).read([text])


def read_mht(data: bytes, name: str) -> Document:
    """All pages in a web archive as one document; Excel writes one page a sheet."""
    pages = []
    for part in message_from_bytes(data, policy=policy.default).walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            pages.append(
                decode_html(payload, part.get_content_charset()) if isinstance(payload, bytes) else None
            )
    return _Reader(name).read([page for page in pages if page and page.strip()])


class _Reader:
    """Counts paragraphs, tables and cells while it walks the pages of one file."""

    def __init__(self, name: str) -> None:
        self.document = Document(name, "html")
        self.paragraphs = self.tables = self.cells = 0

    def read(self, pages: list[str]) -> Document:
        for page in pages:
            for piece in _pieces(_parse(page, self.document.name)):
                if isinstance(piece, str):
                    self.paragraphs += 1
                    self.document.blocks.append(Quote(piece, f"第{self.paragraphs}段"))
                else:
                    self.document.blocks.append(self._table(piece))
        return self.document

    def _table(self, table: HtmlElement) -> Table:
        self.tables += 1
        elements = list(table.iter("tr"))
        rows: list[list[Quote]] = [[] for _ in elements]
        hanging: list[dict[int, Quote]] = [{} for _ in rows]  # by row: what rowspans above put at a column
        for r, element in enumerate(elements):
            label = f"表{self.tables}第{r + 1}行"
            for cell in element.iter("td", "th"):
                _take_hanging(rows[r], hanging[r])
                quote = Quote(_cell_text(cell), f"{label}第{len(rows[r]) + 1}列")
                across = _span(cell, "colspan", guard.MAX_SPAN)
                down = _span(cell, "rowspan", len(rows) - r)
                self.cells += across * down
                guard.check_cells(self.cells, self.document.name)
                columns = range(len(rows[r]), len(rows[r]) + across)
                for below in hanging[r + 1 : r + down]:
                    below.update(dict.fromkeys(columns, quote))
                rows[r].extend([quote] * across)
            _take_hanging(rows[r], hanging[r])
        caption = next(table.iter("caption"), None)
        return Table([row for row in rows if row], "" if caption is None else _cell_text(caption))


def _parse(page: str, name: str) -> HtmlElement:
    guard.check_tags(page.count("<"), name)
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    page = _XML_DECLARATION.sub("", page, count=1)  # it would overrule the encoding given here
    root = document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    if any("xcessive depth" in entry.message for entry in parser.error_log):
        # libxml2 silently drops what stands deeper: better no text than a part of it.
        raise DocumentError(
            f"「{name}」的网页标签嵌套超过 {guard.MAX_DEPTH} 层，无法完整读取。",
            "请用浏览器或办公软件打开，另存为 docx 或 xlsx 后再提交。",
        )
    return root


def _pieces(root: HtmlElement) -> Iterator[str | HtmlElement]:
    """The shown lines outside innermost tables, and those tables, in reading order."""
    line: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        block = _BLOCK.fullmatch(tag) is not None
        data = tag == "table" and element is not root and _is_innermost(element)
        if event == "start":
            if block:
                yield from _flush(line)
            if data:
                yield element
            if data or tag in _UNSEEN:
                walk.skip_subtree()
            else:
                line.append(element.text or "")
        else:
            if block:
                yield from _flush(line)
            if element is not root:
                line.append(element.tail or "")
    yield from _flush(line)


def _flush(line: list[str]) -> Iterator[str]:
    text = _SPACE.sub(" ", "".join(line)).strip()
    line.clear()
    if text:
        yield text


def _is_innermost(table: HtmlElement) -> bool:
    return next(table.iterdescendants("table"), None) is None


def _cell_text(cell: HtmlElement) -> str:
    if len(cell) == 0:
        return _SPACE.sub(" ", cell.text or "").strip()
    return "\n".join(piece for piece in _pieces(cell) if isinstance(piece, str))


def _span(cell: HtmlElement, attribute: str, most: int) -> int:
    """The span by HTML's rules: at least 1, and rowspan 0 reaches down to the end."""
    digits = re.match(r"\s*\d{1,6}", cell.get(attribute, ""))
    span = int(digits[0]) if digits else 1
    return most if span == 0 and attribute == "rowspan" else min(max(span, 1), most)


def _take_hanging(row: list[Quote], hanging: dict[int, Quote]) -> None:
    while len(row) in hanging:
        row.append(hanging.pop(len(row)))
