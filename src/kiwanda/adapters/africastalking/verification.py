"""Africa's Talking signs nothing: its callbacks are known by a secret in their address and by where they come from."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network


class Caller:
    """``secret`` is part of the callback address; ``networks`` (CIDR) are the provider's, empty for any.

    Without a secret nothing is genuine.
    """

    def __init__(self, secret: str, networks: Sequence[str] = ()) -> None:
        self._secret = secret
        self._networks: list[IPv4Network | IPv6Network] = [
            ip_network(text.strip()) for text in networks if text.strip()
        ]

    def genuine(self, headers: Mapping[str, str], body: bytes, *, secret: str, remote: str, now: datetime) -> bool:
        """Whether the address held the secret and the caller is one of the provider's."""
        if not self._secret or not hmac.compare_digest(self._secret.encode(), secret.encode(errors="replace")):
            return False
        if not self._networks:
            return True
        try:
            address = ip_address(remote)
        except ValueError:
            return False
        return any(address in network for network in self._networks)
