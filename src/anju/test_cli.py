from __future__ import annotations

import json
import socket
import subprocess
import sys
from decimal import Decimal

import click
import pytest

from anju import cli, console
from anju.kernel.documents import DocumentError
from anju.web.serve import LOOPBACK, PortError, listen


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("demoo",), "没有命令demoo"),
        (("demo", "--port", "x"), "'--port'的值不对：x不是数。"),
        (("demo", "--port", "0"), "0不在1<=x<=65535范围内"),
        (("demo", "--prot", "1"), "没有选项--prot。"),
        (("demo", "--port"), "选项--port需要一个值。"),
        (("demo", "extra"), "多出参数extra。"),
    ],
)
def test_a_wrong_call_is_one_chinese_sentence_and_a_next_step(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    status, out, err = failure(capsys, *arguments)
    assert (status, out) == (2, "")
    sentence, next_step = err.splitlines()
    assert sentence.startswith("错误：")
    assert words in sentence
    assert next_step.startswith("下一步：用anju")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            DocumentError("文件有密码。", "请去掉密码后重试。"),
            "错误：文件有密码。\n下一步：请去掉密码后重试。\n",
        ),
        (KeyError("code"), "错误：程序内部出错（KeyError：'code'）。"),
    ],
)
def test_errors_of_a_command_end_with_status_2_and_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setitem(cli.cli.commands, "fail", click.Command("fail", callback=fail))
    status, _, err = failure(capsys, "fail")
    assert status == 2
    assert err.startswith(words)
    assert "Traceback" not in err


def test_interruption_is_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli.cli.commands, "stop", click.Command("stop", callback=stop))
    status, out, err = failure(capsys, "stop")
    assert (status, out.strip(), err.strip()) == (130, "", "")


def test_help_is_chinese_and_names_the_packs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, _ = failure(capsys, "--help")
    assert status == 0
    assert "用法：" in out
    assert "预算绩效" in out
    assert "Show" not in out


def test_version_starts_without_the_heavy_libraries() -> None:
    script = (
        "import sys\nfrom anju import cli\n"
        "try:\n    cli.main(['--version'])\nexcept SystemExit as ended:\n    assert not ended.code\n"
        "print(sorted({'django', 'lxml', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "0.1.0\n[]\n"


def test_a_taken_port_is_one_sentence() -> None:
    with listen(LOOPBACK, 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"端口{port}不能用"):
            listen(LOOPBACK, port)
    assert isinstance(listen(LOOPBACK, port), socket.socket)


def test_json_is_exact_and_chinese() -> None:
    value = {"金额": Decimal("156473.10"), "空": None, "列": (1, Decimal("1E+2"), True), "文": '引"号\n'}
    text = console.to_json(value)
    assert text == '{"金额": 156473.10, "空": null, "列": [1, 100, true], "文": "引\\"号\\n"}'
    assert json.loads(text, parse_float=Decimal)["金额"] == Decimal("156473.10")


def test_json_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="NaN"):
        console.to_json(Decimal("NaN"))


def test_table_keeps_brackets_and_long_words(capsys: pytest.CaptureFixture[str]) -> None:
    console.table("项目", ["名称", ">万元"], [["甲[b]乙", Decimal("1.50")], [None, "2"]])
    out = capsys.readouterr().out
    assert "甲[b]乙" in out
    assert "1.50" in out
