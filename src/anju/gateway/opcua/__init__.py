"""OPC UA: a client that subscribes at a server, and reads its history for the time it was away."""

from anju.gateway.opcua.decoding import decode
from anju.gateway.opcua.link import serve

__all__ = ["decode", "serve"]
