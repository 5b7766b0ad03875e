"""The command ``anju telemetry ingest``."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from anju.console import echo_json, say, table
from anju.kernel.telemetry.client import Client
from anju.kernel.telemetry.frames import REASON_WORDS, Reason
from anju.kernel.telemetry.ingesting.files import Account
from anju.kernel.telemetry.ingesting.files import ingest as deliver
from anju.kernel.telemetry.layout import Layout

_REFUSED = 2


@click.command(options_metavar="[选项]")
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
@click.option("--source", required=True, metavar="来源", help="来源的代码。")
@click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")
def ingest(file: Path, source: str, as_json: bool) -> int:
    """把一个CSV、JSONL或Arrow文件里的值交给遥测网关。"""
    data = Path(os.environ.get("ANJU_DATA", "var")).absolute()
    with Client(Layout(data / "telemetry").socket) as client:
        account = deliver(client, file, source)
    if as_json:
        echo_json(asdict(account) | {"refused": dict(account.refused)})
    else:
        _show(file, account)
    return _REFUSED if account.refused else 0


def _show(file: Path, account: Account) -> None:
    say(f"{file.name}：{account.rows}行，收下{account.kept}个值，{account.repeats}批此前已经收下。")
    if account.refused:
        rows = [(one["row"], one["detail"]) for one in account.named]
        table("没有收下的行", (">行", "原因"), rows)
        sums = "、".join(f"{REASON_WORDS[Reason(code)]}{count}行" for code, count in account.refused.items())
        say(f"没有收下：{sums}。下一步：改正后再导入同一文件名的新文件，已收下的不会重复。")
