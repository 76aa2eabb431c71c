"""What settlement can do."""

from kiwanda.factory.settlement.commands.approve_payout_batch import approve_payout_batch
from kiwanda.factory.settlement.commands.cancel_payout_batch import cancel_payout_batch
from kiwanda.factory.settlement.commands.create_payout_batch import create_payout_batch
from kiwanda.factory.settlement.commands.import_rail_statement import import_rail_statement
from kiwanda.factory.settlement.commands.query_payout import query_payout
from kiwanda.factory.settlement.commands.record_attempt import record_attempt
from kiwanda.factory.settlement.commands.record_rail_answer import record_rail_answer
from kiwanda.factory.settlement.commands.retry_payout import retry_payout
from kiwanda.factory.settlement.commands.send_payout import send_payout
from kiwanda.factory.settlement.commands.settle_review import settle_review

__all__ = [
    "approve_payout_batch", "cancel_payout_batch", "create_payout_batch", "import_rail_statement",
    "query_payout", "record_attempt",
    "record_rail_answer", "retry_payout", "send_payout", "settle_review",
]
