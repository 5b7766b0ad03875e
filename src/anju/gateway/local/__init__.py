"""The local socket: commands, SensorThings creates and quarantine replay submit here what they want kept."""

from anju.gateway.http.decoding import decode

__all__ = ["decode"]
