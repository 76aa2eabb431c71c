"""Photos by tus 1.0.0: sixteen kilobytes at a time, each with its checksum, going on where the line was cut."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kiwanda.factory.devices import photos
from kiwanda.factory.devices.models import Photo
from kiwanda.surfaces.phone.sync.doorkeeping import CHUNKS, Caller, caller_of
from kiwanda.surfaces.phone.sync.http import TOO_LARGE, Refused, door, malformed, nothing

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK_TYPE = "application/offset+octet-stream"
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: A chunk may be larger than the app sends, for other clients.
LARGEST_CHUNK = 64 * 1024

UNKNOWN = ("There is no such upload.", "Hakuna upakiaji kama huo.")
OFFSET = ("It goes on at another place.", "Inaendelea mahali pengine.")
BROKEN = ("The bytes were broken on the way.", "Data iliharibika njiani.")
NO_PICTURE = ("Only JPEG, PNG or WebP pictures are taken.", "Picha za JPEG, PNG au WebP tu ndizo zinazopokelewa.")
VERSION = ("tus 1.0.0 is spoken here.", "Hapa inatumika tus 1.0.0.")


@door("POST", "OPTIONS")
def create(request: HttpRequest) -> HttpResponse:
    """Begin an upload, or find the one begun before."""
    if request.method == "OPTIONS":
        return nothing(
            headers={
                **TUS,
                "Tus-Version": "1.0.0",
                "Tus-Extension": "creation,checksum,expiration",
                "Tus-Max-Size": str(photos.LARGEST),
                "Tus-Checksum-Algorithm": "sha256",
            }
        )
    caller = caller_of(request)
    CHUNKS.knock(str(caller.device.id))
    _check_version(request)
    length = _number(request, "Upload-Length")
    sha256 = _announced_hash(request)
    try:
        row = photos.begin(caller.id, sha256, length)
    except photos.TooLarge:
        raise Refused(413, "too_large", TOO_LARGE, TUS) from None
    place = {"Location": reverse("phone:file", args=[row.id])}
    return nothing(200 if row.state == "complete" else 201, {**_standing(row), **place})


@door("HEAD", "PATCH", "POST")
def upload(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """How far it is (HEAD), or the next piece (PATCH; POST with the override where a proxy strips that)."""
    caller = caller_of(request)
    CHUNKS.knock(str(caller.device.id))
    _check_version(request)
    row = photos.find(caller.id, photo_id)
    if row is None:
        raise Refused(404, "unknown_upload", UNKNOWN, TUS)
    if request.method == "HEAD":
        if row.state in ("expired", "refused"):
            raise Refused(410, "unknown_upload", UNKNOWN, TUS)
        return nothing(200, _standing(row))
    if request.method == "POST" and request.headers.get("X-HTTP-Method-Override", "").upper() != "PATCH":
        raise Refused(405, "method", VERSION, {**TUS, "Allow": "HEAD, PATCH"})
    return _next_piece(request, caller, row)


def _next_piece(request: HttpRequest, caller: Caller, row: Photo) -> HttpResponse:
    offset = _number(request, "Upload-Offset")
    if row.state == "complete" and offset == row.length:
        # The answer to the last piece was lost.
        return nothing(204, _standing(row))
    if request.headers.get("Content-Type", "").partition(";")[0].strip() != CHUNK_TYPE:
        raise Refused(415, "content_type", VERSION, TUS)
    if row.state in ("expired", "refused"):
        raise Refused(410, "unknown_upload", UNKNOWN, TUS)
    # One byte more than may come tells that it is too much.
    data = request.read(LARGEST_CHUNK + 1)
    if len(data) > LARGEST_CHUNK:
        raise Refused(413, "too_large", TOO_LARGE, TUS)
    if not _is_whole(request, data):
        raise Refused(460, "checksum", BROKEN, TUS)
    try:
        moved = photos.take(caller.id, row.id, offset, data)
    except photos.WrongOffset:
        raise Refused(409, "offset", OFFSET, TUS) from None
    except photos.TooLarge:
        raise Refused(413, "too_large", TOO_LARGE, TUS) from None
    except photos.NotAPicture:
        raise Refused(415, "no_picture", NO_PICTURE, TUS) from None
    return nothing(204, _standing(moved))


def _standing(row: Photo) -> dict[str, str]:
    return {**TUS, "Upload-Offset": str(row.offset), "Upload-Length": str(row.length)}


def _check_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != "1.0.0":
        raise Refused(412, "tus_version", VERSION, {"Tus-Version": "1.0.0"})


def _number(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise malformed(name)
    return int(text)


def _announced_hash(request: HttpRequest) -> str:
    for pair in request.headers.get("Upload-Metadata", "")[:2000].split(","):
        key, _, value = pair.strip().partition(" ")
        if key != "sha256":
            continue
        raw = _bytes(value)
        # Both the hash's text and its bytes are understood.
        found = raw.hex() if len(raw) == 32 else raw.decode("ascii", errors="replace").lower()
        if _SHA256.fullmatch(found):
            return found
    raise malformed("Upload-Metadata")


def _is_whole(request: HttpRequest, data: bytes) -> bool:
    """The checksum is not a choice: what a bad line broke must never be kept."""
    algorithm, _, value = request.headers.get("Upload-Checksum", "").partition(" ")
    if algorithm.lower() != "sha256":
        raise malformed("Upload-Checksum")
    return hashlib.sha256(data).digest() == _bytes(value)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
