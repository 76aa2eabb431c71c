"""WhatsApp Cloud API: messages with buttons and templates out; words, taps, pictures and statuses in."""

from kiwanda.adapters.whatsapp_cloud.media import WhatsAppPictures
from kiwanda.adapters.whatsapp_cloud.parsing import WhatsAppWebhook
from kiwanda.adapters.whatsapp_cloud.transport import WhatsAppCloud

__all__ = ["WhatsAppCloud", "WhatsAppPictures", "WhatsAppWebhook"]
