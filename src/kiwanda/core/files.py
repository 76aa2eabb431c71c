"""Content-addressed files: photos, imports, plan files. Named by the SHA-256 of the bytes; a repeat costs nothing."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from kiwanda.core import clock
from kiwanda.core.errors import CoreError, Invalid
from kiwanda.core.models import StoredFile

#: First bytes of the picture formats a phone or a designer sends.
PICTURE_KINDS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"RIFF": "image/webp",
}
LARGEST_PICTURE = 8 * 1024 * 1024


def path_of(sha256: str) -> Path:
    """Where the bytes of ``sha256`` lie."""
    return Path(settings.KIWANDA_FILES) / sha256[:2] / sha256[2:]


def save(data: bytes, content_type: str) -> StoredFile:
    """Store ``data`` and return its row. Written beside and renamed, so a crash leaves no half file."""
    digest = hashlib.sha256(data).hexdigest()
    target = path_of(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(target)
    stored, _ = StoredFile.objects.get_or_create(
        sha256=digest, defaults={"content_type": content_type, "size": len(data), "stored_at": clock.now()}
    )
    return stored


def save_picture(data: bytes, *, field: str = "photo") -> StoredFile:
    """Store a photo after looking at its first bytes; anything else is refused with a sentence."""
    if not data:
        raise Invalid(CoreError.MALFORMED, field=field, reason="the file is empty")
    if len(data) > LARGEST_PICTURE:
        raise Invalid(CoreError.MALFORMED, field=field, reason="the picture is larger than 8 MB")
    for magic, content_type in PICTURE_KINDS.items():
        if data.startswith(magic) and (magic != b"RIFF" or data[8:12] == b"WEBP"):
            return save(data, content_type)
    raise Invalid(CoreError.MALFORMED, field=field, reason="only JPEG, PNG or WebP pictures are taken")


def read(sha256: str) -> bytes:
    """The bytes of a stored file."""
    return path_of(sha256).read_bytes()
