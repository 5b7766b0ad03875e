from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from . import keyfile
from .errors import SecretError
from .ring import KeyRing

both = pytest.mark.parametrize("suite", ["international", "national"])


@both
def test_a_token_opens_for_its_purpose_and_names_what_made_it(tmp_path: Path, suite: str) -> None:
    ring = KeyRing.create(tmp_path, suite)
    token = ring.seal(b"130203", "people.number")
    assert ring.open_sealed(token, "people.number") == b"130203"
    assert token.split(".")[:3] == ["v1", {"international": "aes256gcm", "national": "sm4gcm"}[suite], "1"]
    assert token != ring.seal(b"130203", "people.number"), "two tokens of one text must not look alike"
    with pytest.raises(SecretError, match="不属于这一用途"):
        ring.open_sealed(token, "people.phone")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "v1.aes256gcm.1",
        "v2.aes256gcm.1.AAAA",
        "v1.rot13.1.AAAA",
        "v1.aes256gcm.x.AAAA",
        "v1.aes256gcm.1.居",
        "v1.aes256gcm.1.AAAA",
    ],
)
def test_what_is_no_token_is_refused_in_one_sentence(tmp_path: Path, token: str) -> None:
    with pytest.raises(SecretError) as refused:
        KeyRing.create(tmp_path).open_sealed(token, "p")
    assert refused.value.sentence == "密文已损坏，或不属于这一用途，无法解开。"
    assert refused.value.next_step


def test_the_algorithm_in_a_token_cannot_be_swapped(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path)
    with pytest.raises(SecretError):
        ring.open_sealed(ring.seal(b"x", "p").replace("aes256gcm", "sm4gcm"), "p")


def test_rotation_opens_old_tokens_and_seals_with_the_newest(tmp_path: Path) -> None:
    old = KeyRing.create(tmp_path)
    token, tag, signature, index = (
        old.seal(b"x", "p"),
        old.mac(b"x", "p"),
        old.sign(b"x", "p"),
        old.blind_index("x", "p"),
    )
    new = KeyRing.rotate(tmp_path, "national")
    assert new.open_sealed(token, "p") == b"x"
    assert new.is_mac(tag, b"x", "p")
    assert new.is_signed(signature, b"x", "p")
    assert new.seal(b"x", "p").startswith("v1.sm4gcm.2.")
    assert new.mac(b"x", "p")[:3] == bytes([2, 0, 2])
    assert new.blind_indexes("x", "p")[1] == index != new.blind_index("x", "p")
    assert KeyRing.rotate(tmp_path).seal(b"x", "p").startswith("v1.sm4gcm.3.")
    with pytest.raises(SecretError, match="没有编号为3的主密钥"):
        new.open_sealed(KeyRing.load(tmp_path).seal(b"x", "p"), "p")


def test_a_mac_is_versioned_and_bound_to_data_and_purpose(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path)
    tag = ring.mac(b"row", "audit")
    assert (len(tag), tag[:3]) == (35, bytes([1, 0, 1]))
    assert ring.is_mac(tag, b"row", "audit")
    assert not ring.is_mac(tag, b"roW", "audit")
    assert not ring.is_mac(tag, b"row", "money")
    wrong = [b"", tag[:-1], tag + b"0", b"\x09" + tag[1:], b"\x02" + tag[1:], bytes([1, 0, 0]) + tag[3:]]
    assert not any(ring.is_mac(forged, b"row", "audit") for forged in wrong)


def test_signatures_bind_data_purpose_and_key(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path / "own")
    signature = ring.sign(b"anchor", "audit")
    assert ring.is_signed(signature, b"anchor", "audit")
    assert not ring.is_signed(signature, b"other", "audit")
    assert not ring.is_signed(signature, b"anchor", "files")
    assert not KeyRing.create(tmp_path / "foreign").is_signed(signature, b"anchor", "audit")
    assert not any(
        ring.is_signed(text, b"anchor", "audit") for text in ("", "v1.ed25519.1.AA", "v1.rsa.1.AA")
    )
    assert not ring.is_signed(signature.replace(".1.", ".9."), b"anchor", "audit")


def test_blind_indexes_find_equal_texts_of_one_purpose(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path)
    assert ring.blind_index("13012345678", "phone") == ring.blind_index("13012345678", "phone")
    assert ring.blind_index("13012345678", "phone") != ring.blind_index("13012345679", "phone")
    assert ring.blind_index("13012345678", "phone") != ring.blind_index("13012345678", "account")
    assert len(ring.blind_index("13012345678", "phone")) <= 70


def test_a_data_key_comes_back_from_its_sealed_form(tmp_path: Path) -> None:
    ring = KeyRing.create(tmp_path)
    key = ring.new_data_key("files")
    body = key.encrypt(b"contract", b"sha")
    assert ring.open_data_key(key.token, "files").decrypt(body, b"sha") == b"contract"
    with pytest.raises(SecretError, match="不一致"):
        key.decrypt(body, b"another file")
    assert key.secret.hex() not in repr(key)
    assert b"contract" not in body


def test_the_file_is_made_for_its_owner_alone_and_kept(tmp_path: Path) -> None:
    token = KeyRing.create(tmp_path / "data").seal(b"x", "p")
    path = tmp_path / "data" / keyfile.NAME
    assert path.stat().st_mode & 0o777 == 0o600
    assert KeyRing.create(tmp_path / "data").open_sealed(token, "p") == b"x", "a second start keeps the keys"
    secret = json.loads(path.read_text())["keys"][0]["secret"]
    assert len(base64.b64decode(secret)) == 32
    assert secret not in repr(KeyRing.load(tmp_path / "data"))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o602])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    KeyRing.create(tmp_path)
    (tmp_path / keyfile.NAME).chmod(mode)
    with pytest.raises(SecretError, match="允许其他用户访问") as refused:
        KeyRing.load(tmp_path)
    assert "chmod 600" in refused.value.next_step


def test_a_missing_file_is_never_made_by_loading(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="找不到主密钥文件"):
        KeyRing.load(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"keys": []}',
        '{"keys": [{"number": 1, "suite": "national", "secret": "c2hvcnQ="}]}',
        json.dumps({"keys": [{"number": 2, "suite": "national", "secret": "A" * 43 + "="}]}),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / keyfile.NAME
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(SecretError, match=r"无法读取|不连续"):
        KeyRing.load(tmp_path)


def test_two_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    KeyRing.create(tmp_path)
    before = (tmp_path / keyfile.NAME).read_bytes()
    draft = (tmp_path / keyfile.NAME).with_suffix(".new")
    draft.touch()
    with pytest.raises(SecretError, match="另一个程序正在更换主密钥"):
        KeyRing.rotate(tmp_path)
    draft.unlink()
    with pytest.raises(SecretError, match="刚被另一个程序更换"):
        keyfile.add(tmp_path / keyfile.NAME, (), "national")
    assert (tmp_path / keyfile.NAME).read_bytes() == before
    assert os.listdir(tmp_path) == [keyfile.NAME]


def test_an_unknown_suite_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="没有名为「rot13」的密码套件"):
        KeyRing.create(tmp_path, "rot13")
