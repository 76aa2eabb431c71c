"""What dispatch can do."""

from kiwanda.factory.dispatch.commands.accept_offer import accept_offer
from kiwanda.factory.dispatch.commands.answer_counter import answer_counter
from kiwanda.factory.dispatch.commands.close_work_order import close_work_order
from kiwanda.factory.dispatch.commands.counter_offer import counter_offer
from kiwanda.factory.dispatch.commands.decline_offer import decline_offer
from kiwanda.factory.dispatch.commands.expire_offers import expire_offers
from kiwanda.factory.dispatch.commands.offer_elsewhere import offer_elsewhere
from kiwanda.factory.dispatch.commands.send_wave import send_wave
from kiwanda.factory.dispatch.commands.withdraw_offer import withdraw_offer

__all__ = [
    "accept_offer",
    "answer_counter",
    "close_work_order",
    "counter_offer",
    "decline_offer",
    "expire_offers",
    "offer_elsewhere",
    "send_wave",
    "withdraw_offer",
]
