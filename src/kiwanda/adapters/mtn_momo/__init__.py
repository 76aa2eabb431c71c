"""MTN Mobile Money: payouts by the Disbursement API, with a local simulator."""

from kiwanda.adapters.mtn_momo.rail import MomoCredentials, MtnMomoRail
from kiwanda.adapters.mtn_momo.simulator import MomoSimulator

__all__ = ["MomoCredentials", "MomoSimulator", "MtnMomoRail"]
