"""Sending rules: which channel, at what hour, freely or by template, and when an SMS says it again.

Pure functions of plain values, so that each rule can be read and tested by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from kiwanda.core.clock import FACTORY_ZONE

#: How a preferred channel is served: USSD is a menu people call, so what we tell them goes by SMS.
SERVED_BY = {"app": "app", "sms": "sms", "ussd": "sms", "whatsapp": "whatsapp"}
#: WhatsApp lets us write freely for so long after somebody wrote to us; a minute is kept for the way there.
SESSION = timedelta(hours=24) - timedelta(minutes=1)
#: What was not read in the app is said again by SMS only where somebody waits for an answer or money is at stake.
APP_FALLBACK = frozenset({"offer_sent", "count_differs", "payout_failed", "acted", "correction_asked"})
#: Somebody waits with the phone in her hand: these keep no quiet hours.
URGENT = frozenset({"login_code", "number_changed"})
#: Answers to what somebody just wrote.
REPLY = "reply"
#: Nobody needs an old message repeated.
FALLBACK_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known about reaching one person; the defaults are a person we know nothing about."""

    quiet_from: int | None = None
    quiet_until: int | None = None
    sms_stopped: bool = False
    whatsapp_stopped: bool = False
    whatsapp_heard_at: datetime | None = None

    def stopped(self, channel: str) -> bool:
        """Whether she asked not to be written to on ``channel``."""
        return (channel == "sms" and self.sms_stopped) or (channel == "whatsapp" and self.whatsapp_stopped)

    def session_open(self, now: datetime) -> bool:
        """Whether WhatsApp lets us write freely now."""
        return self.whatsapp_heard_at is not None and now - self.whatsapp_heard_at < SESSION


def channel_for(preferred: str, template: str, reach: Reach) -> str:
    """The channel a message goes out by.

    A log-in code cannot wait in the app it opens. Who stopped one of SMS and WhatsApp is written to by the other only
    if that is the one she prefers.
    """
    channel = SERVED_BY.get(preferred, "sms")
    if template == "login_code" and channel == "app":
        return "sms"
    return channel


def is_urgent(template: str) -> bool:
    return template in URGENT or template == REPLY


def reach_hours(quiet_from: int | None, quiet_until: int | None) -> tuple[int, int]:
    """Her own quiet hours, or the house's."""
    house = settings.KIWANDA_QUIET_HOURS
    return (
        quiet_from if quiet_from is not None else house[0], quiet_until if quiet_until is not None else house[1]
    )


def quiet_until(now: datetime, reach: Reach) -> datetime | None:
    """When the quiet hours she is in end, or None outside of them. Whole hours of Nairobi; equal hours: none."""
    begin, end = reach_hours(reach.quiet_from, reach.quiet_until)
    local = now.astimezone(FACTORY_ZONE)
    inside = begin <= local.hour < end if begin < end else (local.hour >= begin or local.hour < end)
    if begin == end or not inside:
        return None
    finish = local.replace(hour=end, minute=0, second=0, microsecond=0)
    return (finish if finish > local else finish + timedelta(days=1)).astimezone(now.tzinfo)


def fallback_after() -> timedelta:
    """How long a message may take before an SMS says it again."""
    return timedelta(minutes=settings.KIWANDA_FALLBACK_MINUTES)
