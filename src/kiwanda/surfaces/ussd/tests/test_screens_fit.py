"""Every screen any walk reaches fits any phone, with the longest names and the largest numbers."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwanda.core import vault
from kiwanda.factory.catalog.models import Material, Operation, Style
from kiwanda.factory.conversations import menus
from kiwanda.factory.conversations.commands import set_pin
from kiwanda.factory.conversations.gsm import is_gsm
from kiwanda.factory.conversations.models import MenuHop
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.models import Hub, Workshop
from kiwanda.factory.network.tests.factories import artisan_of, fresh_phone, owner
from kiwanda.factory.quality.models import Defect, DefectCode, Inspection
from kiwanda.factory.settlement.models import Earning, Payout
from kiwanda.factory.supply.models import Issue
from kiwanda.surfaces.ussd.page import ROOM, page
from kiwanda.surfaces.ussd.tests.handset import Handset
from kiwanda.surfaces.ussd.words import WORDS

LONG = "Ng'ombe–mwitu “wa ajabu” na shanga za kioo kilichorejelewa, toleo la pili {x} [é]"
MOST = 999_999


@pytest.fixture
def extreme(db):
    """A workshop in the middle of everything, with names and numbers nobody should have."""
    from tests.scenarios.small_factory import SmallFactory

    from kiwanda.core import clock

    small = SmallFactory(quantity=40, workshops=2)
    small.spoils = {"cast": (2, 2), "bead": (2, 2)}
    small.plan()
    small.accept_all()
    small.work()
    small.pay()
    workshop = WorkOrder.objects.filter(inspections__rejected_quantity__gt=0).first().workshop
    Offer.objects.filter(workshop=workshop).exclude(pk__in=WorkOrder.objects.values("offer")).delete()
    WorkOrder.objects.filter(workshop=workshop).update(
        state="in_progress", quantity=MOST, made_quantity=MOST - 1,
        agreed_due_on=small.day.date() - timedelta(days=400), due_on=small.day.date() - timedelta(days=400),
    )
    for row in Inspection.objects.filter(work_order__workshop=workshop):
        Inspection.objects.filter(pk=row.pk).update(
            quantity=3 * MOST, accepted_quantity=MOST, rework_quantity=MOST, rejected_quantity=MOST
        )
        for code in DefectCode.objects.all():
            Defect.objects.create(inspection=row, code=code, quantity=MOST)
    Issue.objects.filter(work_order__workshop=workshop).update(state="issued", quantity="99999999999.999")
    Payout.objects.filter(workshop=workshop).update(
        amount_minor=99_999_999_999, state="paid", paid_at=small.day, receipt_ref="R" * 40
    )
    Earning.objects.filter(workshop=workshop).update(
        quantity=MOST, piece_rate_minor=9_999_999, amount_minor=MOST * 9_999_999
    )
    order = WorkOrder.objects.filter(workshop=workshop).first()
    for state in ("sent", "countered"):
        Offer.objects.create(
            production_order=order.production_order, workshop=workshop, quantity=MOST, piece_rate_minor=9_999_999,
            operation=Operation.objects.exclude(offer__state__in=["sent", "countered"]).first(), currency="KES",
            start_on=small.day.date(), due_on=small.day.date(), sent_at=small.day, state=state,
            expires_at=small.day + timedelta(days=2),
        )
    for model in (Operation, Style, Material, DefectCode):
        model.objects.update(name_en=LONG[:80], name_sw=LONG[:80])
    Workshop.objects.update(trade_name=(LONG * 2)[:120])
    Hub.objects.update(name=LONG[:80])
    set_pin(actor=artisan_of(workshop), pin="4826")
    with clock.at(small.day + timedelta(hours=1)):
        yield workshop


def walk(phone: Handset, depth: int, walked: Counter[str]) -> None:
    """Every option of every screen, each branch undone before the next; a kind of screen is gone into twice."""
    for typed in (*"0123456789", "4826", "0101", "x"):
        before = phone.text
        with transaction.atomic():
            phone.type(typed)
            hop = menus._hop_id(menus.session_key(phone.session), phone.text)
            place = MenuHop.objects.get(pk=hop).screen
            walked[place] += 0
            if depth > 1 and not phone.ended and place not in ("done", "root") and walked[place] < 2:
                walked[place] += 1
                walk(phone, depth - 1, walked)
            transaction.set_rollback(True)
        phone.text = before


@pytest.mark.parametrize("language", ["sw", "en"])
def test_every_screen_fits_in_both_languages(extreme, language):
    person = owner(extreme)
    type(person).objects.filter(pk=person.pk).update(language=language)
    phone = Handset(vault.get(person.pk, vault.PHONE))
    phone.dial()
    walked: Counter[str] = Counter()
    walk(phone, 7, walked)
    assert set(walked) >= {
        "root", "offers", "decline", "pin", "terms", "fewer", "later", "work", "made", "handing", "material",
        "material_less",
        "verdict", "days", "which_day", "how_many_days", "day_reason", "settings", "done",
    }
    Handset(fresh_phone()).dial()


def test_numbers_and_money_are_whole_on_the_longest_offer(extreme):
    phone = Handset(vault.get(owner(extreme).pk, vault.PHONE))
    phone.dial()
    screen = phone.type(1)
    assert "999999 x" in screen
    assert "KSh 99,999.99 moja" in screen
    assert "KSh 99,999,890,000.01" in screen
    assert screen.endswith("0 Rudi")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=300), st.text(max_size=300), st.integers(0, 10**12), st.text(max_size=100),
    st.sampled_from(["", "1 Ndiyo\n2 Hapana\n0 Rudi"]),
)
def test_any_names_fit_and_options_stand_whole(first, second, number, note, options):
    text = page(f"{number} x <first>, <second>", options, names={"first": first, "second": second}, note=note)
    assert len(text) <= ROOM
    assert is_gsm(text)
    assert text.endswith(options)
    assert f"{number} x" in text


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_name_the_same_values_in_gsm_letters(key):
    english, swahili = WORDS[key]
    assert sorted(re.findall(r"\{\w+\}|<\w+>", english)) == sorted(re.findall(r"\{\w+\}|<\w+>", swahili))
    assert is_gsm(english.replace("{", "").replace("}", ""))
    assert is_gsm(swahili.replace("{", "").replace("}", ""))
