"""What devices hold about a person."""

from django.utils.translation import gettext_lazy as _

from kiwanda.core.personal import held, kept_out
from kiwanda.factory.devices.models import (
    Device,
    Feed,
    FeedChange,
    FeedRow,
    IdleWeek,
    LearnedStep,
    PhoneCommand,
    Photo,
    PushSubscription,
)

held(Device, _("Phones"), ("name", "app_version", "registered_at", "seen_at", "state"), person="artisan_id")
held(PhoneCommand, _("What she did on her phone"), ("received_at", "type", "status", "message"),
     person="device__artisan_id")  # fmt: skip
held(Photo, _("Photos sent from her phone"), ("begun_at", "length", "state"), person="artisan_id", files=("sha256",))
held(PushSubscription, _("Phones that may be woken"), ("created_at", "device__name"), person="artisan_id",
     sealed=("push",))  # fmt: skip
held(LearnedStep, _("Steps learned"), ("learned_at", "technique", "step"), person="artisan_id")
held(IdleWeek, _("Weeks without work, as we explained them"), ("monday", "explained_at"), workshop="workshop_id")
kept_out("Bookkeeping of what her phone has shown already; the things shown stand in their own tables.",
         Feed, FeedChange, FeedRow)  # fmt: skip
