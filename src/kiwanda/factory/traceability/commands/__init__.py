"""What traceability can do."""

from kiwanda.factory.traceability.commands.publish_passport import publish_passport
from kiwanda.factory.traceability.commands.recheck_claims import recheck_claims
from kiwanda.factory.traceability.commands.withdraw_passport import withdraw_passport

__all__ = ["publish_passport", "recheck_claims", "withdraw_passport"]
