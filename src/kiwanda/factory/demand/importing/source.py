"""From an upload to a seekable local file whose kind, size, digest and text encoding are known.

Everything is bounded: nothing is held in memory beyond a chunk, unpacking stops at a limit.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .problems import FileRefused, Problem

CHUNK = 1 << 20
MAX_BYTES = 1 << 30
"""Unpacked size at which a file is refused (1 GiB: about 12 million order lines)."""

BOMB_RATIO = 200
BOMB_FLOOR = 64 << 20
"""A text table packs 5 to 50 times; beyond 200 times and 64 MiB it is a bomb, not a table."""

Source = Path | str | bytes | BinaryIO

_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook (save it as .xlsx)"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"),
    (b"SQLite format 3", "a database"),
)


@dataclass(slots=True)
class LocalFile:
    """A seekable file ready to be read. `kind` is "text" or "zip"; `encoding` is set for text only."""

    stream: BinaryIO
    name: str
    size: int
    sha256: str
    kind: str
    encoding: str = ""
    fallback: bool = False
    has_nul: bool = False


@contextmanager
def local_file(source: Source, name: str = "") -> Iterator[LocalFile]:
    """Open a path, bytes or a binary stream; unpack gzip to a temporary file; look at it once from end to end.

    Raises
    ------
    FileRefused
        Empty, too large, unreadable, a bomb, broken gzip, of a known other kind, or in no known encoding.
    """
    closing: list[BinaryIO] = []
    try:
        try:
            stream, found_name = _seekable(source, closing)
            name = name or found_name
            head = stream.read(16)
            if head[:2] == b"\x1f\x8b":
                stream = _gunzip(stream, closing)
                head = stream.read(16)
            yield _look(stream, name, head)
        except OSError as error:
            raise FileRefused(Problem.FILE_UNREADABLE, reason=error.strerror or type(error).__name__) from error
    finally:
        for opened in closing:
            opened.close()


def _seekable(source: Source, closing: list[BinaryIO]) -> tuple[BinaryIO, str]:
    if isinstance(source, bytes):
        spool: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller's list
        closing.append(spool)
        spool.write(source)
        spool.seek(0)
        return spool, ""
    if isinstance(source, str | Path):
        if not Path(source).is_file():
            raise FileRefused(Problem.FILE_UNREADABLE, reason="there is no such file")
        opened = open(source, "rb")  # noqa: SIM115 - closed by the caller's list
        closing.append(opened)
        return opened, Path(source).name
    name = os.path.basename(str(getattr(source, "name", "") or ""))
    if source.seekable():
        source.seek(0)
        return source, name
    spool = tempfile.TemporaryFile()  # noqa: SIM115
    closing.append(spool)
    total = 0
    while chunk := source.read(CHUNK):
        total += len(chunk)
        if total > MAX_BYTES:
            raise FileRefused(Problem.FILE_TOO_LARGE, limit="1 GiB")
        spool.write(chunk)
    spool.seek(0)
    return spool, name


def _gunzip(stream: BinaryIO, closing: list[BinaryIO]) -> BinaryIO:
    packed = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    plain: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115
    closing.append(plain)
    total = 0
    try:
        with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
            while chunk := unpacked.read(CHUNK):
                total += len(chunk)
                if total > BOMB_FLOOR and total > packed * BOMB_RATIO:
                    raise FileRefused(Problem.FILE_BOMB, detail=f"over {total >> 20} MiB from {packed >> 10} KiB")
                if total > MAX_BYTES:
                    raise FileRefused(Problem.FILE_TOO_LARGE, limit="1 GiB")
                plain.write(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FileRefused(Problem.GZIP_BROKEN) from error
    plain.seek(0)
    return plain


def _look(stream: BinaryIO, name: str, head: bytes) -> LocalFile:
    if not head:
        raise FileRefused(Problem.FILE_EMPTY)
    if head[:4] == b"PK\x03\x04":
        digest, size = hashlib.sha256(), 0
        stream.seek(0)
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
        return LocalFile(stream, name, size, digest.hexdigest(), "zip")
    if head[:4] in (b"PK\x05\x06", b"PK\x07\x08"):
        raise FileRefused(Problem.NOT_A_TABLE, kind="an empty or split zip archive")
    if head[:2] == b"\x1f\x8b":
        raise FileRefused(Problem.NOT_A_TABLE, kind="a gzip file inside a gzip file")
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            raise FileRefused(Problem.NOT_A_TABLE, kind=kind)
    opening = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doc", b"<html", b"<?xml")):
        raise FileRefused(Problem.NOT_A_TABLE, kind="a web page or XML")
    if opening.startswith((b"{", b"[{")):
        raise FileRefused(Problem.NOT_A_TABLE, kind="JSON")
    return _text(stream, name)


def _guess_wide(head: bytes) -> str:
    """UTF-16 or UTF-32 by byte-order mark, or UTF-16 without one by where the zero bytes stand; else ""."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[:4096]
    pairs = len(sample) // 2
    if pairs >= 4:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if odd > 0.4 * pairs and even < 0.05 * pairs:
            return "utf-16-le"
        if even > 0.4 * pairs and odd < 0.05 * pairs:
            return "utf-16-be"
    return ""


def _text(stream: BinaryIO, name: str) -> LocalFile:
    """One pass over all bytes: digest, size, NULs, controls, and whether each candidate encoding holds to the end."""
    stream.seek(0)
    head = stream.read(4096)
    wide = _guess_wide(head)
    encoding = wide or ("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "utf-8")
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    stream.seek(0)
    digest, size, nuls, controls, lines, wide_seen = hashlib.sha256(), 0, 0, 0, 0, False
    broken_line = 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            raise FileRefused(Problem.FILE_TOO_LARGE, limit="1 GiB")
        if not broken_line:
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start]
                broken_line = lines + before.count(b"\n") + 1
                wide_seen = wide_seen or any(byte > 0x7F for byte in before[:65536])
            else:
                nuls += text.count("\0")
                if wide and size <= CHUNK and _mostly_controls(text[:4096]):
                    raise FileRefused(Problem.NOT_A_TABLE, kind="binary data")
                if not wide_seen and not text.isascii():
                    wide_seen = True
        if not wide:
            controls += len(chunk) - len(chunk.translate(None, _CONTROLS))
        lines += chunk.count(b"\n")
    if not broken_line:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            broken_line = lines + 1
    if not wide and controls + nuls > max(16, size // 50):
        raise FileRefused(Problem.NOT_A_TABLE, kind="binary data")
    if broken_line:
        if wide:
            raise FileRefused(Problem.ENCODING_DAMAGED, encoding="UTF-16", line=broken_line)
        if wide_seen or encoding == "utf-8-sig":
            raise FileRefused(Problem.ENCODING_DAMAGED, encoding="UTF-8", line=broken_line)
        nuls = _check_cp1252(stream)
        encoding = "cp1252"
    stream.seek(0)
    return LocalFile(stream, name, size, digest.hexdigest(), "text", encoding, encoding == "cp1252", nuls > 0)


def _mostly_controls(text: str) -> bool:
    return sum(ch < " " and ch not in "\t\r\n" for ch in text) > max(2, len(text) // 20)


_CONTROLS = bytes(set(range(32)) - {0, 9, 10, 13}) + b"\x7f"


def _check_cp1252(stream: BinaryIO) -> int:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("cp1252")("strict")
    lines = nuls = 0
    while chunk := stream.read(CHUNK):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            line = lines + chunk[: error.start].count(b"\n") + 1
            raise FileRefused(Problem.ENCODING_UNKNOWN, byte=f"0x{chunk[error.start]:02X}", line=line) from error
        lines += chunk.count(b"\n")
        nuls += chunk.count(0)
    return nuls
