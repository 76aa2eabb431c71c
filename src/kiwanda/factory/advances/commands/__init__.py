"""What can be done about advances."""

from kiwanda.factory.advances.commands.decide_advance import confirm_advance, decide_advance, withdraw_advance
from kiwanda.factory.advances.commands.give_material import give_material
from kiwanda.factory.advances.commands.pause_advance import pause_advance
from kiwanda.factory.advances.commands.record_loan_answer import record_loan_answer
from kiwanda.factory.advances.commands.record_pay_off import record_pay_off
from kiwanda.factory.advances.commands.request_advance import request_advance
from kiwanda.factory.advances.commands.set_advance_terms import set_advance_terms
from kiwanda.factory.advances.commands.write_off_advance import write_off_advance

__all__ = [
    "confirm_advance",
    "decide_advance",
    "give_material",
    "pause_advance",
    "record_loan_answer",
    "record_pay_off",
    "request_advance",
    "set_advance_terms",
    "withdraw_advance",
    "write_off_advance",
]
