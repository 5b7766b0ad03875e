"""Files that a company drops into a folder of its own: for those without a platform that could push."""

from anju.gateway.drop.decoding import decode
from anju.gateway.drop.watching import serve

__all__ = ["decode", "serve"]
