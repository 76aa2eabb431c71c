"""The GSMA Mobile Money API 1.2: payouts by ``disbursement`` transactions, with a local simulator."""

from kiwanda.adapters.gsma_mm.rail import GsmaCredentials, GsmaRail
from kiwanda.adapters.gsma_mm.simulator import GsmaSimulator

__all__ = ["GsmaCredentials", "GsmaRail", "GsmaSimulator"]
