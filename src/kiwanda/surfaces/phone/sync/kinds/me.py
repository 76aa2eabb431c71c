"""The artisan herself: workshop, hub, how she is reached, consents, days off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from kiwanda.core import vault
from kiwanda.factory.conversations.models import Contact
from kiwanda.factory.network import queries as network
from kiwanda.factory.network.models import Consent
from kiwanda.surfaces.phone.sync.viewing import Kind, Row, Viewer, short

#: What may be shown of her, as she is asked: (English, Swahili).
CONSENTS = {
    "name": ("Customers may see my name", "Wateja wanaweza kuona jina langu"),
    "photo": ("Customers may see my picture", "Wateja wanaweza kuona picha yangu"),
    "story": ("Customers may read my story", "Wateja wanaweza kusoma hadithi yangu"),
    "county": ("Customers may see my county", "Wateja wanaweza kuona kaunti yangu"),
}
DAYS_SHOWN = 60


def ids(viewer: Viewer) -> list[str]:
    return [str(viewer.artisan.id)]


def rows(viewer: Viewer, wanted: Sequence[str]) -> dict[str, Row]:
    own = str(viewer.artisan.id)
    if own not in wanted:
        return {}
    workshop = network.workshops(viewer.actor).select_related("hub").get(pk=viewer.workshop_id)
    contact = Contact.objects.filter(pk=viewer.artisan.id).first()
    given = set(
        Consent.objects.filter(
            artisan=viewer.artisan, channel="passport", withdrawn_at=None, expires_on__gte=viewer.today
        ).values_list("field", flat=True)
    )
    quiet = None if contact is None or contact.quiet_from is None else [contact.quiet_from, contact.quiet_until]
    return {
        own: short(
            {
                "name": vault.get(viewer.artisan.id, vault.NAME),
                "workshop": workshop.trade_name,
                "code": workshop.code,
                "language": viewer.language,
                "hub": workshop.hub.name,
                "pin": contact is not None and bool(contact.pin_hash),
                "channel": viewer.artisan.channel,
                "quiet": quiet,
                "consent": [
                    short({"kind": kind, "text": viewer.words(*words), "given": kind in given})
                    for kind, words in CONSENTS.items()
                ],
                "off": days_off(viewer),
            }
        )
    }


def days_off(viewer: Viewer) -> list[Row]:
    """Coming days off in runs; the id of a run is its first and last day."""
    coming = network.days_off(viewer.actor).filter(on__gte=viewer.today).values_list("on", flat=True)[:DAYS_SHOWN]
    runs: list[list[date]] = []
    for on in coming:
        if runs and on - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(on)
        else:
            runs.append([on])
    return [
        {"from": run[0].isoformat(), "to": run[-1].isoformat(), "id": f"{run[0].isoformat()}/{run[-1].isoformat()}"}
        for run in runs
    ]


KIND = Kind("me", ids, rows)
