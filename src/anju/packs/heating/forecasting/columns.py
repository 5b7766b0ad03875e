"""Which column is which: named by the user, or guessed from customary heads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from anju.packs.heating.forecasting.tables import Table, TableError

# Day-ahead services name a run by how long before the hour it was made.
_LEAD = re.compile(r"forecast(\d{1,3})?")
_DAYS_BEFORE = re.compile(r"previous_day(\d)")
_DEFAULT_LEAD = 24
_KNOWN = ("time", "load", "temperature", "issued")
_HINTS = {
    "time": r"^(time|timestamp|date_?time|utc.*|.*_time|time.*|datetime.*|ts|stamp)$|时间|时刻|^date$|日期",
    "load": r"load|heat|power|demand|consumption|energy|^q\d?$|负荷|热量|热功率|供热|用热",
    "temperature": r"temp|t_?out|^t2m|outdoor|ambient|^t_?air|^t$|气温|温度|室外",
    "issued": r"issue|run_?time|made_at|init|发布|起报",
}
_FORECAST = r"forecast|预报|predict|^fc"


def asked(text: str) -> dict[str, str]:
    """``time=…,load=…`` as a mapping; ``forecast48`` is a forecast made 48 h before. Raises ``TableError``."""
    found = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key, equals, head = (piece.strip() for piece in part.partition("="))
        if not equals or not head or not (key in _KNOWN or _LEAD.fullmatch(key)):
            raise TableError(
                f"--columns里的“{part}”看不懂。",
                "请写成time=列名,load=列名,temperature=列名,forecast24=列名。",
            )
        found[key] = head
    return found


def refuse_unknown(tables: Sequence[Table], given: Mapping[str, str]) -> None:
    """Raises ``TableError`` for a named column that stands in no file."""
    heads = list(dict.fromkeys(head for table in tables for head in table.heads))
    for role, head in given.items():
        if head not in heads and not {*head.split("+")} <= {*heads}:
            raise TableError(
                f"文件里没有“{head}”这一列。", f"请把--columns的{role}改成其中一列：{'、'.join(heads)}。"
            )


def find(table: Table, role: str, given: Mapping[str, str]) -> str:
    """The head of a role. Raises ``TableError`` where none or several could be it."""
    head = maybe(table, role, given)
    if head is None:
        raise TableError(
            f"{table.name}里认不出{_WORDS[role]}列。",
            f"请写--columns {role}=列名，可用的列：{'、'.join(table.heads)}。",
        )
    return head


def maybe(table: Table, role: str, given: Mapping[str, str]) -> str | None:
    """The head of a role, None where no head looks like it. Raises ``TableError`` where several do."""
    if role in given and (given[role] in table.heads or {*given[role].split("+")} <= {*table.heads}):
        return given[role]
    if role in given and role != "time":
        return None
    fitting = [head for head in table.heads if re.search(_HINTS[role], head.lower())]
    fitting = [head for head in fitting if role == "issued" or not _is_forecast(head)]
    if role == "temperature":
        fitting = [
            head for head in fitting if not re.search(r"supply|return|供水|回水|soil|ground", head.lower())
        ]
    if role == "time":
        fitting = [head for head in fitting if not re.search(_HINTS["issued"], head.lower())]
        return _clock(table, fitting)
    if len(fitting) > 1:
        raise TableError(
            f"{table.name}里有几列像{_WORDS[role]}：{'、'.join(fitting)}。",
            f"请写--columns {role}=列名选定一列。",
        )
    return fitting[0] if fitting else None


def forecasts(table: Table, given: Mapping[str, str]) -> dict[int, str]:
    """Heads of archived temperature forecasts by lead in hours: made so long before the hour that they are for."""
    named = {
        int(match[1] or _DEFAULT_LEAD): head for key, head in given.items() if (match := _LEAD.fullmatch(key))
    }
    if named:
        return {lead: head for lead, head in named.items() if head in table.heads}
    found = {}
    for head in table.heads:
        days = _DAYS_BEFORE.search(head.lower())
        if days and "temp" in head.lower() and days[1] != "0":
            found[int(days[1]) * 24] = head
        elif re.search(_FORECAST, head.lower()) and re.search(_HINTS["temperature"], head.lower()):
            found.setdefault(_DEFAULT_LEAD, head)
    return found


def _is_forecast(head: str) -> bool:
    return bool(re.search(_FORECAST, head.lower()) or _DAYS_BEFORE.search(head.lower()))


def _clock(table: Table, fitting: list[str]) -> str | None:
    """A date with its hour beside it, else the column with the most exact stamps."""
    hours = [head for head in table.heads if re.fullmatch(r"hour|hr|小时|时|钟点", head.lower())]
    dates = [head for head in fitting if re.fullmatch(r"date|day|日期", head.lower())]
    if hours and dates:
        return f"{dates[0]}+{hours[0]}"
    # The longest stamp says most: 2019-01-01T00:00:00+08:00 before 2019-01-01.
    return max(fitting, key=lambda head: len(table.column(head)[0]), default=None)


_WORDS = {"time": "时间", "load": "负荷", "temperature": "室外温度", "issued": "预报发布时间"}
