"""What a factory need not remember of phones."""

from __future__ import annotations

from datetime import timedelta

from kiwanda.core import clock
from kiwanda.factory.devices.models import Device, PhoneCommand

#: An answer is kept for as long as any phone may still ask for it again: an outbox of a month, and as long again.
KEEP_ANSWERS = timedelta(days=90)
#: A log-in whose answer was lost leaves a phone that never came back.
NEVER_CAME = timedelta(days=30)


def forget_old() -> int:
    """Delete old answers and phones that never spoke. Returns how many rows."""
    now = clock.now()
    answers = PhoneCommand.objects.filter(received_at__lt=now - KEEP_ANSWERS)
    forgotten = answers.delete()[0]
    ghosts = Device.objects.filter(
        last_seq=0, cursor=0, registered_at__lt=now - NEVER_CAME, seen_at__lt=now - NEVER_CAME, state="active"
    )
    return forgotten + ghosts.update(state="revoked", revoked_at=now)
