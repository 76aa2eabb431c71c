"""What conversations can do."""

from kiwanda.factory.conversations.commands.answer_action import answer_action
from kiwanda.factory.conversations.commands.change_pin import change_pin
from kiwanda.factory.conversations.commands.check_pin import check_pin
from kiwanda.factory.conversations.commands.close_call import close_call
from kiwanda.factory.conversations.commands.contest_action import contest_action
from kiwanda.factory.conversations.commands.fall_back import fall_back
from kiwanda.factory.conversations.commands.link_staff_chat import link_staff_chat
from kiwanda.factory.conversations.commands.mark_read import mark_read
from kiwanda.factory.conversations.commands.record_arrivals import record_arrivals
from kiwanda.factory.conversations.commands.record_deliveries import DeliveryNews, record_deliveries
from kiwanda.factory.conversations.commands.record_incoming import record_incoming
from kiwanda.factory.conversations.commands.record_notices import NoticeOutcome, record_notices
from kiwanda.factory.conversations.commands.record_sending import SendingOutcome, record_sending
from kiwanda.factory.conversations.commands.reply import reply
from kiwanda.factory.conversations.commands.request_call import request_call
from kiwanda.factory.conversations.commands.reset_pin import reset_pin
from kiwanda.factory.conversations.commands.send_again import send_again
from kiwanda.factory.conversations.commands.set_opt_out import set_opt_out
from kiwanda.factory.conversations.commands.set_pin import set_pin
from kiwanda.factory.conversations.commands.set_quiet_hours import set_quiet_hours

__all__ = [
    "DeliveryNews",
    "NoticeOutcome",
    "SendingOutcome",
    "answer_action",
    "change_pin",
    "check_pin",
    "close_call",
    "contest_action",
    "fall_back",
    "link_staff_chat",
    "mark_read",
    "record_arrivals",
    "record_deliveries",
    "record_incoming",
    "record_notices",
    "record_sending",
    "reply",
    "request_call",
    "reset_pin",
    "send_again",
    "set_opt_out",
    "set_pin",
    "set_quiet_hours",
]
