"""Names of the texts of a line and a target, for the record, which stays Chinese; a page translates them."""

from __future__ import annotations

from django.utils.translation import gettext_noop

LINE_FIELDS = {
    "purpose": gettext_noop("资金主要用途"),
    "goal": gettext_noop("绩效目标"),
    "name": gettext_noop("项目名称"),
}
TARGET_FIELDS = {
    "value": gettext_noop("指标值"),
    "name": gettext_noop("指标"),
    "description": gettext_noop("描述"),
    "basis": gettext_noop("依据"),
}
