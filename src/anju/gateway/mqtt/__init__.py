"""MQTT: subscribes at a company's broker, and acknowledges a message when it is on the disk."""

from anju.gateway.mqtt.decoding import decode
from anju.gateway.mqtt.link import serve

__all__ = ["decode", "serve"]
