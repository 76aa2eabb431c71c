"""What production can do."""

from kiwanda.factory.production.commands.hand_in import hand_in
from kiwanda.factory.production.commands.issue_components import issue_components
from kiwanda.factory.production.commands.move_waiting_due_days import move_waiting_due_days
from kiwanda.factory.production.commands.receive_hand_in import receive_hand_in
from kiwanda.factory.production.commands.report_progress import report_progress
from kiwanda.factory.production.commands.settle_discrepancy import settle_discrepancy

__all__ = [
    "hand_in",
    "issue_components",
    "move_waiting_due_days",
    "receive_hand_in",
    "report_progress",
    "settle_discrepancy",
]
