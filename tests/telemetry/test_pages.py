"""The pages of telemetry: each planted fault shows on its page, companies see their own, writes are kept and audited."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from django.utils import timezone

from anju.kernel.audit.models import AuditRow
from anju.kernel.cases.models import Case
from anju.kernel.parties.models import Organisation
from anju.kernel.telemetry.client import GatewayError, Result
from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.telemetry.models import (
    Acknowledgement,
    Alarm,
    MaintenanceWindow,
    Quarantined,
    RuleKind,
    Series,
    Source,
    ThresholdRule,
)
from anju.web.telemetry import quarantine, words
from anju.web.telemetry.frames import hex_lines, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
ECHARTS = "b66b25aeb4df84e33199dc21694014d336d222cbd9deb0e5a7c14bd6aa0d0fd0"


def text(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return re.sub(r"\s+", " ", answer.content.decode())


def cold() -> Alarm:
    return Alarm.objects.get(rule="heating.cold_return", cleared_at=None)


def test_the_board_says_what_to_do_first_in_few_queries(
    sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("leader")
    client.get("/telemetry/")
    with django_assert_max_num_queries(20):
        html = text(client, "/telemetry/")
    assert "5号换热站" in html
    assert "低于限值32°C" in html
    rows = re.findall(r'<tr data-key="([^/"]+)/', html)
    # second grade, then the two that are offline, the longest first gone last, then the fourth grade
    assert (rows[0], rows[-1], len(rows)) == ("heating.cold_return", "heating.stuck_flow", 4)
    assert html.count("<polyline") >= 3  # sparks and the chart of the chosen one
    assert 'data-after="1:' in html
    narrowed = text(client, "/telemetry/?field=telemetry")
    assert len(re.findall("<tr data-key", narrowed)) == 2


def test_a_company_sees_its_own_alarms_and_series(sign_in: Any) -> None:
    heat = Organisation.objects.get(short_name="暖阳供热")
    html = text(sign_in("company"), "/telemetry/")
    seen = {key.partition("/")[0] for key in re.findall(r'<tr data-key="([^"]+)"', html)}
    mine = Alarm.objects.filter(organisation=heat, cleared_at=None, cause=None)
    assert seen == {alarm.rule for alarm in mine}
    gas = Series.objects.get(property="gas")
    text(sign_in("company"), f"/telemetry/series/{gas.pk}/", 404)
    text(sign_in("company"), f"/telemetry/series/{gas.pk}/points/", 404)


def test_an_alarm_leads_to_its_frame_and_the_frame_to_its_points(sign_in: Any) -> None:
    client, alarm = sign_in("leader"), cold()
    html = text(client, f"/telemetry/alarms/{alarm.pk}/")
    assert f'href="/telemetry/frames/{alarm.frame}/"' in html
    frame = text(client, f"/telemetry/frames/{alarm.frame}/")
    assert "S5.T2R" in frame
    assert re.search(r"SHA-256 [0-9a-f]{64}", frame)
    assert frame.count('data-k="观测时间"') == 28
    assert AuditRow.objects.filter(action="telemetry.frame.read").exists()
    text(client, "/telemetry/frames/99999999/", 404)


def test_what_a_stranger_sent_is_seen_by_those_who_see_everything(sign_in: Any) -> None:
    row = Quarantined.objects.get(reason="credentials")
    assert "身份不明" in text(sign_in("leader"), f"/telemetry/frames/{row.frame}/")
    text(sign_in("company"), f"/telemetry/frames/{row.frame}/", 404)
    text(sign_in("company"), f"/telemetry/quarantine/{row.pk}/", 404)


def test_signing_is_once_audited_and_told_to_the_case(sign_in: Any) -> None:
    client, alarm = sign_in("dispatcher"), cold()
    answer = client.post(f"/telemetry/alarms/{alarm.pk}/sign/", {"note": "已通知值班长"})
    assert answer.status_code == 302
    assert Acknowledgement.objects.get(alarm=alarm).note == "已通知值班长"
    case = Case.objects.get(finding=alarm.finding)
    assert case.steps.filter(note__contains="签收告警。已通知值班长").count() == 1
    again = client.post(f"/telemetry/alarms/{alarm.pk}/sign/", {"note": "又一次"})
    assert (again.status_code, Acknowledgement.objects.count()) == (422, 1)
    assert AuditRow.objects.filter(action="telemetry.acknowledgement.create").exists()
    assert "处置中" in text(client, "/telemetry/")


def test_a_case_goes_from_answer_to_a_refused_acceptance(sign_in: Any) -> None:
    alarm = cold()
    company, leader = sign_in("company"), sign_in("leader")
    answered = company.post(f"/telemetry/alarms/{alarm.pk}/", {"step": "corrected", "note": "已调阀门"})
    assert answered.status_code == 302
    refused = leader.post(f"/telemetry/alarms/{alarm.pk}/", {"step": "accept"})
    assert (refused.status_code, "仍然发现这个问题" in refused.content.decode()) == (422, True)
    assert "仍然" not in text(leader, f"/telemetry/findings/{alarm.finding}/", 302)


def test_the_explorer_shows_newest_values_and_their_quality(
    sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("leader")
    client.get("/telemetry/series/")
    with django_assert_max_num_queries(20):
        html = text(client, "/telemetry/series/")
    assert "39个测点" in html
    assert html.count("已中断") >= 4
    assert "没有数据" in html  # the gas company never spoke
    assert "长时间不变" in text(client, "/telemetry/series/?q=S6.F2")


def test_a_trend_is_a_chart_a_table_and_json(sign_in: Any, django_assert_max_num_queries: Any) -> None:
    client, series = sign_in("leader"), Series.objects.get(tag="S5.T2R")
    address = f"/telemetry/series/{series.pk}/"
    client.get(address)
    with django_assert_max_num_queries(20):
        html = text(client, address)
    assert "二次回水温度低" in html
    assert "32°C" in html
    assert html.count("/telemetry/frames/") >= 48
    told = client.get(f"{address}points/").json()
    assert (told["raw"], 286 <= len(told["rows"]) <= 289) == (True, True)
    now = int(timezone.now().timestamp() * 1000)
    few = client.get(f"{address}points/?since={now - 86_400_000}&until={now}&most=30").json()
    assert not few["raw"]
    assert 20 <= len(few["rows"]) <= 40
    for _, mean, low, high, good, count in few["rows"]:
        assert low <= mean <= high
        assert good <= count
    assert client.get(f"{address}points/?since=x&until=-5&most=1e9").status_code == 200


def test_gaps_stay_gaps(sign_in: Any) -> None:
    client, series = sign_in("leader"), Series.objects.get(tag="S3.T2S")
    rows = client.get(f"/telemetry/series/{series.pk}/points/").json()["rows"]
    silent = timezone.now().timestamp() * 1000 - rows[-1][0]
    assert silent > timedelta(hours=3).total_seconds() * 1000


def test_source_health_puts_the_silent_one_first(sign_in: Any, django_assert_max_num_queries: Any) -> None:
    client = sign_in("leader")
    client.get("/telemetry/sources/")
    with django_assert_max_num_queries(20):
        html = text(client, "/telemetry/sources/")
    assert html.index("清焰燃气调压站平台") < html.index("暖阳供热生产平台")
    assert "没有收到过报文" in html
    source = Source.objects.get(code="nuanyang")
    one = text(client, f"/telemetry/sources/{source.pk}/")
    assert "3号换热站" in one
    assert "格式不对" in one
    assert one.count("<rect") >= 40


def test_a_new_password_is_shown_once_and_kept_sealed(sign_in: Any) -> None:
    source = Source.objects.get(code="qingyan")
    allowed = sign_in("office")
    answer = allowed.post(f"/telemetry/sources/{source.pk}/secret/")
    shown = re.search(r'class="secret">([^<]+)<', answer.content.decode())
    assert shown is not None
    assert Source.objects.get(pk=source.pk).secret == shown[1]
    assert shown[1] not in allowed.get(f"/telemetry/sources/{source.pk}/").content.decode()
    row = AuditRow.objects.get(action="telemetry.source.secret")
    assert shown[1] not in f"{row.before}{row.after}"


def test_quarantine_shows_the_bytes_and_what_is_missing(sign_in: Any) -> None:
    client, row = sign_in("leader"), Quarantined.objects.filter(reason="unknown_tag").first()
    assert row is not None
    html = text(client, f"/telemetry/quarantine/{row.pk}/")
    assert "S8.T2X" in html
    assert "没有登记" in html
    assert re.search("000000 +7b 22 70 6f 69", html)
    assert "unknown_tag" in text(client, "/telemetry/quarantine/")


class Door:
    """A gateway that takes what it is handed, or says why not."""

    refused = np.zeros(3, np.uint8)
    asked: ClassVar[list[tuple[str, ...]]] = []

    def __init__(self, path: Path) -> None:
        if self.refused is None:
            raise GatewayError("连不上遥测网关。", "请先启动网关。")

    def __enter__(self) -> Door:
        return self

    def __exit__(self, *about: object) -> None:
        return None

    def replay(self, source: str, key: str, protocol: str, raw: bytes) -> Result:
        self.asked.append((source, key, protocol, raw.decode()[:5]))
        kept = int((self.refused == 0).sum())
        return Result(901, Status.ACCEPTED, Reason.NONE, "", kept, self.refused, np.zeros(3, np.uint8))


def keeper(sign_in: Any, row: Quarantined) -> Any:
    """A person who may replay and sees the source."""
    for role in ("office", "dispatcher"):
        client = sign_in(role)
        if client.get(f"/telemetry/quarantine/{row.pk}/").status_code == 200:
            return client
    pytest.fail("nobody of the sample keeps this source")


def test_a_replay_after_the_mapping_was_mended(sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Quarantined.objects.filter(reason="unknown_tag").order_by("frame").last()
    assert row is not None
    client, address = keeper(sign_in, row), f"/telemetry/quarantine/{row.pk}/"
    monkeypatch.setattr(quarantine, "Client", Door)
    unknown = tuple(Reason).index(Reason.UNKNOWN_TAG)
    monkeypatch.setattr(Door, "refused", np.array([0, 0, unknown], np.uint8))
    refused = client.post(address, {"step": "replay"})
    assert (refused.status_code, "没有登记的测点" in refused.content.decode()) == (422, True)
    row.refresh_from_db()
    assert row.handling == "waiting"
    monkeypatch.setattr(Door, "refused", np.zeros(3, np.uint8))
    assert client.post(address, {"step": "replay"}).status_code == 302
    row.refresh_from_db()
    assert (row.handling, row.outcome) == ("replayed", "重放为报文901，收下3个值。")
    assert Door.asked[-1] == ("nuanyang", f"replay/{row.frame}", "http", '{"poi')
    assert client.post(address, {"step": "replay"}).status_code == 422
    assert AuditRow.objects.filter(action="telemetry.quarantine.replayed").count() == 1


def test_dismissing_wants_a_reason(sign_in: Any) -> None:
    row = Quarantined.objects.filter(reason="malformed").get()
    client, address = keeper(sign_in, row), f"/telemetry/quarantine/{row.pk}/"
    assert client.post(address, {"step": "dismiss", "note": ""}).status_code == 422
    assert client.post(address, {"step": "dismiss", "note": "对方调试"}).status_code == 302
    row.refresh_from_db()
    assert (row.handling, row.outcome) == ("dismissed", "对方调试")


def test_a_window_is_ended_early_by_another(sign_in: Any) -> None:
    station = Alarm.objects.get(rule="heating.cold_return").asset
    now = timezone.now()
    row = MaintenanceWindow.objects.create(
        asset=station, since=now, until=now + timedelta(hours=3), reason="换泵"
    )
    client = sign_in("company")
    assert "现在结束" in text(client, f"/r/maintenance-windows/{row.pk}/")
    client.post(f"/telemetry/windows/{row.pk}/end/")
    row.refresh_from_db()
    assert row.ended_by
    assert row.ended_at is not None
    assert "现在结束" not in text(client, f"/r/maintenance-windows/{row.pk}/")


def test_a_rule_is_typed_with_its_parameters_in_words(sign_in: Any) -> None:
    client = sign_in("office")
    given = {
        "code": "heating.hot_supply",
        "name": "供温过高",
        "kind": "above",
        "grade": "warn",
        "property": "secondary_supply_temperature",
        "parameters": "限值=75\n恢复值=72\n持续时间=600",
        "issuer": "city",
        "legal_basis": "样例",
        "valid_from": "2026-01-01",
        "note": "新规",
    }
    answer = client.post("/r/threshold-rules/new/", given)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    row = ThresholdRule.objects.get(code="heating.hot_supply")
    assert row.parameters == {"limit": 75, "clear": 72, "hold": 600}
    wrong = client.post("/r/threshold-rules/new/", given | {"parameters": "限值=高"})
    assert (wrong.status_code, "不是数" in wrong.content.decode()) == (422, True)
    wrong = client.post("/r/threshold-rules/new/", given | {"parameters": "限值=75\n恢复值=80"})
    assert (wrong.status_code, "正常一侧" in wrong.content.decode()) == (422, True)


def test_bytes_are_readable() -> None:
    assert hex_lines(b"\x68\x20AB").startswith("000000  68 20 41 42")
    assert hex_lines(b"\x68\x20AB").endswith("h AB")
    assert text_of("温度".encode()[:5]) == "温"
    assert text_of(b"\x00\x01\xff\xfe\x00\x00\x00\x00") == ""


def test_the_chart_library_is_the_one_that_was_looked_at() -> None:
    from django.contrib.staticfiles import finders

    path = finders.find("web/vendor/echarts-6.1.0.min.js")
    assert hashlib.sha256(Path(str(path)).read_bytes()).hexdigest() == ECHARTS


def test_the_configuration_of_the_chart_is_plain_json(sign_in: Any) -> None:
    series = Series.objects.get(tag="S5.T2R")
    html = sign_in("leader").get(f"/telemetry/series/{series.pk}/").content.decode()
    found = re.search(r'<script id="trend-config" type="application/json">(.*?)</script>', html)
    assert found is not None
    config = json.loads(found[1])
    assert {limit["value"] for limit in config["limits"]} == {15.0, 32.0}
    assert config["offset"] == 8 * 3_600_000


def test_every_quality_and_reason_is_marked_for_translation() -> None:
    from anju.kernel.telemetry.frames import REASON_WORDS
    from anju.kernel.telemetry.quality import WORDS
    from anju.kernel.telemetry.registering.parameters import WORDS as PARAMETERS
    from anju.kernel.telemetry.rules.kinds import KINDS
    from anju.kernel.telemetry.rules.kinds import PARAMETERS as KNOWN

    assert set(words.MARKED) == {*WORDS.values(), *REASON_WORDS.values()} - {""}
    assert set(PARAMETERS) == set(KNOWN)
    assert set(RuleKind.values) == set(KINDS)
