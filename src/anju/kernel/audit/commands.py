"""``anju audit``: whether the audit is whole."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from anju.console import echo_json, say
from anju.kernel.values.refusal import Refusal


class AuditError(Refusal):
    """The audit is not whole, or cannot be read: one sentence and a next step."""


@click.group(subcommand_metavar="命令 …")
def audit() -> None:
    """审计：核验审计记录是否完整。"""


@audit.command("verify", options_metavar="[选项]")
@click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")
def verify_command(as_json: bool) -> None:
    """核验全部审计记录和锚点；不完整时退出码为2，并指出第一条。"""
    import django
    from django.db import DatabaseError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()
    from .verification import verify

    try:
        report = verify()
    except DatabaseError as error:
        raise AuditError(
            "读不到审计记录。", "请核对ANJU_DATA和ANJU_DATABASE_URL，并确认系统已启动过一次。"
        ) from error
    if as_json:
        fault = report.fault and {**asdict(report.fault), "sentence": report.fault.sentence}
        echo_json({**asdict(report), "fault": fault, "whole": fault is None})
    if report.fault:
        raise AuditError(report.fault.sentence, "请保留数据库和锚点文件的现状，由审计管理员与异地副本核对。")
    if not as_json:
        tail = f"，另有{report.unsealed}条尚未封存" if report.unsealed else ""
        say(f"审计记录完整：已封存{report.sealed}条，锚点{report.anchors}个{tail}。")
