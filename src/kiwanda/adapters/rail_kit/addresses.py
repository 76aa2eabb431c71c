"""Addresses that only we can have made: unsigned posts are believed only where they come to one."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from kiwanda.ports.payments import PostRefused


class Addresses:
    """Addresses below ``base`` for attempts, made with ``secret`` (16 characters or more)."""

    def __init__(self, base: str, secret: str) -> None:
        if len(secret) < 16:
            raise ValueError("The secret of the callback addresses has at least 16 characters.")
        self._base, self._secret = base.rstrip("/"), secret.encode()

    def of(self, attempt_id: UUID) -> str:
        return f"{self._base}/{attempt_id.hex}-{self._code(attempt_id)}"

    def named(self, path: str) -> UUID:
        """The attempt an address was made for. Raises :class:`PostRefused` for one that we did not make."""
        identifier, _, code = path.partition("-")
        try:
            attempt_id = UUID(hex=identifier)
        except ValueError:
            raise PostRefused("No such address.") from None
        if not hmac.compare_digest(code.encode(), self._code(attempt_id).encode()):
            raise PostRefused("No such address.")
        return attempt_id

    def is_ours(self, path: str) -> bool:
        try:
            self.named(path)
        except PostRefused:
            return False
        return True

    def _code(self, attempt_id: UUID) -> str:
        return hmac.new(self._secret, attempt_id.bytes, hashlib.sha256).hexdigest()[:32]
