"""A person's own data, from the command line."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from uuid import UUID

from kiwanda.core import personal_file, vault
from kiwanda.core.actors import Actor, Channel, Role
from kiwanda.core.errors import CoreError, NotFound
from kiwanda.factory.network import queries
from kiwanda.factory.network.commands import export_person
from kiwanda.factory.network.phones import normalised


def export(who: str, output: Path) -> int:
    """Write what is held about the person with this phone number or id to ``output``; returns the rows given.

    The file appears whole or not at all, readable by its owner only. :class:`NotFound` for nobody, ``OSError`` where
    it cannot be written.
    """
    console = Actor("staff", None, frozenset({Role.ADMINISTRATOR}), Channel.CLI)
    try:
        found: UUID | None = UUID(who)
    except ValueError:
        found = vault.find(vault.PHONE, normalised(who))
    if found is None:
        raise NotFound(CoreError.NOT_FOUND, what="artisan")
    handle, temporary = tempfile.mkstemp(dir=output.parent, suffix=".part")
    try:
        artisan = export_person(actor=console, artisan_id=found)
        with os.fdopen(handle, "w+b") as stream:
            rows = personal_file.write(queries.person_of(artisan), stream)
        Path(temporary).replace(output)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return rows
