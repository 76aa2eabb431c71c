"""Local servers that speak as Africa's Talking, WhatsApp Cloud, Slack and a push service do, with their faults.

Each is an HTTP server on the loopback interface which our adapters are pointed at, a set of phones (or a chat room)
people act on, and a queue of callbacks that arrive late, doubled and out of order when told so. A seed decides which
call meets which fault, so that a run can be repeated.
"""

from kiwanda.twin.simulators.africastalking import AfricasTalkingSimulator
from kiwanda.twin.simulators.push_service import PushServiceSimulator
from kiwanda.twin.simulators.server import Fault, Faults, Post, Poster, to_address
from kiwanda.twin.simulators.slack import SlackSimulator
from kiwanda.twin.simulators.whatsapp_cloud import WhatsAppSimulator

__all__ = [
    "AfricasTalkingSimulator",
    "Fault",
    "Faults",
    "Post",
    "Poster",
    "PushServiceSimulator",
    "SlackSimulator",
    "WhatsAppSimulator",
    "to_address",
]
