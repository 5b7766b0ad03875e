"""Modbus TCP: devices polled by a register map that is data."""

from anju.gateway.modbus.decoding import decode
from anju.gateway.modbus.polling import serve

__all__ = ["decode", "serve"]
