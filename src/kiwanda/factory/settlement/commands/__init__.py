"""What settlement can do."""

from kiwanda.factory.settlement.commands.answer_correction import answer_correction
from kiwanda.factory.settlement.commands.approve_instant_pay import approve_instant_pay
from kiwanda.factory.settlement.commands.approve_payout_batch import approve_payout_batch
from kiwanda.factory.settlement.commands.call_off_work import Stage, call_off_work
from kiwanda.factory.settlement.commands.cancel_payout_batch import cancel_payout_batch
from kiwanda.factory.settlement.commands.create_payout_batch import create_payout_batch
from kiwanda.factory.settlement.commands.decide_correction import decide_correction
from kiwanda.factory.settlement.commands.decide_number import decide_number
from kiwanda.factory.settlement.commands.decide_reversal import decide_reversal
from kiwanda.factory.settlement.commands.end_instant_pay import end_instant_pay
from kiwanda.factory.settlement.commands.exchange_money import exchange_money
from kiwanda.factory.settlement.commands.freeze_payouts import freeze_payouts
from kiwanda.factory.settlement.commands.import_rail_statement import import_rail_statement
from kiwanda.factory.settlement.commands.pay_at_once import pay_at_once
from kiwanda.factory.settlement.commands.propose_correction import propose_correction
from kiwanda.factory.settlement.commands.propose_instant_pay import propose_instant_pay
from kiwanda.factory.settlement.commands.propose_reversal import propose_reversal
from kiwanda.factory.settlement.commands.query_payout import query_payout
from kiwanda.factory.settlement.commands.record_attempt import record_attempt
from kiwanda.factory.settlement.commands.record_fx_rate import record_fx_rate
from kiwanda.factory.settlement.commands.record_own_funds import record_own_funds
from kiwanda.factory.settlement.commands.record_rail_answer import record_rail_answer
from kiwanda.factory.settlement.commands.release_payout import release_payout
from kiwanda.factory.settlement.commands.resolve_difference import resolve_difference
from kiwanda.factory.settlement.commands.resume_payouts import resume_payouts
from kiwanda.factory.settlement.commands.retry_payout import retry_payout
from kiwanda.factory.settlement.commands.reverse_by_line import reverse_by_line
from kiwanda.factory.settlement.commands.send_payout import send_payout
from kiwanda.factory.settlement.commands.set_pay_limits import set_pay_limits
from kiwanda.factory.settlement.commands.settle_by_line import settle_by_line
from kiwanda.factory.settlement.commands.settle_review import settle_review
from kiwanda.factory.settlement.commands.stop_payouts import stop_payouts

__all__ = [
    "Stage",
    "answer_correction",
    "approve_instant_pay",
    "approve_payout_batch",
    "call_off_work",
    "cancel_payout_batch",
    "create_payout_batch",
    "decide_correction",
    "decide_number",
    "decide_reversal",
    "end_instant_pay",
    "exchange_money",
    "freeze_payouts",
    "import_rail_statement",
    "pay_at_once",
    "propose_correction",
    "propose_instant_pay",
    "propose_reversal",
    "query_payout",
    "record_attempt",
    "record_fx_rate",
    "record_own_funds",
    "record_rail_answer",
    "release_payout",
    "resolve_difference",
    "resume_payouts",
    "retry_payout",
    "reverse_by_line",
    "send_payout",
    "set_pay_limits",
    "settle_by_line",
    "settle_review",
    "stop_payouts",
]
