"""What conversations hold about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core import vault
from kiwanda.core.personal import held, kept_out
from kiwanda.factory.conversations.contacts import WHATSAPP
from kiwanda.factory.conversations.menus import SHOWN, TYPED
from kiwanda.factory.conversations.models import (
    CallRequest,
    Contact,
    Delivery,
    MenuHop,
    MenuSession,
    Message,
    OnBehalf,
    Question,
    StaffContact,
    StaffNotice,
    Thread,
)

held(Message, _("Messages"), ("created_at", "direction", "channel", "template", "body", "message", "state"),
     person="artisan_id", sealed=("message", vault.CONTACT, WHATSAPP))  # fmt: skip
held(Thread, _("Conversations"), ("opened_at", "subject_kind"), workshop="workshop_id")
held(Contact, _("How she is reached"), ("quiet_from", "quiet_until", "sms_stopped_at", "whatsapp_stopped_at"),
     person="artisan_id", secret=("whatsapp_key",))  # fmt: skip
held(Question, _("Questions asked"), ("asked_at", "channel", "choices", "expires_at"), person="artisan_id")
held(CallRequest, _("Calls asked for"), ("requested_at", "channel", "state", "called_at", "note"),
     person="artisan_id", sealed=(vault.CONTACT,))  # fmt: skip
held(OnBehalf, _("What was done for her"), ("acted_at", "command", "reason", "state", "contest", "answer"),
     person="artisan_id")  # fmt: skip
held(MenuSession, _("Menus dialled"), ("begun_at", "state", "hops"), person="artisan_id")
held(MenuHop, _("Screens of those menus"), ("at", "screen", "ussd_screen"), person="session__artisan_id",
     sealed=(SHOWN, TYPED))  # fmt: skip
kept_out("Raw deliveries of providers: they name nobody by a key, and what was read from them is in the messages.",
         Delivery)  # fmt: skip
kept_out("About members of staff.", StaffContact, StaffNotice)
