"""Phone numbers as people write them, in the one form the vault keeps (E.164)."""

from __future__ import annotations

import re

import phonenumbers

from kiwanda.core.errors import Invalid
from kiwanda.factory.network.errors import NetworkError

#: Kenyan mobile numbers: 7xx xxx xxx and 1xx xxx xxx after the country code.
_MOBILE = re.compile(r"[17]\d{8}")
KENYA = 254


def normalised(phone: str, *, field: str = "phone") -> str:
    """``0712 345 678``, ``712345678``, ``254712345678`` or ``+254 (0) 712-345-678`` as ``+254712345678``.

    A number is taken when it has the form of a Kenyan mobile number; blocks that no operator uses yet are not refused,
    because new blocks are given out faster than tables follow.
    """
    # What the refusal quotes must be fit to be shown.
    written = "".join(sign for sign in phone[:40] if sign.isprintable()).strip() if isinstance(phone, str) else ""
    if not written or len(written) > 30:
        raise Invalid(NetworkError.PHONE_WRONG, field=field, phone=written[:30])
    plain = re.sub(r"\(0\)", "", written)
    if re.match(r"(00)?254", plain):
        plain = "+" + plain.removeprefix("00")
    try:
        number = phonenumbers.parse(plain, "KE")
    except phonenumbers.NumberParseException:
        raise Invalid(NetworkError.PHONE_WRONG, field=field, phone=written) from None
    national = phonenumbers.national_significant_number(number)
    if number.country_code != KENYA or number.extension or not _MOBILE.fullmatch(national):
        raise Invalid(NetworkError.PHONE_WRONG, field=field, phone=written)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(phone: str) -> str:
    """``+2547•• ••• 678``: enough to recognise one's own number, not enough to call it."""
    return f"{phone[:5]}•• ••• {phone[-3:]}" if len(phone) > 8 else "•••"
