"""The test vector gives exactly its figures, and nothing broken gives any."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.gateway.adapters import Refused
from anju.gateway.cjt188.frames import Quantity, Reading, failure, parse, reply, request
from anju.gateway.cjt188.polling import cut
from anju.kernel.telemetry.frames import Reason

VECTOR = bytes.fromhex(
    "68 20 78 56 34 12 00 11 11 81 2E 1F 90 01 00 00 00 00 05 67 45 23 01 05 94 03 00 00 17 00 24 00 00 35 75 86 48"
    "00 2C 20 54 00 75 36 00 60 87 00 00 30 08 22 11 26 20 00 00 24 16"
)
READING = Reading(
    address="11110012345678",
    sequence=1,
    settlement=Quantity(Decimal(0), "kWh"),
    heat=Quantity(Decimal("12345.67"), "kWh"),
    power=Quantity(Decimal("3.94"), "kW"),
    flow=Quantity(Decimal("0.24"), "m³/h"),
    volume=Quantity(Decimal("4886.75"), "m³"),
    supply=Decimal("54.20"),
    back=Decimal("36.75"),
    hours=8760,
    clock=datetime(2026, 11, 22, 8, 30),
    status=0,
)


def with_sum(body: bytes) -> bytes:
    return body + bytes([sum(body) % 256, 0x16])


def refused(frame: bytes) -> tuple[Reason, str]:
    with pytest.raises(Refused) as caught:
        parse(frame)
    return caught.value.reason, caught.value.detail


def test_the_vector_gives_its_figures_and_comes_back_the_same() -> None:
    assert parse(VECTOR) == READING
    assert parse(b"\xfe\xfe\xfe" + VECTOR) == READING
    assert reply(READING) == VECTOR


def test_a_question_bears_the_address_low_byte_first() -> None:
    assert request("11110012345678").hex(" ").upper() == "68 20 78 56 34 12 00 11 11 01 03 1F 90 00 71 16"


def test_the_other_order_of_the_identifier_is_understood() -> None:
    assert parse(with_sum(VECTOR[:11] + b"\x90\x1f" + VECTOR[13:-2])) == READING


def test_a_wrong_sum_is_told_with_the_right_one() -> None:
    assert refused(VECTOR[:-2] + b"\x25\x16") == (Reason.CHECKSUM, "校验和是25，应为24。")


@pytest.mark.parametrize("length", range(len(VECTOR)))
def test_a_frame_cut_anywhere_is_refused(length: int) -> None:
    assert refused(VECTOR[:length])[0] == Reason.MALFORMED


@pytest.mark.parametrize(
    ("place", "byte", "word"),
    [
        (20, 0x6A, "半字节"),
        (2, 0x7F, "半字节"),
        (48, 0x3B, "半字节"),
        (23, 0x17, "单位代码17"),
        (28, 0x05, "单位代码05"),
        (52, 0x13, "不是日期"),
        (1, 0x10, "不是热量表"),
        (9, 0x84, "不是热量表"),
        (12, 0x91, "不是热量表"),
    ],
)
def test_what_is_no_digit_unit_or_date_is_refused(place: int, byte: int, word: str) -> None:
    body = bytearray(VECTOR[:-2])
    body[place] = byte
    reason, detail = refused(with_sum(bytes(body)))
    assert reason == Reason.MALFORMED
    assert word in detail


def test_a_meter_may_say_that_it_cannot() -> None:
    assert refused(failure("11110012345678")) == (Reason.NO_POINTS, "表11110012345678答复出错。")


def test_pieces_are_cut_from_a_stream_with_noise() -> None:
    heard = bytearray(b"\xfe\xfe" + VECTOR + b"noise" + VECTOR + VECTOR[:20])
    assert list(cut(heard)) == [VECTOR, b"noise", VECTOR]
    assert heard == VECTOR[:20]
    heard += b"\x00" * 60
    assert list(cut(heard)) == [VECTOR[:20] + b"\x00" * 60]


digits = st.integers(0, 99_999_999).map(lambda number: Decimal(number).scaleb(-2))


@given(
    digits,
    digits,
    st.sampled_from(["kWh", "MWh", "GJ"]),
    st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)),
)
def test_every_reading_comes_back_the_same(
    heat: Decimal, volume: Decimal, unit: str, clock: datetime
) -> None:
    given_reading = replace(
        READING,
        heat=Quantity(heat, unit),
        volume=Quantity(volume, "m³"),
        clock=clock.replace(microsecond=0),
    )
    assert parse(reply(given_reading)) == given_reading


@given(st.binary(max_size=80))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    assert refused(data)[0] in (Reason.MALFORMED, Reason.CHECKSUM)
