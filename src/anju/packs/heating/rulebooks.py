"""The rulebooks of the heating pack: what a bureau settles for itself, without code."""

from __future__ import annotations

from anju.kernel.packs import Rulebook

_PACK = "anju.packs.heating"
_COMMON = (("verified", "已核对原文"), ("valid_from", "生效日期"), ("valid_to", "失效日期"))

RULEBOOKS = (
    Rulebook(
        code="heating.figures",
        name="供热参数",
        note="设计条件、限值和判定界，一行一项，各有依据。未核对原文的请先核对再使用。",
        source=f"{_PACK}/figures.toml",
        load=f"{_PACK}.figures.load",
        labels=(
            ("code", "编码"),
            ("name", "名称"),
            ("value", "数值"),
            ("unit", "计量单位"),
            ("basis", "依据"),
            *_COMMON,
        ),
    ),
    Rulebook(
        code="heating.seasons",
        name="采暖季",
        note="试供热、提前、法定采暖期和延长供热的起止日期。末日当天仍供热，停热日当天已停，两者只写一个。",
        source=f"{_PACK}.season/seasons.toml",
        load=f"{_PACK}.season.calendar.load",
        labels=(
            ("code", "编码"),
            ("name", "名称"),
            ("season", "采暖季（空为每季）"),
            ("start", "开始日"),
            ("last_day", "末日（含）"),
            ("stop_day", "停热日（不含）"),
            ("document", "批准文件"),
            *_COMMON,
        ),
    ),
    Rulebook(
        code="heating.scores",
        name="供热企业评价分值",
        note="企业按周、按采暖季评价的各项分值，合计应为100。没有证据的项不给分，也不算满分。",
        source=f"{_PACK}.accounts/scores.toml",
        load=f"{_PACK}.accounts.scores.load",
        labels=(
            ("code", "编码"),
            ("name", "名称"),
            ("basis", "依据"),
            *_COMMON,
            ("weights", "分值"),
            ("room", "室温达标"),
            ("complaints", "投诉与时效"),
            ("stability", "运行稳定"),
            ("energy", "折算能耗"),
            ("makeup", "补水"),
            ("delivery", "数据上报"),
            ("emergency", "应急处置"),
        ),
    ),
)
