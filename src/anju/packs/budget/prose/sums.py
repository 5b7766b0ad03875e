"""Arithmetic written in prose: equations, unit prices, breakdowns and differences, worked again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from anju.kernel.documents import Quote
from anju.packs.budget.prose.quantities import Found, amounts, quantities

Wrong = tuple[str, tuple[Quote, ...]]

_NUM = r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*(万亿|亿|万)?\s*(%|％)?"
_UNIT = r"(?:[\u4e00-\u9fff㎡/／]{0,7})"
_EQUATION = re.compile(rf"{_NUM}{_UNIT}((?:\s*[×xX*＊÷/+＋\-－−]\s*{_NUM}{_UNIT})+)\s*[=＝]\s*{_NUM}")
_STEP = re.compile(rf"\s*([×xX*＊÷/+＋\-－−])\s*{_NUM}{_UNIT}")
_PRICE = re.compile(
    r"(\d+(?:\.\d+)?)\s*(万)?元\s*[/／每]\s*(万?平方米|平米|㎡|户|套|个|人次|人|次|公里|米|栋|台|所|座|处|盏|株|天|月|年)"
)
_EACH = re.compile(
    r"每(户|套|个|人|次|公里|栋|台|所|座|处|盏|株|平方米|平米)(?:补助|补贴|奖补|费用|单价|标准|约|为|按)*(\d+(?:\.\d+)?)\s*(万)?元"
)
_MINUS = re.compile(r"减除|扣除|扣减|减去|核减")
_LEFT = re.compile(r"(?:共计|合计|剩余|余额|尚需|还需|实际|净额)\D{0,6}$")
_TOTAL = re.compile(r"(?:共计|合计|总计)\D{0,6}$")
_OPEN_LIST = re.compile(r"等|主要|包括|左右|约|余(?=[户套个])|多(?=[户套个])")
_SCALE = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000), "万亿": Decimal(10) ** 12}


def wrong_sums(quote: Quote) -> Iterator[Wrong]:
    """Sentences whose arithmetic does not come out: message and the quotes that show it."""
    if not re.search(r"\d", quote.text):
        return
    yield from _equations(quote)
    for match in re.finditer(r"[^。！？\n]+", quote.text):
        sentence = quote.part(*match.span())
        yield from _unit_prices(sentence)
        yield from _breakdowns(sentence)
        yield from _differences(sentence)


# -- A×B=C -----------------------------------------------------------------------------------------------


def _equations(quote: Quote) -> Iterator[Wrong]:
    for match in _EQUATION.finditer(quote.text):
        groups = match.groups()
        printed = _figure(*groups[-3:])
        steps = [(m[1], (m[2], m[3], m[4])) for m in _STEP.finditer(groups[3])]
        scaled = _chain(_figure(*groups[:3]), [(op, _figure(*g)) for op, g in steps])
        plain = _chain(_plain(groups[0], groups[2]), [(op, _plain(g[0], g[2])) for op, g in steps])
        bare = _plain(groups[-3], groups[-1])
        if not any(_same(a, b, groups[-3]) for a, b in ((scaled, printed), (plain, bare), (scaled, bare))):
            got = f"{plain.normalize():f}" if plain is not None else "除数为零"
            yield (
                f"算式“{match[0]}”不成立，应等于{got}。",
                (quote.part(*match.span()), quote.part(*match.span(len(groups) - 2))),
            )


def _figure(number: str, scale: str | None, percent: str | None) -> Decimal:
    return _plain(number, percent) * _SCALE[scale or ""]


def _plain(number: str, percent: str | None) -> Decimal:
    return Decimal(number.replace(",", "")) / (100 if percent else 1)


def _chain(first: Decimal, steps: list[tuple[str, Decimal]]) -> Decimal | None:
    """Products before sums, as printed formulas mean it."""
    terms = [first]
    for operator, number in steps:
        if operator in "×xX*＊":
            terms[-1] *= number
        elif operator in "÷/":
            if not number:
                return None
            terms[-1] /= number
        else:
            terms.append(number if operator in "+＋" else -number)
    return sum(terms, Decimal(0))


def _same(computed: Decimal | None, printed: Decimal, as_written: str) -> bool:
    """Equal within half a unit of the last printed digit, scaled where 万 is implied."""
    if computed is None:
        return False
    digits = len(as_written.partition(".")[2])
    tolerance = Decimal(1).scaleb(-digits) / 2
    for power in (0, 4, -4):
        if abs(computed.scaleb(power) - printed) <= tolerance * max(
            Decimal(1), abs(printed) / max(Decimal(as_written.replace(",", "")), Decimal("0.000001"))
        ):
            return True
    return False


# -- quantity × price = amount ---------------------------------------------------------------------------


def _unit_prices(sentence: Quote) -> Iterator[Wrong]:
    """``87.94万平方米，单价7元/平方米，需615.58万元``: one price, one quantity of its unit, one amount after."""
    prices = [(Decimal(m[1]) * _SCALE[m[2] or ""], m[3], m.span()) for m in _PRICE.finditer(sentence.text)]
    prices += [(Decimal(m[2]) * _SCALE[m[3] or ""], m[1], m.span()) for m in _EACH.finditer(sentence.text)]
    if len(prices) != 1:
        return
    price, unit, span = prices[0]
    unit = {"平米": "平方米", "㎡": "平方米"}.get(unit, unit)
    counted = [q for q in quantities(sentence.text) if q.value.base_unit == unit and not _inside(q, span)]
    paid = [a for a in amounts(sentence.text) if a.start >= span[1]]
    if len(counted) != 1 or len(paid) != 1 or counted[0].value.base_number is None:
        return
    expected = counted[0].value.base_number * price / 10_000
    if abs(expected - paid[0].wan) > max(Decimal("0.01"), expected * Decimal("0.0005")):
        quoted = (
            sentence.part(counted[0].start, counted[0].end),
            sentence.part(*span),
            sentence.part(paid[0].start, paid[0].end),
        )
        yield (
            f"{quoted[0].text}按{quoted[1].text}应为{expected.normalize():f}万元，文中写{quoted[2].text}。",
            quoted,
        )


def _inside(found: Found, span: tuple[int, int]) -> bool:
    return span[0] < found.end and found.start < span[1]


# -- 总数，其中A、B、C -------------------------------------------------------------------------------------


def _breakdowns(sentence: Quote) -> Iterator[Wrong]:
    """A total followed by 其中 or a bracket: parts of the same unit must add up, and none may exceed it."""
    figures = _figures(sentence.text)
    for i, (_, end, unit, total, _) in enumerate(figures):
        opened = re.match(r"\s*(?:[，,：:；;]?\s*(?:[(（]\s*)?其中|[(（])", sentence.text[end:])
        if not opened:
            continue
        stop = _stop(sentence.text, end, opened[0])
        parts = [f for f in figures[i + 1 :] if f[2] == unit and f[0] < stop]
        if not parts:
            continue
        signed = sum((p[3] * p[4] for p in parts), Decimal(0))
        listed = sentence.text[end:stop]
        short = len(parts) >= 2 and signed < total and not _OPEN_LIST.search(listed) and not _partly(listed)
        if signed > total or short:
            quotes = (sentence.part(figures[i][0], end), *(sentence.part(p[0], p[1]) for p in parts))
            sums = "".join(
                f"{'＋' if p[4] > 0 else '－'}{q.text}" for p, q in zip(parts, quotes[1:], strict=True)
            ).lstrip("＋")
            yield f"分项{sums}，与合计{quotes[0].text}不符。", quotes


def _partly(listed: str) -> bool:
    """Parts told apart by several 其中 are no single breakdown."""
    return listed.count("其中") > 1


def _stop(text: str, end: int, opened: str) -> int:
    """Where the breakdown ends: its bracket, or the sentence."""
    if "(" in opened or "（" in opened:
        return min((p for p in (text.find(")", end), text.find("）", end)) if p >= 0), default=len(text))
    return len(text)


def _figures(text: str) -> list[tuple[int, int, str, Decimal, int]]:
    """Figures in order: start, end, unit, number, sign (−1 after 扣减 and the like)."""
    found = [(a.start, a.end, "元", a.wan * 10_000) for a in amounts(text)]
    found += [
        (q.start, q.end, q.value.base_unit or "", q.value.base_number)
        for q in quantities(text)
        if q.value.base_number is not None and q.value.kind == "number" and q.value.unit != "%"
    ]
    found.sort()
    signed = []
    at = 0
    for start, end, unit, number in found:
        signed.append((start, end, unit, number, -1 if _MINUS.search(text[at:start]) else 1))
        at = end
    return signed


# -- A，减除B，共计C ---------------------------------------------------------------------------------------


def _differences(sentence: Quote) -> Iterator[Wrong]:
    """``2151万元，减除…108万元，共计2043万元``, and lists that end in 共计."""
    found = amounts(sentence.text)
    if "其中" in sentence.text:
        return
    for i, amount in enumerate(found[1:], 1):
        lead = sentence.text[found[i - 1].end : amount.start]
        before = sentence.text[found[i - 2].end : found[i - 1].start] if i > 1 else ""
        if i > 1 and _MINUS.search(before) and _LEFT.search(lead):
            expected, minuend, other = found[i - 2].wan - found[i - 1].wan, found[i - 2], found[i - 1]
        elif (
            i == 2
            and len(found) == 3
            and _TOTAL.search(lead)
            and _list_like(sentence.text[found[0].end : found[1].start])
        ):
            expected, minuend, other = found[0].wan + found[1].wan, found[0], found[1]
        else:
            continue
        if expected != amount.wan:
            quotes = tuple(sentence.part(a.start, a.end) for a in (minuend, other, amount))
            yield (
                f"{quotes[0].text}与{quotes[1].text}应得{expected.normalize():f}万元，文中写{quotes[2].text}。",
                quotes,
            )


def _list_like(between: str) -> bool:
    """Only a short name between two amounts, and no price of one piece."""
    joined = re.match(r"\s*[、，,；;和及]", between)
    return bool(joined) and len(between) <= 9 and not _MINUS.search(between) and "每" not in between
