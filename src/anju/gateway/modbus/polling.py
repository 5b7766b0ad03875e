"""One connection to a Modbus TCP device or gateway: every interval each unit is read and becomes one message."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from anju.gateway.adapters import Door, Message, Refused, TurnedAway
from anju.gateway.cancelling import heed
from anju.gateway.modbus.decoding import Answer, decode, raw_of
from anju.gateway.modbus.registers import Block, blocks, entries_of
from anju.kernel.telemetry.snapshot import Source

_EXCEPTIONS = {
    1: "不支持的功能码",
    2: "没有这个地址",
    3: "请求的数量不对",
    4: "设备故障",
    6: "设备正忙",
    10: "网关没有到从站的路径",
    11: "从站没有应答",
}


@dataclass(frozen=True, slots=True)
class Options:
    """Of a source. ``interval`` and ``timeout`` in s; ``gap`` is how many idle registers a request may read along."""

    host: str = "127.0.0.1"
    port: int = 502
    interval: float = 60.0
    timeout: float = 3.0
    gap: int = 8

    @classmethod
    def of(cls, source: Source) -> Options:
        return cls(**{name: value for name, value in source.options.items() if name in cls.__slots__})


async def serve(door: Door, source: Source) -> None:
    """See ``adapters``. Raises ``MapError``, and ``ConnectionError`` when the device is lost."""
    options = Options.of(source)
    plan: dict[int, list[Block]] = {}
    for block in blocks(entries_of(source), options.gap):
        plan.setdefault(block.unit, []).append(block)
    client = AsyncModbusTcpClient(
        options.host, port=options.port, timeout=options.timeout, retries=1, reconnect_delay=0
    )
    try:
        if not await client.connect():
            raise ConnectionRefusedError(f"连不上{options.host}:{options.port}")
        door.link(source.number, True)
        while True:
            begun = asyncio.get_running_loop().time()
            for unit, wanted in plan.items():
                await door.room()
                await _poll(door, source, client, unit, wanted)
            passed = asyncio.get_running_loop().time() - begun
            # The next round begins on its beat, however long this one took.
            await asyncio.sleep(max(options.interval - passed % options.interval, 0.002))
    finally:
        client.close()


async def _poll(
    door: Door, source: Source, client: AsyncModbusTcpClient, unit: int, wanted: Sequence[Block]
) -> None:
    answers: list[Answer] = []
    failed: list[tuple[int, int, str]] = []
    for block in wanted:
        told = await _read(client, block)
        if isinstance(told, bytes):
            answers.append((block.function, block.address, told))
        else:
            failed.append((block.function, block.address, told))
    why = "；".join(f"功能码{function}地址{address}：{word}" for function, address, word in failed)
    door.link(source.number, bool(answers), why, f"unit {unit}")
    raw = raw_of(door.now(), unit, answers, failed)
    await _deliver(door, Message(source.number, "modbus", raw, raw, door.now()), source)


async def _read(client: AsyncModbusTcpClient, block: Block) -> bytes | str:
    """The bytes of the registers, or why there are none. Raises ``ConnectionError``."""
    ask = client.read_holding_registers if block.function == 3 else client.read_input_registers
    try:
        answer = await ask(block.address, count=block.count, device_id=block.unit)
        heed()
    except ModbusException as error:
        heed()
        if not client.connected:
            raise ConnectionResetError(f"连接中断（{error}）") from error
        return "没有应答"
    if answer.isError():
        return _EXCEPTIONS.get(answer.exception_code, f"异常码{answer.exception_code}")
    if len(answer.registers) != block.count:
        return f"要{block.count}个寄存器，给了{len(answer.registers)}个"
    return b"".join(register.to_bytes(2, "big") for register in answer.registers)


async def _deliver(door: Door, message: Message, source: Source) -> None:
    try:
        message.values = decode(message.raw, door.setting(source))
    except Refused as refused:
        message.reason, message.detail = refused.reason, refused.detail
    while True:
        try:
            await door.deliver(message)
            return
        except TurnedAway as away:
            await asyncio.sleep(away.wait)
