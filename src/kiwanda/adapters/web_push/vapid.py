"""RFC 8292: who we are, in a token signed with the operator's key."""

from __future__ import annotations

import json
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from kiwanda.adapters.web_push.encryption import decoded, encoded, public_bytes

#: A token may live a day; half of it leaves room for clocks that differ.
LIFETIME_SECONDS = 12 * 3600


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """The key from its 32 bytes in URL-safe base64, as ``kiwanda push-key`` prints it. Raises ``ValueError``."""
    raw = decoded(text)
    if len(raw) != 32:
        raise ValueError("a VAPID private key has 32 bytes in URL-safe base64")
    return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())


def new_key() -> tuple[str, str]:
    """A fresh pair: private (to be kept) and public, both in URL-safe base64."""
    key = ec.generate_private_key(ec.SECP256R1())
    number = key.private_numbers().private_value
    return encoded(number.to_bytes(32, "big")), encoded(public_bytes(key))


def authorization(key: ec.EllipticCurvePrivateKey, endpoint: str, contact: str, now: datetime) -> str:
    """The ``Authorization`` header for one push service (the token names its origin)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(now.timestamp()) + LIFETIME_SECONDS,
        "sub": contact,
    }
    head = encoded(json.dumps({"typ": "JWT", "alg": "ES256"}, separators=(",", ":")).encode())
    body = encoded(json.dumps(claims, separators=(",", ":")).encode())
    r, s = utils.decode_dss_signature(key.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256())))
    signature = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={head}.{body}.{signature},k={encoded(public_bytes(key))}"
