"""GS1 identifiers: check digits, GTIN-14, SSCC-18, GLN, Digital Link addresses and their canonical form.

A GS1 company prefix is licensed. Without one Kiwanda issues its own numbers in the restricted-circulation range
(prefix 2…), which are valid in form, unique in this factory and resolvable under its own address, but mean nothing
to strangers' tills. Source: GS1 General Specifications; Digital Link URI syntax 1.2.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

#: Restricted-circulation prefix (GS1 General Specifications 2.1.11): for use inside one organisation.
RESTRICTED_PREFIX = "2"

#: Reference host of canonical Digital Links (CBV 2.0, section 8.9).
CANONICAL_HOST = "https://id.gs1.org"


def check_digit(digits: str) -> str:
    """The GS1 mod-10 check digit of ``digits`` (weights 3, 1, 3 … from the right)."""
    if not digits.isascii() or not digits.isdigit():
        raise ValueError(f"{digits!r} is not a row of digits")
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def is_valid(code: str, length: int) -> bool:
    """True when ``code`` has ``length`` digits and its last is the check digit of the others."""
    return code.isascii() and code.isdigit() and len(code) == length and check_digit(code[:-1]) == code[-1]


def gtin14(code: str) -> str:
    """``code`` (GTIN-8, -12, -13 or -14) as a GTIN-14; ValueError when its check digit is wrong."""
    if len(code) not in (8, 12, 13, 14) or not is_valid(code, len(code)):
        raise ValueError(f"{code!r} is not a GTIN: the check digit or the length is wrong")
    return code.zfill(14)


def self_issued_gtin(source: UUID) -> str:
    """A GTIN-14 (a GTIN-13 in restricted circulation, zero-padded) drawn from ``source``: 10**11 numbers.

    Callers keep a unique constraint; on the rare clash they draw again from another id.
    """
    body = RESTRICTED_PREFIX + _digits(source, 11)
    return "0" + body + check_digit(body)


def self_issued_sscc(source: UUID) -> str:
    """An SSCC-18 with extension digit 0 in the restricted range, drawn from ``source``."""
    body = "0" + RESTRICTED_PREFIX + _digits(source, 15)
    return body + check_digit(body)


def self_issued_gln(source: UUID) -> str:
    """A GLN-13 in the restricted range for a workshop or hub."""
    body = RESTRICTED_PREFIX + _digits(source, 11)
    return body + check_digit(body)


def serial(number: int, length: int = 8) -> str:
    """A piece's serial: decimal, zero-padded, within AI 21's twenty characters."""
    text = str(number).zfill(length)
    if number < 1 or len(text) > 20:
        raise ValueError(f"{number} is no serial")
    return text


def sgtin_link(gtin: str, piece_serial: str, host: str = CANONICAL_HOST) -> str:
    """Digital Link of one piece."""
    return f"{host}/01/{gtin}/21/{piece_serial}"


def lgtin_link(gtin: str, lot: str, host: str = CANONICAL_HOST) -> str:
    """Digital Link of a batch."""
    return f"{host}/01/{gtin}/10/{lot}"


def sgln_link(gln: str, host: str = CANONICAL_HOST) -> str:
    """Digital Link of a place."""
    return f"{host}/414/{gln}"


def sscc_link(sscc: str, host: str = CANONICAL_HOST) -> str:
    """Digital Link of a carton."""
    return f"{host}/00/{sscc}"


def _digits(source: UUID, count: int) -> str:
    number = int.from_bytes(hashlib.sha256(b"kiwanda-gs1" + source.bytes).digest(), "big")
    return str(number % 10**count).zfill(count)
