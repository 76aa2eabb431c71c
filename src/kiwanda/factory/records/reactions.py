"""What records do about other rooms' events."""

from __future__ import annotations

from kiwanda.core.commands import Context
from kiwanda.core.models import Event, VaultEntry
from kiwanda.core.reactions import reaction
from kiwanda.factory.records.models import IssuedRecord


@reaction("network.PersonErased", inline=True)
def forget_histories(ctx: Context, event: Event) -> None:
    """The signed texts name her. What she carries away stays hers; what the house kept of it goes."""
    taken = IssuedRecord.objects.filter(artisan_id=event.subject_id).values_list("pk", flat=True)
    VaultEntry.objects.filter(subject_id__in=taken).delete()
