"""Likeness of short Chinese texts by character pairs, which need no dictionary and no model."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache

_NOT_WORDS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9\u3000]+")
# Words that every project sheet uses; they tell nothing about what the project is.
_GENERIC = re.compile(
    r"20\d{2}年?度?|项目|工程|资金|经费|专项|补助|补贴|费用|预算|全市|我市|本市|市级|建设(?!局)|工作|任务|年度|有关|相关|"
    r"进行|开展|完成|实施|推进|情况|等|的|了|和|及|与|对|在|为"
)


@lru_cache(maxsize=4_096)
def core(text: str) -> str:
    """A text without punctuation and without words that tell nothing."""
    return _GENERIC.sub("", _NOT_WORDS.sub("", text))


@lru_cache(maxsize=1_024)  # a long text has hundreds of pairs
def pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters: ``供热面积`` → 供热, 热面, 面积; none across an ideographic space."""
    return frozenset(text[i : i + 2] for i in range(len(text) - 1) if "\u3000" not in text[i : i + 2])


@lru_cache(maxsize=4_096)
def shared(part: str, whole: str) -> float:
    """Share of the character pairs of ``part`` that ``whole`` holds, 0 to 1; 0 when ``part`` is too short."""
    wanted = pairs(part)
    return len(wanted & pairs(whole)) / len(wanted) if wanted else 0.0


def longest_common(a: str, b: str) -> int:
    """Length of the longest run of characters that both texts hold."""
    best = 0
    for start in range(len(a)):
        while start + best < len(a) and a[start : start + best + 1] in b:
            best += 1
    return best


class Idf:
    """Weights of character pairs: the fewer texts hold a pair, the more it tells."""

    def __init__(self, texts: list[str]) -> None:
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(pairs(core(text)))
        self._weights = {pair: math.log((1 + len(texts)) / n) for pair, n in counts.items()}
        self._rare = math.log(1 + len(texts))

    def share(self, part: str, whole: str) -> float:
        """Weighted share of the pairs of ``part`` that ``whole`` holds."""
        wanted = pairs(part)
        total = sum(self._weights.get(p, self._rare) for p in wanted)
        held = sum(self._weights.get(p, self._rare) for p in wanted & pairs(whole))
        return held / total if total else 0.0
