"""Mutual TLS: without a certificate of its own nobody gets as far as a signature."""

from __future__ import annotations

import asyncio
import datetime
import ssl
import time
from pathlib import Path

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from anju.gateway import stage
from anju.gateway.http.player import Connection
from anju.gateway.stage import Part
from anju.kernel.telemetry.snapshot import Source

Signed = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def certificate(name: str, by: Signed | None = None) -> Signed:
    """Signed by an authority, or by itself as one."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((by[1] if by else key).public_key()),
            critical=False,
        )
        .sign((by[1] if by else key), hashes.SHA256())
    )
    return made, key


def written(folder: Path, name: str, made: Signed) -> tuple[str, str]:
    """Files of the certificate and its key."""
    files = folder / f"{name}.pem", folder / f"{name}.key"
    files[0].write_bytes(made[0].public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        made[1].private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(files[0]), str(files[1])


def test_only_who_shows_a_certificate_may_speak(tmp_path: Path) -> None:
    authority = certificate("authority")
    trusted, _ = written(tmp_path, "authority", authority)
    server = written(tmp_path, "gateway", certificate("gateway", authority))
    sender = written(tmp_path, "sender", certificate("sender", authority))
    stranger = written(tmp_path, "stranger", certificate("stranger"))
    part = Part(Source(1, "east", "http"), ["T1S"])
    stage.prepare(tmp_path, [part])
    options = ["--certificate", server[0], "--key", server[1], "--authorities", trusted]

    async def push(port: int, shown: tuple[str, str] | None) -> int:
        context = ssl.create_default_context(cafile=trusted)
        if shown:
            context.load_cert_chain(*shown)
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=context, server_hostname="gateway"
        )
        moment = time.time_ns() // 1_000_000
        body = orjson.dumps({"points": [{"tag": "T1S", "time": moment, "value": 54.5}]})
        reply = await Connection(reader, writer).push(part.sender, body)
        writer.close()
        return reply.status

    with stage.running(tmp_path, options=options) as running:
        assert asyncio.run(push(running.port, sender)) == 200
        for shown in (None, stranger):
            with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
                asyncio.run(push(running.port, shown))
    assert len(stage.frames(tmp_path)) == 1
