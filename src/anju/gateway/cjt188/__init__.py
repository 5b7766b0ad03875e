"""CJ/T 188: heat meters read one after the other through a concentrator with a TCP port."""

from anju.gateway.cjt188.decoding import decode
from anju.gateway.cjt188.polling import serve

__all__ = ["decode", "serve"]
