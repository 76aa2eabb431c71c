"""A push service and the browsers behind it on this machine: subscriptions, VAPID, encryption, addresses that go."""

from __future__ import annotations

import base64
import json
import os
import struct
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiwanda.twin.simulators.server import Faults, LocalServer, Reply, Request

#: What a push service takes at most.
LARGEST = 4096
#: No token may live longer (RFC 8292).
DAY = 24 * 3600


@dataclass
class Browser:
    """One subscription: the keys of the browser, and what was pushed to it by topic (a newer one takes its place)."""

    path: str
    key: ec.EllipticCurvePrivateKey
    secret: bytes
    gone: bool = False
    received: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": _text(_point(self.key)), "auth": _text(self.secret)}


class PushServiceSimulator(LocalServer):
    """Refuses what a real service refuses: a wrong signature, another audience, no TTL, a body nobody can open."""

    def __init__(self, *, faults: Faults | None = None) -> None:
        super().__init__(faults)
        self.browsers: dict[str, Browser] = {}

    def subscribe(self) -> tuple[str, Browser]:
        """A new browser: its address, and the browser."""
        path = f"/push/{base64.urlsafe_b64encode(os.urandom(12)).decode()}"
        browser = Browser(path, ec.generate_private_key(ec.SECP256R1()), os.urandom(16))
        self.browsers[path] = browser
        return self.url + path, browser

    def address(self, endpoint: str, browser: Browser) -> str:
        """The subscription as an outgoing message carries it."""
        return json.dumps({"endpoint": endpoint, **browser.keys})

    def answer(self, request: Request) -> Reply:
        headers = {name.lower(): value for name, value in request.headers.items()}
        browser = self.browsers.get(request.path)
        if browser is None:
            return Reply(404, b"not found", "text/plain")
        if browser.gone:
            return Reply(410, b"gone", "text/plain")
        if not headers.get("ttl", "").isdigit() or headers.get("content-encoding") != "aes128gcm":
            return Reply(400, b"ttl or encoding", "text/plain")
        if len(request.body) > LARGEST:
            return Reply(413, b"too large", "text/plain")
        if not self._genuine(headers.get("authorization", "")):
            return Reply(403, b"vapid", "text/plain")
        try:
            body = opened(request.body, private=browser.key, auth=browser.secret).decode()
        except (ValueError, InvalidTag):
            return Reply(400, b"the browser cannot read this", "text/plain")
        browser.received[headers.get("topic", "")] = body
        return Reply(201, b"created", "text/plain", {"Location": f"{self.url}/message/{len(browser.received)}"})

    def _genuine(self, authorization: str) -> bool:
        """RFC 8292: an ES256 token for this origin, alive, signed with the key that comes with it."""
        try:
            scheme, _, rest = authorization.partition(" ")
            parts = dict(part.strip().split("=", 1) for part in rest.split(","))
            head, body, signature = parts["t"].split(".")
            claims = json.loads(_bytes(body))
            raw = _bytes(signature)
            der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(parts["k"]))
            key.verify(der, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
        except (ValueError, KeyError, InvalidSignature):
            return False
        here = f"http://{urlsplit(self.url).netloc}"
        alive = 0 < claims.get("exp", 0) - time.time() <= DAY
        return scheme == "vapid" and claims.get("aud") == here and alive and ":" in claims.get("sub", "")


def opened(data: bytes, *, private: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What a browser reads of a pushed body (RFC 8291), worked out without our adapter's help.

    Raises ``ValueError`` for a body that is malformed, ``InvalidTag`` for one that was sealed for somebody else.
    """
    if len(data) < 86 + 17:
        raise ValueError("too short")
    size, length = struct.unpack(">IB", data[16:21])
    if size < 18 or length != 65:
        raise ValueError("the header is malformed")
    sender = data[21 : 21 + length]
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
    material = _derived(shared, auth, b"WebPush: info\x00" + _point(private) + sender, 32)
    key = _derived(material, data[:16], b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(material, data[:16], b"Content-Encoding: nonce\x00", 12)
    plain = AESGCM(key).decrypt(nonce, data[21 + length :], None).rstrip(b"\x00")
    if plain[-1:] != b"\x02":
        raise ValueError("the last record has no delimiter")
    return plain[:-1]


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
