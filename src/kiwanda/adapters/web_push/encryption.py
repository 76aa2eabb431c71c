"""RFC 8291 over RFC 8188 (``aes128gcm``): only the browser that made the keys can read what is pushed."""

from __future__ import annotations

import base64
import binascii
import os
import struct

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: One record holds everything; push services take no more than 4096 bytes in all.
RECORD_SIZE = 4096
#: Header (salt 16, size 4, length 1, key 65), tag 16 and delimiter 1 taken off.
LONGEST = RECORD_SIZE - 86 - 16 - 1


def sealed(
    body: bytes, *, p256dh: bytes, auth: bytes, salt: bytes = b"", own: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """``body`` for the browser with the public key ``p256dh`` (65 bytes) and the secret ``auth`` (16 bytes).

    ``salt`` and ``own`` are drawn anew for every message; the RFC's example gives its own. Raises ``ValueError`` for
    keys that are none and for a body that is too long.
    """
    if len(body) > LONGEST:
        raise ValueError(f"at most {LONGEST} bytes can be pushed")
    salt = salt or os.urandom(16)
    own = own or ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    ours = public_bytes(own)
    shared = own.exchange(ec.ECDH(), theirs)
    material = _derived(shared, auth, b"WebPush: info\x00" + p256dh + ours, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\x00", 12)
    header = salt + struct.pack(">IB", RECORD_SIZE, len(ours)) + ours
    return header + AESGCM(key).encrypt(nonce, body + b"\x02", None)


def public_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The uncompressed point, 65 bytes."""
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def encoded(data: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of such text. Raises ``ValueError``."""
    try:
        bare = text.strip().rstrip("=")
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as fault:
        raise ValueError("this is no base64") from fault


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)
