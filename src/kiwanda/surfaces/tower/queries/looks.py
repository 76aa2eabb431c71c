"""Who looked at whose personal data, in words. The people are shown by their workshop, never by name: that page is no
second way to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kiwanda.core import vault
from kiwanda.core.models import PersonalLook, User
from kiwanda.factory.network.models import Artisan

FIELD_NAMES = {
    vault.NAME: gettext_lazy("Name"),
    vault.PHONE: gettext_lazy("Phone number"),
    vault.NATIONAL_ID: gettext_lazy("National id"),
    vault.PLACE: gettext_lazy("Place"),
    vault.CONTACT: gettext_lazy("Contact"),
    "message": gettext_lazy("What she wrote"),
    "login_code": gettext_lazy("Log-in code"),
}

#: Workshops named in one row of the list.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Look:
    """One row: who saw which kind of fact of how many people, where."""

    at: datetime
    who: str
    what: str
    page: str
    people: int
    workshops: list[tuple[UUID, str]]

    @property
    def others(self) -> int:
        """People beyond those whose workshop is named."""
        return self.people - len(self.workshops)


def shown(rows: Iterable[PersonalLook]) -> list[Look]:
    """``rows`` with the names of staff and of the first few workshops; two queries."""
    found = list(rows)
    first = {row.pk: [UUID(part) for part in row.subjects.split(" ")[:NAMED]] for row in found}
    workshops = {
        pk: (workshop_id, name)
        for pk, workshop_id, name in Artisan.objects.filter(
            pk__in={person for people in first.values() for person in people}
        ).values_list("pk", "workshop_id", "workshop__trade_name")
    }
    staff = dict(User.objects.filter(pk__in={row.user_id for row in found}).values_list("pk", "username"))
    return [
        Look(
            at=row.at,
            who=staff.get(row.user_id, _("somebody")),
            what=str(FIELD_NAMES.get(row.field, row.field)),
            page=row.page.removeprefix("tower:").replace("_", " "),
            people=row.people,
            workshops=[workshops[person] for person in first[row.pk] if person in workshops],
        )
        for row in found
    ]
