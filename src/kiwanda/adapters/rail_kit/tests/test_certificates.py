"""A provider whose certificate ran out: nothing is sent to it, and the answer says so."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiwanda.adapters.rail_kit import Caller


def certificate(folder: Path, ends: datetime) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that signs itself and ends at ``ends``: file of it, file of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(ends - timedelta(days=90)).not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    return paths


class Provider(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_POST(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ok": 1}')

    def log_message(self, *_words: object) -> None:
        pass


@pytest.mark.parametrize(("days", "left"), [(30, True), (-1, False)])
def test_an_expired_certificate_stops_the_request_before_it_leaves(tmp_path, monkeypatch, days: int, left: bool):
    cert, key = certificate(tmp_path, datetime.now(UTC) + timedelta(days=days))
    # The house trusts it; only its end differs.
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    Provider.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), Provider)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        caller = Caller(f"https://127.0.0.1:{server.server_port}")
        reply = caller.call("POST", "/transfer", body={"amount": "1"}, headers={})
    finally:
        server.shutdown()
        server.server_close()
    assert (reply.status == 200) is left and (Provider.asked == ["/transfer"]) is left
    if not left:
        assert reply.left is False and "could not be reached" in reply.message
