"""Safaricom's Daraja: payouts to M-Pesa wallets (B2C v3), their results, status queries, balances and statements."""

from kiwanda.adapters.daraja.gateway import Credentials, Gateway
from kiwanda.adapters.daraja.rail import DarajaRail

__all__ = ["Credentials", "DarajaRail", "Gateway"]
