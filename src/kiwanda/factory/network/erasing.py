"""Forgetting a person (Kenya's Data Protection Act 2019, section 40), and keeping her forgotten.

What goes: everything the vault holds of her, her consents, her gender. What stays: the books and the log, which name
her by an id that leads nowhere any more; tax and company law want them kept. Rooms downstream forget their share when
they hear :class:`PersonErased`.

A backup brought back would bring her back too. So the ids of erased people are also kept in a file beside the keys,
outside every backup of the database, and :func:`returned` finds whoever came back.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from kiwanda.core import vault
from kiwanda.core.commands import Context
from kiwanda.core.models import VaultEntry
from kiwanda.factory.network.events import ConsentWithdrawn, PersonErased
from kiwanda.factory.network.models import Artisan, Consent
from kiwanda.factory.network.states import ARTISAN


def forget(ctx: Context, artisan: Artisan, reason: str) -> None:
    """Erase ``artisan`` in the running command's transaction."""
    for consent in Consent.objects.filter(artisan=artisan, withdrawn_at=None).order_by("pk"):
        Consent.objects.filter(pk=consent.pk).update(withdrawn_at=ctx.now)
        ctx.emit(
            ConsentWithdrawn(
                consent_id=consent.id, artisan_id=artisan.id, workshop_id=artisan.workshop_id, field=consent.field,
                shown_on=consent.channel,
            )
        )  # fmt: skip
    ARTISAN.move(artisan, "erased", gender="undisclosed")
    vault.erase(artisan.id)
    ctx.emit(PersonErased(artisan_id=artisan.id, workshop_id=artisan.workshop_id, reason=reason))
    transaction.on_commit(lambda: remember([artisan.id]))


def remember(artisan_ids: Iterable[UUID]) -> None:
    """Write erased people into the file, each once."""
    known = remembered()
    new = [person for person in artisan_ids if person not in known]
    if not new:
        return
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a", encoding="ascii") as stream:
        stream.writelines(f"{person}\n" for person in new)
        stream.flush()
        os.fsync(stream.fileno())


def remembered() -> set[UUID]:
    """Everybody ever erased, from the file. A line cut off by a crash is passed over: it is written again."""
    try:
        lines = _path().read_text(encoding="ascii").split()
    except FileNotFoundError:
        return set()
    return {UUID(line) for line in lines if len(line) == 36}


def unwritten() -> list[UUID]:
    """Erased people the file does not know: a crash came between the commit and the file."""
    erased = Artisan.objects.filter(state="erased").values_list("pk", flat=True)
    return sorted(set(erased) - remembered())


def returned() -> list[Artisan]:
    """People erased once who are known again: a backup from before was brought back."""
    people = remembered()
    if not people:
        return []
    sealed = VaultEntry.objects.filter(subject_id__in=people).values("subject_id")
    rows = Artisan.objects.filter(pk__in=people).select_related("workshop").order_by("pk")
    return list(rows.exclude(state="erased") | rows.filter(pk__in=sealed))


def _path() -> Path:
    return Path(settings.KIWANDA_KEYS) / "erased"
