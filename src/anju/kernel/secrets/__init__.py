"""The cipher provider: sealing, keyed hashes and signatures, with algorithm and key number in all they make.

``KeyRing.load(folder)`` gives the keys of an installation; the master keys never leave their file. Software
alone does not pass a cryptography assessment at level 3: a certified module takes the place of ``KeyRing``.
"""

from .errors import SecretError
from .ring import DataKey, KeyRing

__all__ = ["DataKey", "KeyRing", "SecretError"]
