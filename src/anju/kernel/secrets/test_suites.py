"""Known answers of the algorithms, from the standards."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from .suites import SUITES

SM3_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"  # GB/T 32905, A.1
SM4_SAMPLE = "0123456789abcdeffedcba9876543210"  # GB/T 32907, A.1: key and plain text
SM4_ANSWER = "681edf34d206965e86b3e94f536e4246"
both = pytest.mark.parametrize("suite", SUITES.values(), ids=SUITES)


def test_sm3_gives_the_answer_of_the_standard() -> None:
    digest = hashes.Hash(SUITES["national"].digest())
    digest.update(b"abc")
    assert digest.finalize().hex() == SM3_ABC


def test_sm4_gives_the_answer_of_the_standard() -> None:
    block = bytes.fromhex(SM4_SAMPLE)
    encryptor = Cipher(SUITES["national"].block(block), modes.ECB()).encryptor()
    assert encryptor.update(block).hex() == SM4_ANSWER


def test_sm4_gcm_opens_the_sample_of_rfc_8998() -> None:
    """RFC 8998, A.1."""
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    sealed = bytes.fromhex(
        "00001234567800000000ABCD"
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    associated = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert SUITES["national"].decrypt(key, sealed, associated) == plain


def test_aes_gcm_opens_the_sample_of_its_authors() -> None:
    """McGrew and Viega, test case 14: all zero key, nonce and block."""
    sealed = bytes(12) + bytes.fromhex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
    assert SUITES["international"].decrypt(bytes(32), sealed, b"") == bytes(16)


def test_keyed_hashes_agree_with_an_independent_library() -> None:
    expected = hmac.new(b"k" * 32, b"row", hashlib.sha256).digest()
    assert SUITES["international"].keyed_hash(b"k" * 32, b"row") == expected
    # HMAC by its definition (RFC 2104) over the SM3 that is checked above.
    inner = _sm3(bytes(0x36 ^ ord("k") for _ in range(32)) + b"\x36" * 32 + b"row")
    outer = _sm3(bytes(0x5C ^ ord("k") for _ in range(32)) + b"\x5c" * 32 + inner)
    assert SUITES["national"].keyed_hash(b"k" * 32, b"row") == outer


@both
def test_every_changed_byte_is_refused(suite: object) -> None:
    assert isinstance(suite, type(SUITES["national"]))
    key = bytes(suite.key_bytes)
    sealed = suite.encrypt(key, "居".encode(), b"purpose")
    assert suite.decrypt(key, sealed, b"purpose") == "居".encode()
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(InvalidTag):
            suite.decrypt(key, bytes(changed), b"purpose")
    with pytest.raises(InvalidTag):
        suite.decrypt(key, sealed[:27], b"purpose")


def _sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()
