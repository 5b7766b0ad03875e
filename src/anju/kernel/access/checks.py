"""System checks, run by ``anju serve`` with ``deploy=True`` before it listens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def demo_login_is_off(**kwargs: Any) -> list[CheckMessage]:
    """Production never starts with the login that asks for no password."""
    if not settings.ANJU_DEMO:
        return []
    return [
        Error(
            "演示登录开着，任何人不用密码就能进入。", hint="去掉环境变量ANJU_DEMO再启动。", id="access.E001"
        )
    ]
