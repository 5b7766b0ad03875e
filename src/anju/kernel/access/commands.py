"""``anju access``: the first three administrators, forgotten passwords, accounts nobody uses."""

from __future__ import annotations

import os

import click

from anju.console import say
from anju.kernel.access.tokens.commands import account, end_token, issue_token

ACTOR, WITNESS = "anju access create-admins", "安装时的命令行"
RESET, SUSPEND = "anju access reset-password", "anju access suspend-sleeping"


@click.group(subcommand_metavar="命令 …")
def access() -> None:
    """用户与权限：建立最初的三名管理员，重置密码，停用没人用的账号。"""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()


@access.command("create-admins")
def create_admins() -> None:
    """逐个询问系统、安全、审计管理员，给出只显示一次的初始密码。"""
    from anju.kernel.access.errors import AccessError
    from anju.kernel.access.granting import create_administrators
    from anju.kernel.access.roles import ADMINISTRATORS

    people = {}
    for family in ADMINISTRATORS:
        username = click.prompt(f"{family.label}的用户名")
        people[family] = (username, click.prompt(f"{family.label}的姓名"))
    if len({username.strip().casefold() for username, _ in people.values()}) < len(people):
        raise AccessError("三名管理员必须是三个账号。", "请由三个人分别担任，再运行一次。")
    for user, password in create_administrators(people, actor=ACTOR, witness=WITNESS):
        click.echo(f"{user.get_family_display()}　{user.username}　初始密码：{password}")
    say("密码只显示这一次。首次登录须改密码，并启用第二因素。")


@access.command("reset-password")
@click.argument("username", metavar="用户名")
@click.option("--reason", required=True, metavar="原因", help="为什么重置，记入审计。")
def reset_password(username: str, reason: str) -> None:
    """给出只显示一次的初始密码，原有登录全部结束。"""
    from anju.kernel.access import accounts

    user = account(username)
    password = accounts.reset_password(user, actor=RESET, reason=reason)
    click.echo(f"{user.name}　{user.username}　初始密码：{password}")


@access.command("suspend-sleeping")
def suspend_sleeping() -> None:
    """停用连续90天未使用的账号（每类最后一名管理员除外），逐个记入审计。"""
    from django.utils import timezone

    from anju.kernel.access.proof import standing

    suspended = standing.suspend_sleeping(timezone.localdate(), actor=SUSPEND)
    for user in suspended:
        click.echo(f"{user.name}　{user.username}")
    say(f"停用{len(suspended)}个账号。要再用，由系统管理员重新启用。")


access.add_command(issue_token)
access.add_command(end_token)
