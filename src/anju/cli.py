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
INTERRUPTED = 130


class PackGroup(click.Group):
    """Commands of this module and of the enabled packs; listing them imports no pack's code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *packs.load(enabled.PACKS).commands()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own:
            return own
        mounted = packs.load(enabled.PACKS).commands().get(cmd_name)
        return packs.resolve(mounted[1].path) if mounted else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, command.get_short_help_str()) for name, command in self.commands.items()]
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


@cli.command(options_metavar="[选项]")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    metavar="端口",
    help="网页端口。",
)
@click.option(
    "--file", type=click.Path(path_type=Path), metavar="文件", help="要审核的文件，不写则用自带样例。"
)
def demo(port: int, file: Path | None) -> None:
    """审核一个目标文件，在本机网页上看结果。"""
    from anju.web import serve

    shown = packs.load(enabled.PACKS).demo()
    os.environ[shown.variable] = str(file or packs.resolve(shown.sample)())
    with serve.listen(port) as socket:
        packs.resolve(shown.start)()
        serve.run(socket)


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
