"""Three rounds of each in ``make test``; twenty in ``make soak`` (``ANJU_SOAK_ROUNDS``)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from anju.gateway import stage
from anju.gateway.mqtt import player
from soak import kills

ROUNDS = int(os.environ.get("ANJU_SOAK_ROUNDS", "3"))
SOUND = {"missing": 0, "doubled": 0, "frames without points": 0, "gaps": 0}


def test_what_was_answered_over_http_is_stored_whenever_the_gateway_is_killed(tmp_path: Path) -> None:
    stage.prepare(tmp_path, [kills.pushing()])
    acknowledged: set[bytes] = set()
    for number in range(ROUNDS):
        keys = kills.http_round(tmp_path, number, enough=10 + 7 * number)
        assert keys
        acknowledged |= keys
        assert kills.faults(tmp_path, acknowledged) == SOUND
    with stage.running(tmp_path):
        pass
    # What the killed processes had not told any more is told by the one that ended well.
    told = {(one["minute"], one["source"]): one for one in stage.told(tmp_path, "delivery")}
    assert all(
        one["frames"] == one["accepted"] + one["repeated"] + sum(one["rejected"].values())
        for one in told.values()
    )
    stored = sum(kills.accepted(tmp_path).values())
    assert sum(one["accepted"] for one in told.values()) == stored >= len(acknowledged)
    assert sum(one["points"] for one in told.values()) == 50 * stored


def test_what_a_broker_took_is_stored_once_whenever_the_gateway_is_killed(tmp_path: Path) -> None:
    if not player.mosquitto():
        pytest.skip("mosquitto is not installed")
    (tmp_path / "broker").mkdir()
    with player.broker(tmp_path / "broker", kills.ACCOUNTS) as broker:
        stage.prepare(tmp_path, [kills.listening(broker.port)])
        # The session must be there before anybody publishes.
        with stage.running(tmp_path):
            kills.wait_for_link(tmp_path)
        sent: set[bytes] = set()
        for number in range(ROUNDS):
            sent |= kills.mqtt_round(tmp_path, broker, number, messages=300)
        with stage.running(tmp_path):
            assert kills.all_there(tmp_path, sent)
    assert kills.faults(tmp_path, sent) == SOUND
