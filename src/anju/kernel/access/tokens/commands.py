"""``anju access issue-token`` and ``end-token``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from anju.console import say

if TYPE_CHECKING:
    from anju.kernel.access.models import User

ISSUE, END = "anju access issue-token", "anju access end-token"


@click.command("issue-token")
@click.argument("username", metavar="用户名")
@click.option("--name", required=True, metavar="程序", help="哪个程序用它。")
@click.option(
    "--opens",
    type=click.Choice(["sensorthings", "metrics"]),
    default="sensorthings",
    show_default=True,
    metavar="接口",
    help="它打开哪个接口：sensorthings或metrics。",
)
@click.option(
    "--days", type=click.IntRange(1, 366), default=365, show_default=True, metavar="天数", help="有效多少天。"
)
def issue_token(username: str, name: str, opens: str, days: int) -> None:
    """给接入程序发一个接口令牌，只显示一次；它能做的不超过这个账号。"""
    from datetime import timedelta

    from django.utils import timezone

    from anju.kernel.access.tokens import issuing

    today = timezone.localdate()
    wish = issuing.Wish(account(username), name, opens, today + timedelta(days=days))
    click.echo(issuing.issue(wish, actor=ISSUE, today=today))
    say(f"令牌只显示这一次，{wish.valid_to}之后失效。放在Authorization: Bearer里，或作HTTP Basic的密码。")


@click.command("end-token")
@click.argument("username", metavar="用户名")
@click.option("--name", required=True, metavar="程序", help="哪个程序的。")
@click.option("--reason", required=True, metavar="原因", help="为什么作废，记入审计。")
def end_token(username: str, name: str, reason: str) -> None:
    """作废一个账号给某个程序的全部令牌。"""
    from anju.kernel.access.errors import AccessError
    from anju.kernel.access.tokens import issuing
    from anju.kernel.access.tokens.models import Token

    live = list(Token.objects.filter(user=account(username), name=name, ended_at=None))
    if not live:
        raise AccessError(f"没有{username}给{name}的令牌。", "请核对程序名称。")
    for token in live:
        issuing.end(token, actor=END, reason=reason)
    say(f"作废{len(live)}个令牌。")


def account(username: str) -> User:
    """The account in use with a name. Raises ``AccessError``."""
    from anju.kernel.access.errors import AccessError
    from anju.kernel.access.models import User

    user = User.objects.filter(username=User.normalize_username(username), disabled_at=None).first()
    if user is None:
        raise AccessError(f"没有在用的账号{username}。", "请核对用户名。")
    return user
