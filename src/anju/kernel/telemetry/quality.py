"""What a value is worth, as one code: good, uncertain or bad, and why. Indicators read good values only."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

# Codes below are uncertain, codes from here on are bad; 0 alone is good.
FIRST_BAD = 64


class Quality(IntEnum):
    """Stored as one byte with each point; a code never changes its meaning."""

    GOOD = 0
    # uncertain
    SOURCE_UNCERTAIN = 1
    RATE = 2
    STUCK = 3
    INCONSISTENT = 4
    UNIT = 5
    CLOCK = 6
    SUBSTITUTED = 7
    # bad
    SOURCE_BAD = 64
    RANGE = 65
    NOT_A_NUMBER = 66
    ZERO_FRAME = 67

    @property
    def word(self) -> str:
        """What a page says of it, in Chinese."""
        return WORDS[self]

    @property
    def status(self) -> str:
        """``good``, ``uncertain`` or ``bad``."""
        return "good" if self == 0 else "uncertain" if self < FIRST_BAD else "bad"


WORDS = {
    Quality.GOOD: "正常",
    Quality.SOURCE_UNCERTAIN: "上报方标为可疑",
    Quality.RATE: "变化过快",
    Quality.STUCK: "长时间不变",
    Quality.INCONSISTENT: "与相关测点矛盾",
    Quality.UNIT: "疑似单位错误",
    Quality.CLOCK: "时钟不可信",
    Quality.SUBSTITUTED: "人工置数",
    Quality.SOURCE_BAD: "上报方标为无效",
    Quality.RANGE: "超出量程",
    Quality.NOT_A_NUMBER: "不是数",
    Quality.ZERO_FRAME: "整帧为零",
}


def good(codes: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which of the codes are good."""
    return codes == Quality.GOOD
