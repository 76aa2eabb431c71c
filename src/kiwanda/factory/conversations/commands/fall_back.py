from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from kiwanda.core.actors import Role
from kiwanda.core.commands import Context, command
from kiwanda.core.ids import derived_id
from kiwanda.factory.conversations.commands.record_sending import tell_failed
from kiwanda.factory.conversations.contacts import reaches
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.rules import FALLBACK_WITHIN, Reach
from kiwanda.factory.devices.queries import arrived
from kiwanda.factory.dispatch.models import Offer
from kiwanda.factory.dispatch.states import LIVE_OFFERS

AT_ONCE = 200


@command(roles={Role.SYSTEM})
def fall_back(ctx: Context) -> int:
    """Say by SMS what did not arrive in time by WhatsApp or was not read in the app. Returns how many SMS were queued.

    Not after a day, not what nobody needs any more (an offer that was answered or has ended), not to somebody who
    stopped SMS, and once.
    """
    due = list(
        Message.objects.filter(fallback_at__lte=ctx.now, direction="out")
        .select_related("thread")
        .order_by("fallback_at")[:AT_ONCE]
    )
    if not due:
        return 0
    live = _live_offers(due)
    there = _on_phones(due)
    known = reaches(row.artisan_id for row in due if row.artisan_id is not None)
    fresh = []
    for row in due:
        reach = known.get(row.artisan_id, Reach()) if row.artisan_id is not None else Reach()
        if row.state not in ("queued", "sent", "failed") or row.channel == "sms" or row.artisan_id is None:
            continue
        if row.template == "offer_sent" and row.thread.subject_id not in live:
            continue
        if (row.artisan_id, str(row.thread.subject_id)) in there:
            continue
        if ctx.now - row.created_at < FALLBACK_WITHIN and not reach.sms_stopped:
            fresh.append(_again(ctx, row))
        elif row.state == "failed":
            # No SMS will say it either: now somebody must know.
            row.fallback_at = None
            tell_failed(ctx, row)
    Message.objects.filter(pk__in=[row.pk for row in due]).update(fallback_at=None)
    # What was still waiting for its first channel is now said by SMS; saying it twice helps nobody.
    replaced = [row.replaces_id for row in fresh if row.replaces_id is not None]
    Message.objects.filter(Q(state="queued"), pk__in=replaced).update(state="failed", error="said by SMS instead")
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _live_offers(due: list[Message]) -> set[object]:
    ids = [row.thread.subject_id for row in due if row.template == "offer_sent"]
    return set(Offer.objects.filter(pk__in=ids, state__in=LIVE_OFFERS).values_list("pk", flat=True)) if ids else set()


def _on_phones(due: list[Message]) -> set[tuple[UUID, str]]:
    """Offers that came to the app before the message about them was written."""
    return arrived(
        "offer",
        [
            (row.artisan_id, row.thread.subject_id)
            for row in due
            if row.channel == "app" and row.template == "offer_sent" and row.artisan_id is not None
        ],
    )


def _again(ctx: Context, row: Message) -> Message:
    return Message(
        id=derived_id("fallback", row.pk),
        thread=row.thread,
        direction="out",
        artisan_id=row.artisan_id,
        channel="sms",
        language=row.language,
        template=row.template,
        body=row.body,
        params=row.params,
        answers_id=row.answers_id,
        replaces=row,
        state="queued",
        created_at=ctx.now,
    )
