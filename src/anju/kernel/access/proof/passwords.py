"""Password rules (security specification, row 1) and the one way to set a password.

Length ≥ 12 with three of four classes of characters, or ≥ 15 of any; not common; no user name in it; none of
the last five. Django's list of common passwords is used as well (``AUTH_PASSWORD_VALIDATORS``).
"""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

if TYPE_CHECKING:
    from anju.kernel.access.models import User

MIXED_LENGTH, ANY_LENGTH, LONGEST = 12, 15, 128
REMEMBERED = 5
FEWEST_DIFFERENT = 6

# Words that passwords in Chinese offices are built on; what is left beside them must carry the strength.
COMMON_WORDS = (
    "woaini", "iloveyou", "password", "passw0rd", "p@ssw0rd", "p@ssword", "admin", "root", "qwerty", "asdfgh",
    "zxcvbn", "1qaz", "2wsx", "3edc", "qwer", "asdf", "zxcv", "abc123", "aa123456", "a123456", "123456", "654321",
    "111111", "888888", "666666", "520", "1314", "5201314", "wangyi", "taobao", "weixin", "huawei", "zhujianju",
    "zjj", "anju", "china", "zhongguo", "tangshan", "beijing", "shanghai", "hebei", "welcome", "changeme",
    "test", "guest", "user", "mima", "nihao", "zhang", "wang", "li", "liu",
)  # fmt: skip
LEFT_BESIDE_A_WORD = 6
RUNS = (
    "0123456789" * 3,
    string.ascii_lowercase * 2,
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
)

# Without the characters that look alike: one-time passwords are read from a screen and typed.
READABLE = "abcdefghjkmnpqrstuvwxyz" + "ABCDEFGHJKLMNPQRSTUVWXYZ" + "23456789"


def faults(password: str, names: tuple[str, ...] = ()) -> list[str]:
    """What is wrong with a password, in sentences; ``names`` (of three characters or more) must not be in it."""
    found = []
    if len(password) > LONGEST:
        found.append(gettext("密码最多{n}个字符。").format(n=LONGEST))
    if not (len(password) >= ANY_LENGTH or (len(password) >= MIXED_LENGTH and classes(password) >= 3)):
        sentence = gettext("密码至少{mixed}位且含大写、小写、数字、符号中的三种，或者至少{any}位。")
        found.append(sentence.format(mixed=MIXED_LENGTH, any=ANY_LENGTH))
    if _is_common(password.casefold()):
        found.append(gettext("密码太常见，容易被猜到。"))
    lowered = password.casefold()
    if any(
        len(name) >= 3 and (name in lowered or name[::-1] in lowered) for name in map(str.casefold, names)
    ):
        found.append(gettext("密码里不能有用户名或姓名。"))
    return found


def classes(password: str) -> int:
    """How many of upper case, lower case, digit and anything else (Chinese too) occur."""
    kinds = {
        "upper" if c.isupper() else "lower" if c.islower() else "digit" if c.isdigit() else "other"
        for c in password
    }
    return len(kinds)


def _is_common(lowered: str) -> bool:
    """Few different characters, one run of the keyboard, or hardly more than a well-known word."""
    if len(set(lowered)) < FEWEST_DIFFERENT or any(lowered in run or lowered in run[::-1] for run in RUNS):
        return True
    rest = lowered
    for word in sorted(COMMON_WORDS, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != lowered and len(set(rest)) < LEFT_BESIDE_A_WORD


class PasswordRules:
    """``AUTH_PASSWORD_VALIDATORS`` entry: ``faults`` and the last five passwords of the user."""

    def validate(self, password: str, user: User | None = None) -> None:
        found = faults(password, (user.username, user.name) if user else ())
        if user and any(check_password(password, used) for used in user.used_passwords):
            found.append(gettext("不能用最近{n}次用过的密码。").format(n=REMEMBERED))
        if found:
            raise ValidationError([ValidationError(sentence, code="password_rules") for sentence in found])

    def get_help_text(self) -> str | Promise:
        rule = gettext_lazy("至少{mixed}位，含大写、小写、数字、符号中的三种；或者至少{any}位。")
        return format_lazy(rule, mixed=MIXED_LENGTH, any=ANY_LENGTH)


def set_password(user: User, password: str, *, one_time: bool = False) -> None:
    """Put a new password into the unsaved ``user``; a ``one_time`` one must be changed at the next login.

    Whether it is good enough is asked before, by ``django.contrib.auth.password_validation``.
    """
    user.password = make_password(password)
    user.used_passwords = [user.password, *user.used_passwords][:REMEMBERED]
    user.password_changed_at = timezone.now()
    user.must_change_password = one_time


def one_time_password() -> str:
    """Fifteen readable characters (87 bits) that keep the rules."""
    while True:
        password = "".join(secrets.choice(READABLE) for _ in range(ANY_LENGTH))
        if not faults(password):
            return password
