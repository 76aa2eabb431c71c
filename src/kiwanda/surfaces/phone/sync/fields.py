"""Plain values out of what a phone sent. Each gives the value or says which field is wrong."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from kiwanda.core.errors import CoreError, Invalid

_SHA256 = re.compile(r"[0-9a-f]{64}")
#: What any of our integer columns holds.
MOST = 2**53


class Args:
    """The arguments of one command, read by name and kind. Unknown names are passed over: a newer app may send more."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def has(self, name: str) -> bool:
        return self._values.get(name) not in (None, "")

    def id(self, name: str) -> UUID:
        value = self._values.get(name)
        if isinstance(value, str) and len(value) <= 40:
            try:
                return UUID(value)
            except ValueError:
                pass
        raise Invalid(CoreError.MALFORMED, field=name, reason="an id is expected")

    def ids(self, name: str, most: int) -> list[UUID]:
        values = self._values.get(name)
        if not isinstance(values, list) or not 0 < len(values) <= most:
            raise Invalid(CoreError.MALFORMED, field=name, reason=f"1 to {most} ids are expected")
        return [Args({name: value}).id(name) for value in values]

    def whole(self, name: str) -> int:
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not -MOST < value < MOST:
            raise Invalid(CoreError.MALFORMED, field=name, reason="a whole number is expected")
        return value

    def maybe_whole(self, name: str) -> int | None:
        return self.whole(name) if self.has(name) else None

    def number(self, name: str) -> Decimal:
        """A number, or text as somebody types it."""
        value = self._values.get(name)
        try:
            if isinstance(value, bool) or not isinstance(value, (int, float, str)) or len(str(value)) > 20:
                raise InvalidOperation
            found = Decimal(str(value).replace(",", ".").strip())
            if not found.is_finite():
                raise InvalidOperation
        except InvalidOperation:
            raise Invalid(CoreError.MALFORMED, field=name, reason="a number is expected") from None
        return found

    def text(self, name: str, most: int, *, required: bool = False) -> str:
        value = self._values.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise Invalid(CoreError.MALFORMED, field=name, reason="text is expected")
        # Cut rather than refused: a long reason is still a reason.
        found = value.strip()[:most]
        if required and not found:
            raise Invalid(CoreError.MISSING, field=name)
        return found

    def flag(self, name: str) -> bool:
        return self._values.get(name) is True

    def day(self, name: str) -> date:
        value = self._values.get(name)
        if isinstance(value, str) and len(value) == 10:
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise Invalid(CoreError.MALFORMED, field=name, reason="a day is expected")

    def maybe_day(self, name: str) -> date | None:
        return self.day(name) if self.has(name) else None

    def picture(self, name: str) -> str:
        """A picture's SHA-256, or ''."""
        if not self.has(name):
            return ""
        value = self._values[name]
        if not isinstance(value, str) or not _SHA256.fullmatch(value):
            raise Invalid(CoreError.MALFORMED, field=name, reason="a picture is named by its SHA-256")
        return value
