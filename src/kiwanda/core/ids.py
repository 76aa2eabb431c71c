"""Identifiers: UUIDv7 everywhere (time-ordered, safe to make on a phone), and short codes people can read aloud."""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID, uuid5

from uuid6 import uuid7

#: Namespace for ids derived from other ids, so that a reaction repeated after a crash makes the same id again.
DERIVED = UUID("6f2c0f0e-8f5b-5d0a-9c6a-4b6977616e64")

#: No 0/O, 1/I/L, U: characters that are confused when read aloud or typed on a small keypad.
READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return UUID(int=uuid7().int)


def derived_id(*parts: object) -> UUID:
    """A stable id made from ``parts``; the same parts always give the same id."""
    return uuid5(DERIVED, "\x1f".join(str(part) for part in parts))


def readable_code(prefix: str, source: UUID, length: int = 6) -> str:
    """A short human code such as ``WO-7K3M9Q`` drawn from ``source``.

    Six characters give 30**6 = 729 million codes; callers keep a unique constraint and may ask for more length.
    """
    number = int.from_bytes(hashlib.sha256(source.bytes).digest()[:16], "big")
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(READABLE))
        letters.append(READABLE[rest])
    return f"{prefix}-{''.join(letters)}"


def random_digits(length: int) -> str:
    """``length`` random decimal digits for one-time passwords."""
    return "".join(secrets.choice("0123456789") for _ in range(length))
