"""The rulebooks of the kernel's own parts. Those of a pack stand in its descriptor."""

from __future__ import annotations

from anju.kernel.packs import Rulebook

OFFICE = "共用"

SURVEYS = Rulebook(
    code="survey.figures",
    name="抽样调查参数",
    note="不足多少份不列出、置信度、答得过快和满意度全选一样的界限。",
    source="anju.kernel.surveys.measuring/figures.toml",
    load="anju.kernel.surveys.measuring.figures.load",
    labels=(
        ("valid_from", "生效日期"),
        ("valid_to", "失效日期"),
        ("least_answers", "少于多少份不列出"),
        ("confidence", "置信度"),
        ("seconds_a_question", "每题少于多少秒为过快"),
        ("alike_from", "多少题满意度全选一样为可疑"),
        ("basis", "依据"),
    ),
    title=("basis",),
)

RULEBOOKS = (
    SURVEYS,
    Rulebook(
        code="inspections.figures",
        name="巡查检查参数",
        note="抽取对象的权重、距离和时钟的限度、督办卡的期限、复查的比例。",
        source="anju.kernel.inspections/figures.toml",
        load="anju.kernel.inspections.figures.load",
        labels=(
            ("valid_from", "生效日期"),
            ("valid_to", "失效日期"),
            ("base", "基本权重"),
            ("alarm_day", "每个报警日加权"),
            ("overdue_case", "每件逾期办理加权"),
            ("complaint", "每件投诉加权"),
            ("month_since", "距上次检查每30天加权"),
            ("never", "从未检查加权"),
            ("far_metres", "离对象超过多少米须说明"),
            ("clock_seconds", "设备时钟误差超过多少秒提示"),
            ("card_from", "多严重起自动开督办卡"),
            ("general_days", "一般问题整改天数"),
            ("serious_days", "重点问题整改天数"),
            ("grave_hours", "严重问题整改小时数"),
            ("working_days", "按工作日计"),
            ("recheck_percent", "验收后复查比例（%）"),
            ("recheck_from", "复查最早在验收后几天"),
            ("recheck_to", "复查最晚在验收后几天"),
            ("recurrence_days", "多少天内再犯升一级"),
            ("receipt_hours", "多少小时未签收催办"),
            ("superior_days", "逾期多少天报上级单位"),
            ("head_days", "逾期多少天报政府负责人"),
            ("basis", "依据"),
        ),
        title=("basis",),
    ),
    Rulebook(
        code="works.figures",
        name="工程参数",
        note="离单元的距离、预付款和质保金的比例、每个项目一天做得完多少。",
        source="anju.kernel.works.judging/figures.toml",
        load="anju.kernel.works.judging.figures.load",
        labels=(
            ("valid_from", "生效日期"),
            ("valid_to", "失效日期"),
            ("figures", "比例和距离"),
            ("pace", "每天上限"),
            ("metres_from_unit", "离单元超过多少米须说明"),
            ("prepayment", "未验收部分最多预付"),
            ("retention_most", "质保金最高比例"),
            ("kind", "工程种类"),
            ("measure", "计量单位"),
            ("most_a_day", "每天最多"),
            ("basis", "依据"),
        ),
        title=("kind", "measure", "basis"),
    ),
)
