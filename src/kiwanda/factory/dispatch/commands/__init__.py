"""What dispatch can do."""

from kiwanda.factory.dispatch.commands.accept_offer import accept_offer
from kiwanda.factory.dispatch.commands.answer_contest import answer_contest
from kiwanda.factory.dispatch.commands.answer_counter import answer_counter
from kiwanda.factory.dispatch.commands.close_work_order import close_work_order
from kiwanda.factory.dispatch.commands.contest_reassignment import contest_reassignment
from kiwanda.factory.dispatch.commands.counter_offer import counter_offer
from kiwanda.factory.dispatch.commands.decline_offer import decline_offer
from kiwanda.factory.dispatch.commands.expire_offers import expire_offers
from kiwanda.factory.dispatch.commands.move_due_day import move_due_day
from kiwanda.factory.dispatch.commands.note_reasons import note_reasons
from kiwanda.factory.dispatch.commands.offer_elsewhere import offer_elsewhere
from kiwanda.factory.dispatch.commands.reassign_offer import reassign_offer
from kiwanda.factory.dispatch.commands.reassign_work import reassign_work
from kiwanda.factory.dispatch.commands.send_wave import send_wave
from kiwanda.factory.dispatch.commands.withdraw_offer import withdraw_offer

__all__ = [
    "accept_offer",
    "answer_contest",
    "answer_counter",
    "close_work_order",
    "contest_reassignment",
    "counter_offer",
    "decline_offer",
    "expire_offers",
    "move_due_day",
    "note_reasons",
    "offer_elsewhere",
    "reassign_offer",
    "reassign_work",
    "send_wave",
    "withdraw_offer",
]
