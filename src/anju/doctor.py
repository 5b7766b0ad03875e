"""What stands between an installation and production: one line a check, with the next step."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; ``next_step`` is empty when it is in order."""

    name: str
    found: str
    next_step: str = ""

    @property
    def well(self) -> bool:
        return not self.next_step


class DemoError(Exception):
    """Serving for real with the demonstration's login open."""

    sentence = "演示登录是打开的，不能正式运行。"
    next_step = "去掉环境变量ANJU_DEMO后重试。"


class NotReadyError(Exception):
    """Serving without tables or keys."""

    def __init__(self, check: Check) -> None:
        self.sentence = f"{check.name}：{check.found}。"
        self.next_step = check.next_step
        super().__init__(f"{self.sentence}{self.next_step}")


def refuse_demo() -> None:
    if os.environ.get("ANJU_DEMO") == "1":
        raise DemoError


def refuse_unready() -> None:
    """What cannot be done without: the tables of this version, and the master key."""
    _setup()
    for check in (_tables(), _keys()):
        if not check.well:
            raise NotReadyError(check)


def install() -> None:
    """Create what is missing: the data folder, the master key and the tables. Nothing that is there is changed."""
    refuse_demo()
    _setup()
    from django.conf import settings
    from django.core.management import call_command

    from anju.console import say
    from anju.kernel.secrets import KeyRing

    settings.DATA.mkdir(parents=True, exist_ok=True)
    if not _keys().well:
        KeyRing.create(settings.DATA)
        say("已生成主密钥，请立即离线备份：丢失后附件和加密字段无法恢复。")
    call_command("migrate", verbosity=0, interactive=False)
    say("数据表已就绪。下一步：anju access create-admins，然后anju doctor。")


def _setup() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()


def report(as_json: bool) -> int:
    """Print all checks; 0 when the installation is fit for production, otherwise 2."""
    _setup()
    from anju.console import echo_json, table

    found = list(checks())
    if as_json:
        echo_json(
            [
                {"name": c.name, "ok": c.well, "found": c.found, "next_step": c.next_step or None}
                for c in found
            ]
        )
    else:
        rows = [("○ 正常" if c.well else "■ 待办", c.name, c.found, c.next_step) for c in found]
        table("安装检查", ("", "项目", "现状", "下一步"), rows)
    return 0 if all(c.well for c in found) else 2


def checks() -> Iterator[Check]:
    looks: tuple[Callable[[], Check], ...] = (
        _demo,
        _secret,
        _hosts,
        _database,
        _tables,
        _keys,
        _administrators,
        _worker,
        _gateway,
    )
    for look in looks:
        yield look()


def _demo() -> Check:
    on = os.environ.get("ANJU_DEMO") == "1"
    return Check("演示登录", "打开" if on else "关闭", "去掉环境变量ANJU_DEMO。" if on else "")


def _secret() -> Check:
    given = len(os.environ.get("ANJU_SECRET_KEY", "")) >= 40
    step = "" if given else "设置ANJU_SECRET_KEY为40位以上的随机字符串，否则重启后所有人要重新登录。"
    return Check("签名密钥", "已设置" if given else "每次启动随机生成", step)


def _hosts() -> Check:
    hosts = os.environ.get("ANJU_HOSTS", "")
    return Check("访问域名", hosts or "只有本机", "" if hosts else "设置ANJU_HOSTS为对外的域名，用逗号分开。")


def _database() -> Check:
    from django.db import connection

    large = connection.vendor == "postgresql"
    name = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}.get(connection.vendor, connection.vendor)
    return Check(
        "数据库",
        name,
        "" if large else "正式运行请设置ANJU_DATABASE_URL指向PostgreSQL；SQLite只供演示和小县。",
    )


def _tables() -> Check:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        return Check(
            "数据表",
            f"连不上数据库（{type(error).__name__}）",
            "新安装请运行anju install；否则检查ANJU_DATABASE_URL和数据库服务。",
        )
    step = "运行anju install。" if missing else ""
    return Check("数据表", f"还差{missing}步升级" if missing else "最新", step)


def _keys() -> Check:
    from django.conf import settings

    from anju.kernel.secrets import KeyRing, SecretError

    try:
        KeyRing.load(settings.DATA)
    except SecretError as error:
        return Check("主密钥", error.sentence.rstrip("。"), f"{error.next_step}新安装请运行anju install。")
    return Check("主密钥", f"在数据目录{settings.DATA.name}下")


def _administrators() -> Check:
    from django.db import DatabaseError

    from anju.kernel.access.models import User

    try:
        families = set(User.objects.exclude(family="business").values_list("family", flat=True))
    except DatabaseError:
        return Check("三员", "读不到账号", "先升级数据表。")
    step = "" if len(families) >= 3 else "运行anju access create-admins建立系统、安全、审计三名管理员。"
    return Check("三员", f"{len(families)}类管理员", step)


def _worker() -> Check:
    from datetime import timedelta

    from django.db import DatabaseError
    from django.utils import timezone

    from anju.kernel.indicators import requests
    from anju.kernel.worker import running
    from anju.kernel.worker.models import Beat

    try:
        alive = Beat.objects.filter(at__gte=timezone.now() - timedelta(minutes=1)).count()
        dead = requests.dead() + len(running.dead_tasks())
    except DatabaseError:
        return Check("后台进程", "读不到", "先升级数据表。")
    if not alive:
        return Check("后台进程", "没有运行", "运行anju worker，并让它随系统启动。")
    found = f"{alive}个在运行" + (f"，{dead}件多次失败" if dead else "")
    return Check("后台进程", found, "在“后台任务”页面查看原因后重试。" if dead else "")


def _gateway() -> Check:
    from django.conf import settings
    from django.utils import timezone

    from anju.kernel.telemetry import beat
    from anju.kernel.telemetry.layout import Layout

    sign = beat.read(Layout(settings.DATA / "telemetry"))
    if sign is None or not sign.fresh(int(timezone.now().timestamp() * 1000)):
        return Check("遥测网关", "没有运行", "运行anju gateway，并让它随系统启动。")
    if sign.full:
        return Check(
            "遥测网关", "磁盘空间不足，已停止接收", "腾出数据目录所在磁盘的空间，网关会自动恢复接收。"
        )
    if sign.snapshot == 0:
        return Check(
            "遥测网关", "在运行，还没有测点快照", "运行anju worker，它会把登记的来源和测点交给网关。"
        )
    return Check("遥测网关", f"在运行，推送端口{sign.http}")
