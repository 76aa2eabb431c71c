"""What conversations can do."""

from kiwanda.factory.conversations.commands.mark_read import mark_read
from kiwanda.factory.conversations.commands.record_incoming import record_incoming
from kiwanda.factory.conversations.commands.record_sending import SendingOutcome, record_sending
from kiwanda.factory.conversations.commands.send_again import send_again

__all__ = ["SendingOutcome", "mark_read", "record_incoming", "record_sending", "send_again"]
