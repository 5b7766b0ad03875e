"""What stands between an installation and production is said in one line each, with the next step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from anju import doctor
from anju.kernel.telemetry import beat
from anju.kernel.telemetry.beat import Beat
from anju.kernel.telemetry.layout import Layout


def named(name: str) -> doctor.Check:
    return next(check for check in doctor.checks() if check.name == name)


@pytest.mark.django_db
def test_a_bare_installation_is_told_each_thing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANJU_SECRET_KEY", raising=False)
    monkeypatch.delenv("ANJU_HOSTS", raising=False)
    monkeypatch.setenv("ANJU_DEMO", "1")
    wanting = {check.name for check in doctor.checks() if not check.well}
    assert {"演示登录", "签名密钥", "访问域名", "三员"} <= wanting
    assert all(check.next_step.endswith("。") for check in doctor.checks() if not check.well)


@pytest.mark.django_db
def test_what_is_in_order_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANJU_SECRET_KEY", "k" * 50)
    monkeypatch.setenv("ANJU_HOSTS", "anju.example.gov.cn")
    monkeypatch.delenv("ANJU_DEMO", raising=False)
    assert all(named(name).well for name in ("演示登录", "签名密钥", "访问域名", "数据表", "主密钥"))


@pytest.mark.django_db
def test_a_missing_master_key_is_named(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path
    assert "主密钥" in named("主密钥").found
    assert not named("主密钥").well


@pytest.mark.django_db
def test_the_gateway_shows_its_sign_of_life(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    assert named("遥测网关").found == "没有运行"
    layout = Layout.of(tmp_path)
    now = int(timezone.now().timestamp() * 1000)
    good = Beat(1, now, 8100, 3, 17, False)
    beat.write(layout, good)
    assert named("遥测网关").well
    for other in (replace(good, at=now - 20_000), replace(good, full=True), replace(good, snapshot=0)):
        beat.write(layout, other)
        assert not named("遥测网关").well
    beat.remove(layout)
    assert not named("遥测网关").well


def test_serving_with_the_demonstration_login_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANJU_DEMO", "1")
    with pytest.raises(doctor.DemoError) as refused:
        doctor.refuse_demo()
    assert "ANJU_DEMO" in refused.value.next_step


def test_a_new_installation_is_refused_until_it_is_installed(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("ANJU_", "DJANGO_"))}
    environment["ANJU_DATA"] = str(tmp_path / "data")

    def anju(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "anju.cli", *words], env=environment, capture_output=True, text=True
        )

    refused = anju("serve", "--port", "1")
    assert refused.returncode == 2
    assert "anju install" in refused.stderr
    installed = anju("install")
    assert installed.returncode == 0
    assert "离线备份" in installed.stderr
    again = anju("install")
    assert (again.returncode, "离线备份" in again.stderr) == (0, False)
    found = {check["name"]: check["ok"] for check in json.loads(anju("doctor", "--json").stdout)}
    assert (found["数据表"], found["主密钥"], found["三员"]) == (True, True, False)
