"""Deadlines are said in words with the urgency that they have."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from anju.web.deadlines import deadline_words

SHANGHAI = ZoneInfo("Asia/Shanghai")
DEADLINE = datetime(2021, 11, 26, 18, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "text", "style"),
    [
        (datetime(2021, 11, 23, 9, 0, tzinfo=SHANGHAI), "还有3天", "due"),
        (datetime(2021, 11, 25, 9, 0, tzinfo=SHANGHAI), "还有1天", "soon"),
        (datetime(2021, 11, 26, 9, 0, tzinfo=SHANGHAI), "今日18:00前", "soon"),
        (datetime(2021, 11, 26, 18, 18, tzinfo=SHANGHAI), "逾期18分", "late"),
        (datetime(2021, 11, 26, 21, 0, tzinfo=SHANGHAI), "逾期3小时", "late"),
        (datetime(2021, 11, 29, 9, 0, tzinfo=SHANGHAI), "逾期2天", "late"),
    ],
)
def test_open(now: datetime, text: str, style: str) -> None:
    words = deadline_words(DEADLINE, now)
    assert (words.text, words.style) == (text, style)


def test_done() -> None:
    later = datetime(2021, 11, 30, 9, 0, tzinfo=SHANGHAI)
    assert deadline_words(DEADLINE, later, datetime(2021, 11, 25, tzinfo=SHANGHAI)).text == "按期办结"
    assert (
        deadline_words(DEADLINE, later, datetime(2021, 11, 28, 18, 0, tzinfo=SHANGHAI)).text == "逾期2天办结"
    )
