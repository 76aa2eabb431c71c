"""Africa's Talking: SMS out and in, delivery reports, USSD."""

from kiwanda.adapters.africastalking.parsing import AfricasTalkingMenus, AfricasTalkingWebhook
from kiwanda.adapters.africastalking.transport import AfricasTalking
from kiwanda.adapters.africastalking.verification import Caller

__all__ = ["AfricasTalking", "AfricasTalkingMenus", "AfricasTalkingWebhook", "Caller"]
