"""The command line ``anju``: the demonstration, and the commands of packs, imported only when called."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from anju import enabled
from anju.chinese import speak_chinese
from anju.kernel import packs

FAILED = 2
# Commands of kernel parts: dotted path and what they are for.
KERNEL = {
    "access": ("anju.kernel.access.commands.access", "账号与授权"),
    "assets": ("anju.kernel.assets.commands.assets", "设备"),
    "audit": ("anju.kernel.audit.commands.audit", "审计链"),
    "telemetry": ("anju.kernel.telemetry.commands.telemetry", "遥测"),
    "places": ("anju.kernel.places.commands.places", "区域和场所"),
}
INTERRUPTED = 130


def django_setup() -> None:
    """Commands of the kernel work on the database."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()


class PackGroup(click.Group):
    """Commands of this module and of the enabled packs; listing them imports no pack's code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *KERNEL, *packs.load(enabled.PACKS).commands()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own:
            return own
        if cmd_name in KERNEL:
            django_setup()
            return packs.resolve(KERNEL[cmd_name][0])
        mounted = packs.load(enabled.PACKS).commands().get(cmd_name)
        return packs.resolve(mounted[1].path) if mounted else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, command.get_short_help_str()) for name, command in self.commands.items()]
        rows += [(name, words) for name, (_, words) in KERNEL.items()]
        rows += [(name, pack.name) for name, (pack, _) in packs.load(enabled.PACKS).commands().items()]
        with formatter.section("命令"):
            formatter.write_dl(sorted(rows))


@click.group(
    "anju",
    cls=PackGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
)
@click.version_option(package_name="anju", message="%(version)s", help="显示版本。")
def cli() -> None:
    """安居：每个预算绩效目标都由证据回答。"""


_PORT = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    metavar="端口",
    help="网页端口。",
)


@cli.command(options_metavar="[选项]")
@_PORT
@click.option("--file", type=click.Path(path_type=Path), metavar="文件", help="再导入一个自己的文件。")
@click.option("--fresh", is_flag=True, help="重建样例城市。")
def demo(port: int, file: Path | None, fresh: bool) -> None:
    """在本机建一个样例城市并打开网页，一键以各种角色登录。"""
    from anju import demo as sample
    from anju.web import serve

    sample.prepare(fresh)
    with serve.listen(serve.LOOPBACK, port) as socket:
        sample.build(file)
        with serve.beside():
            serve.run(socket)


@cli.command(options_metavar="[选项]")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="地址", help="监听地址。")
@_PORT
def serve(host: str, port: int) -> None:
    """正式运行；与演示的差别用anju doctor查看。"""
    from anju import doctor as checks
    from anju.web import serve as web

    checks.refuse_demo()
    checks.refuse_unready()
    with web.listen(host, port) as socket:
        web.run(socket)


@cli.command(options_metavar="[选项]")
def worker() -> None:
    """后台进程：定时任务、指标重算；可以同时开几个。"""
    import signal
    import threading

    django_setup()
    from anju.console import say
    from anju.kernel.worker import running

    stop = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    say("后台进程已启动（按Ctrl+C停止）")
    running.run(stop)


@cli.command(options_metavar="[选项]")
@click.option(
    "--http-host", default="127.0.0.1", show_default=True, metavar="地址", help="推送接口的监听地址。"
)
@click.option(
    "--http-port",
    type=click.IntRange(0, 65535),
    default=8100,
    show_default=True,
    metavar="端口",
    help="推送接口的端口；0为任选一个空闲的。",
)
@click.option("--certificate", type=click.Path(exists=True), metavar="文件", help="TLS证书。")
@click.option("--key", type=click.Path(exists=True), metavar="文件", help="TLS私钥。")
@click.option(
    "--authorities", type=click.Path(exists=True), metavar="文件", help="要求来源出示由这些机构签发的证书。"
)
def gateway(
    http_host: str, http_port: int, certificate: str | None, key: str | None, authorities: str | None
) -> None:
    """遥测网关：接收设备和企业平台的数据，落盘后才答复。"""
    from anju.console import say
    from anju.gateway.core import running
    from anju.gateway.http.server import Listening

    def ready(port: int) -> None:
        say(f"网关已就绪：推送端口{port}（按Ctrl+C停止）")

    listening = Listening(http_host, http_port, certificate, key, authorities)
    # Not from the settings: the gateway loads no Django.
    data = Path(os.environ.get("ANJU_DATA", "var")).absolute()
    running.run(running.Options(data, listening, ready))


@cli.command(options_metavar="[选项]")
def install() -> None:
    """新安装或升级：生成缺少的主密钥和数据表，已有的不动。"""
    from anju import doctor as checks

    checks.install()


@cli.command(options_metavar="[选项]")
@click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")
def doctor(as_json: bool) -> int:
    """检查这套安装离正式运行还差什么。"""
    from anju import doctor as checks

    return checks.report(as_json)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and end the process: 0, 2 with one sentence and a next step, or 130 when interrupted."""
    speak_chinese()
    try:
        status = cli.main(arguments, prog_name="anju", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader (``| head``) has enough; the interpreter must not complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message())
        sys.exit(0)
    except Exception as error:
        _complain(error)
        sys.exit(FAILED)
    sys.exit(status if isinstance(status, int) else 0)


def _complain(error: Exception) -> None:
    """One sentence and a next step on standard error, whatever went wrong."""
    if os.environ.get("ANJU_TRACEBACK"):
        raise error
    sentence, next_step = _explain(error)
    click.echo(f"错误：{sentence}\n下一步：{next_step}", err=True)


def _explain(error: Exception) -> tuple[str, str]:
    """The two parts that the errors of every kernel part carry, or words for those that are not ours."""
    if isinstance(error, click.ClickException):
        context = error.ctx if isinstance(error, click.UsageError) else None
        path = context.command_path if context else "anju"
        return error.format_message().replace("\n", " "), f"用{path} --help查看用法。"
    if hasattr(error, "sentence") and hasattr(error, "next_step"):
        return error.sentence, error.next_step
    return (
        f"程序内部出错（{type(error).__name__}：{error}）。",
        "设环境变量ANJU_TRACEBACK=1再运行一次，把全部输出报给维护者。",
    )


if __name__ == "__main__":
    main()
