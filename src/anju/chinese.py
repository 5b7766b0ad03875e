"""Chinese for the sentences that click itself says.

click looks its texts up through ``gettext``, which needs a compiled catalogue and a matching locale on the
machine; an office computer often has neither. So the lookup functions are replaced by this table. A sentence
that is not in it stays as click wrote it.
"""

from __future__ import annotations

from types import ModuleType

from click import core, decorators, exceptions, formatting, parser, types

TEXTS = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示本说明。",
    "Show the version and exit.": "显示版本。",
    "default: {default}": "默认{default}",
    "required": "必填",
    "Did you mean {possibility}?": "是不是{possibility}？",
    "(Did you mean one of: {possibilities}?)": "是不是其中之一：{possibilities}？",
    "No such command {name!r}.": "没有命令{name}。",
    "No such option {name!r}.": "没有选项{name}。",
    "Missing command.": "缺少命令。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing parameter: {param_name}": "缺少参数{param_name}",
    "Got unexpected extra argument ({args})": "多出参数{args}。",
    "Got unexpected extra arguments ({args})": "多出参数{args}。",
    "Invalid value: {message}": "值不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint}的值不对：{message}",
    "Takes {nargs} values but 1 was given.": "需要{nargs}个值，只给了1个。",
    "Takes {nargs} values but {len} were given.": "需要{nargs}个值，给了{len}个。",
    "Argument {name!r} takes {nargs} values.": "参数{name}需要{nargs}个值。",
    "Option {name!r} does not take a value.": "选项{name}不带值。",
    "Option {name!r} requires an argument.": "选项{name}需要一个值。",
    "Option {name!r} requires {nargs} arguments.": "选项{name}需要{nargs}个值。",
    "{value!r} is not a valid {number_type}.": "{value}不是数。",
    "{value!r} is not {choice}.": "{value}不可选，可选{choice}。",
    "{value!r} is not one of {choices}.": "{value}不可选，可选{choices}。",
    "{value} is not in the range {range}.": "{value}不在{range}范围内。",
    "Choose from:\n\t{choices}": "可选{choices}",
    "Could not open file {filename!r}: {message}": "打不开文件{filename}：{message}",
    "file": "文件",
    "directory": "文件夹",
    "path": "路径",
    "{name} {filename!r} does not exist.": "{name}{filename}不存在。",
    "{name} {filename!r} is a file.": "{name}{filename}是文件，这里要文件夹。",
    "{name} {filename!r} is a directory.": "{name}{filename}是文件夹，这里要文件。",
    "{name} {filename!r} is not readable.": "{name}{filename}无权读取。",
}


def gettext(text: str) -> str:
    return TEXTS.get(text, text)


def ngettext(one: str, many: str, count: int) -> str:
    return gettext(one if count == 1 else many)


def speak_chinese() -> None:
    """Make click's own modules take their texts from ``TEXTS``."""
    modules: tuple[ModuleType, ...] = (core, decorators, exceptions, formatting, parser, types)
    for module in modules:
        for name, function in (("_", gettext), ("ngettext", ngettext)):
            if hasattr(module, name):
                setattr(module, name, function)
