"""HTTP push: signed JSON batches and Arrow IPC, answered when they are on the disk."""

from anju.gateway.http.decoding import decode

__all__ = ["decode"]
