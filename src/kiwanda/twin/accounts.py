"""Who may enter the demo: staff users, three artisans' phones worth looking at, one piece's public page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from kiwanda.core import vault
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.dispatch.states import LIVE_WORK_ORDERS
from kiwanda.factory.logistics.models import Piece
from kiwanda.factory.network.models import Artisan, Workshop
from kiwanda.factory.quality.models import Rework
from kiwanda.factory.settlement.models import Payout
from kiwanda.factory.traceability.models import Passport
from kiwanda.twin.cast import DEMO_PASSWORD, STAFF


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """A staff log-in of the demo."""

    username: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class PhoneAccount:
    """An artisan's phone of the demo and what makes it worth a look."""

    number: str
    workshop: str
    note: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """Everything the welcome message names. ``passport_path`` is empty while no piece has a page."""

    staff: list[StaffAccount]
    phones: list[PhoneAccount]
    passport_path: str


def demo_accounts() -> Accounts:
    """Read them from the database as it is now; phones are chosen anew each time."""
    staff = [StaffAccount(name, DEMO_PASSWORD, roles[0].value) for name, (roles, _) in STAFF.items()]
    return Accounts(staff, _phones(), _passport_path())


def _phones() -> list[PhoneAccount]:
    """One with a new offer, one in the middle of work, one with something to mend; never the same twice."""
    offered = Offer.objects.filter(state="sent").order_by("-sent_at").values_list("workshop_id", flat=True)
    working = (
        WorkOrder.objects.filter(state__in=LIVE_WORK_ORDERS, made_quantity__gt=0)
        .order_by("due_on", "code")
        .values_list("workshop_id", flat=True)
    )
    mending = Rework.objects.filter(state="open").order_by("-due_on").values_list("work_order__workshop_id", flat=True)
    paid = Payout.objects.filter(state="paid").order_by("-created_at").values_list("workshop_id", flat=True)
    chosen: list[PhoneAccount] = []
    taken: set[UUID] = set()
    for candidates, note in (
        (offered, "a new offer to answer"),
        (mending, "pieces to mend"),
        (working, "work in hand to report and hand in"),
        (paid, "what was earned and paid"),
        (Workshop.objects.order_by("code").values_list("id", flat=True), "a workshop at rest"),
    ):
        if len(chosen) == 3:
            break
        workshop_id = next((pk for pk in candidates[:50] if pk not in taken), None)
        account = _phone(workshop_id, note) if workshop_id is not None else None
        if account is not None and workshop_id is not None:
            taken.add(workshop_id)
            chosen.append(account)
    return chosen


def _phone(workshop_id: UUID, note: str) -> PhoneAccount | None:
    owner = Artisan.objects.filter(workshop_id=workshop_id, role="owner", state="active").select_related("workshop")
    for artisan in owner:
        number = vault.get(artisan.pk, vault.PHONE)
        if number:
            return PhoneAccount(number, artisan.workshop.trade_name, note)
    return None


def _passport_path() -> str:
    """The published batch with most proved claims: the page of its first piece."""
    passport = (
        Passport.objects.filter(state="published", production_order__pieces__isnull=False)
        .annotate(proved=Count("claims", filter=Q(claims__state="proved"), distinct=True))
        .order_by("-proved", "published_at")
        .first()
    )
    if passport is None:
        return ""
    piece = Piece.objects.filter(production_order_id=passport.production_order_id).order_by("serial").first()
    return reverse("passport:piece", args=[piece.gtin, piece.serial]) if piece is not None else ""
