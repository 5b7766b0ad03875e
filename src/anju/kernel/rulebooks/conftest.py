"""A rulebook of its own for the tests of this part: two rows of one fee, and a default beside them."""

from __future__ import annotations

import tomllib

import pytest

from anju.kernel.packs import Rulebook
from anju.kernel.values.refusal import Refusal

TEXT = """# Fees of a fictional town.

[defaults]
floor = "1" # never below

[[fee]]
name = "甲"
rates = { small = "2", "large+huge" = "3" }
steps = ["10", "20"]
days = 30
verified = false
valid_from = 2020-01-01

[[fee]]
name = "乙" # by word of mouth
rates = { small = "4" }
steps = ["10"]
days = 30
verified = true
valid_from = 2021-01-01
"""


def load(text: str) -> tuple[dict[str, object], ...]:
    """The rows; a fee for small things of more than 9 is refused."""
    rows = tomllib.loads(text)["fee"]
    if any(int(row["rates"]["small"]) > 9 for row in rows):
        raise Refusal("小件的费率高于9。", "请改低。")
    return tuple(rows)


@pytest.fixture
def book(tmp_path, monkeypatch) -> Rulebook:
    package = tmp_path / "fictional_fees"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "fees.toml").write_text(TEXT, "utf8")
    monkeypatch.syspath_prepend(tmp_path)
    labels = (("small", "小件"), ("large", "大件"), ("huge", "特大件"), ("rates", "费率"), ("name", "名称"))
    labels += (("valid_from", "生效日期"), ("valid_to", "失效日期"))
    return Rulebook(
        "town.fees", "收费", "一个虚构镇的收费。", "fictional_fees/fees.toml", f"{__name__}.load", labels
    )
