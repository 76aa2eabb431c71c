"""Photos in pieces: a phone on a bad line sends sixteen kilobytes at a time and goes on where it was cut off.

A picture is named by its hash before a byte of it is there: a command may speak of it first. Bytes wait in a file of
their own beside the stored ones; whole and hashed, they become a stored file.
"""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from kiwanda.core import clock, files
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import StoredFile
from kiwanda.factory.devices.models import Photo
from kiwanda.factory.devices.states import PHOTO

#: A photo made small by the phone stays below 60 KB; this is the last word.
LARGEST = 200 * 1024
CHUNK = 16 * 1024
#: Bytes that stopped coming are dropped; the phone may begin again.
EXPIRE = timedelta(days=7)
#: Enough of a file to tell what it is.
HEAD = 12


class NotAPicture(Exception):
    """The bytes are no JPEG, PNG or WebP, or not those of the hash."""


class WrongOffset(Exception):
    """The phone and the factory disagree on how far it is."""


class TooLarge(Exception):
    """More than a photo may have."""


def promise(artisan_id: UUID, sha256: str) -> None:
    """A command speaks of a picture whose bytes come later. The file's row stands already, so that it can be named."""
    now = clock.now()
    if StoredFile.objects.filter(pk=sha256).exists():
        return
    StoredFile.objects.bulk_create(
        [StoredFile(sha256=sha256, content_type="", size=0, stored_at=now)], ignore_conflicts=True
    )
    Photo.objects.bulk_create(
        [Photo(id=new_id(), artisan_id=artisan_id, sha256=sha256, begun_at=now, touched_at=now)],
        ignore_conflicts=True,
    )


def begin(artisan_id: UUID, sha256: str, length: int) -> Photo:
    """The upload of this picture by this artisan: a new one, or the one begun before with what is there of it."""
    if not 0 < length <= LARGEST:
        raise TooLarge
    now = clock.now()
    with transaction.atomic():
        Photo.objects.bulk_create(
            [Photo(id=new_id(), artisan_id=artisan_id, sha256=sha256, length=length, begun_at=now, touched_at=now)],
            ignore_conflicts=True,
        )
        row = Photo.objects.select_for_update().get(artisan_id=artisan_id, sha256=sha256)
        if row.state == "complete":
            return row
        if _is_here(sha256):
            # Somebody sent the same picture before: nothing to send.
            return _finish(row, length)
        if row.state != "waiting":
            PHOTO.move(row, "waiting", offset=0, length=length)
        if row.length != length:
            # Promised only, or begun with a wrong length: from the beginning.
            row.length, row.offset = length, 0
        row.touched_at = now
        row.save(update_fields=["length", "offset", "touched_at"])
        return row


def find(artisan_id: UUID, photo_id: UUID) -> Photo | None:
    """An artisan's own upload."""
    return Photo.objects.filter(pk=photo_id, artisan_id=artisan_id).first()


def take(artisan_id: UUID, photo_id: UUID, offset: int, data: bytes) -> Photo:
    """Add ``data`` at ``offset``; the row moves only after the bytes are on the disk. The last piece completes it.

    Raises :class:`WrongOffset`, :class:`TooLarge`, :class:`NotAPicture` (then nothing is kept of it).
    """
    refused: Photo | None = None
    with transaction.atomic():
        row = Photo.objects.select_for_update().get(pk=photo_id, artisan_id=artisan_id)
        if row.state != "waiting" or offset != row.offset:
            raise WrongOffset
        if offset + len(data) > row.length:
            raise TooLarge
        _put(row, offset, data)
        row.offset, row.touched_at = offset + len(data), clock.now()
        whole = row.offset == row.length
        if not looks_like_picture(_head(row)) or (whole and not _complete(row)):
            PHOTO.move(row, "refused", offset=0)
            refused = row
        else:
            row.save(update_fields=["offset", "touched_at", "state"])
    if refused is not None:
        part(refused.id).unlink(missing_ok=True)
        raise NotAPicture
    if row.state == "complete":
        part(row.id).unlink(missing_ok=True)
    return row


def expire() -> int:
    """Drop what stopped coming, and bytes without a row. Returns how many uploads were given up."""
    old = Photo.objects.filter(state="waiting", length__gt=0, touched_at__lt=clock.now() - EXPIRE)
    given_up = 0
    for row in old[:500]:
        with transaction.atomic():
            given_up += Photo.objects.filter(pk=row.pk, state="waiting", touched_at=row.touched_at).update(
                state="expired", offset=0
            )
        part(row.id).unlink(missing_ok=True)
    return given_up


def part(photo_id: UUID) -> Path:
    """Where the bytes of an unfinished upload lie."""
    return Path(settings.KIWANDA_FILES) / "uploads" / f"{photo_id}.part"


def looks_like_picture(head: bytes) -> bool:
    """Whether a file that begins so may be a JPEG, PNG or WebP (HEIC and the rest are not)."""
    for magic in files.PICTURE_KINDS:
        known = min(len(head), len(magic))
        if head[:known] == magic[:known]:
            return magic != b"RIFF" or len(head) < HEAD or head[8:HEAD] == b"WEBP"
    return False


def _is_here(sha256: str) -> bool:
    return StoredFile.objects.filter(pk=sha256, size__gt=0).exists() and files.path_of(sha256).exists()


def _finish(row: Photo, length: int) -> Photo:
    PHOTO.move(row, "waiting") if row.state != "waiting" else None
    row.length = row.offset = length
    Photo.objects.filter(pk=row.pk).update(length=length, offset=length)
    return PHOTO.move(row, "complete")


def _put(row: Photo, offset: int, data: bytes) -> None:
    """Write at ``offset``: what a killed process wrote beyond it before is written over."""
    path = part(row.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as stream:
        stream.seek(offset)
        stream.write(data)
        stream.truncate()
        stream.flush()
        os.fsync(stream.fileno())


def _head(row: Photo) -> bytes:
    with part(row.id).open("rb") as stream:
        return stream.read(HEAD)


def _complete(row: Photo) -> bool:
    """Make the bytes a stored file when they are what was announced."""
    data = part(row.id).read_bytes()
    if len(data) != row.length or hashlib.sha256(data).hexdigest() != row.sha256:
        return False
    try:
        stored = files.save_picture(data)
    except Rejected:
        return False
    if stored.size != len(data):
        kind = next(kind for magic, kind in files.PICTURE_KINDS.items() if data.startswith(magic))
        StoredFile.objects.filter(pk=stored.pk).update(content_type=kind, size=len(data))
    row.state = "complete"
    return True
