"""Garbage in every field: a clear refusal, or a clean row; never a crash, never half of something."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import transaction

from kiwanda.core import actors, clock
from kiwanda.core.actors import Role
from kiwanda.core.errors import Rejected
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.catalog import commands as catalog
from kiwanda.factory.catalog.commands import MaterialSpec
from kiwanda.factory.catalog.tests.factories import (
    designer,
    impact_officer,
    make_material,
    make_style,
    merchandiser,
    operation_spec,
)
from kiwanda.factory.network import commands as network
from kiwanda.factory.network.tests.factories import (
    administrator,
    artisan_spec,
    capability_spec,
    coordinator,
    make_hub,
    make_workshop,
    owner,
    workshop_spec,
)

pytestmark = pytest.mark.django_db

GARBAGE = [
    "\x00", "a\x00b", "\ud800", "x" * 1_000_000, "'; DROP TABLE core_event; --", "=1+1", "<script>", "😀", "\u202e",
    "NaN", "1e999", None, True, 10**40, -1, 1.5, float("inf"), [], {}, b"\xff", date.max,
]


def problem_with(action, field, value):
    """None when ``action`` refuses in both languages, leaving nothing, or succeeds; otherwise what went wrong."""
    before = Event.objects.count()
    try:
        with transaction.atomic():
            action(**{field: value})
            # What went in is taken out again, so that every try starts from the same house.
            transaction.set_rollback(True)
    except Rejected as refusal:
        sentences = [refusal.message(language) for language in ("en", "sw")]
        shown = all(0 < len(sentence) < 2000 and sentence.isprintable() for sentence in sentences)
        if refusal.status not in (404, 409, 422) or not shown:
            return f"a refusal nobody can show: {refusal.code}"
        if Event.objects.count() != before:
            return "a refusal that left an event"
    except Exception as crash:
        return f"{type(crash).__name__}: {crash}"[:200]
    return None


def attempts():
    """Every command of catalog and network with each of its plain fields, and valid values for the others.

    Ids and lists are left out: surfaces parse those before a command sees them.
    """
    style = make_style(released=False)
    make_material()
    workshop = make_workshop(members=1)
    make_hub("MSA")
    day = clock.today() + timedelta(days=10)
    member = workshop.artisans.get(role="member")
    officer = actors.staff(new_id(), Role.IMPACT_OFFICER)

    def plain(value):
        return not isinstance(value, UUID | list | tuple)

    def call(command, actor, **valid):
        fields = [field for field, value in valid.items() if plain(value)]
        return [(command.name, lambda **change: command(actor=actor, **valid | change), field) for field in fields]

    def specs(make, spec):
        return [
            (type(spec).__name__, lambda field=field, **change: make(replace(spec, **{field: change[field]})), field)
            for field in spec.__dataclass_fields__
            if plain(getattr(spec, field))
        ]

    def draft(operation=None, line=None):
        return catalog.draft_tech_pack(
            actor=designer(), style_id=style.id, operations=[operation or operation_spec()], bill=[line] if line else []
        )

    def register(spec):
        return network.register_workshops(actor=coordinator(), specs=[spec])

    spec = workshop_spec()
    return [
        *call(catalog.create_technique, designer(), code="weld", name_en="Weld", name_sw="Chomea"),
        *call(catalog.create_material, designer(), code="tin", name_en="Tin", name_sw="Bati", unit="g", origin="",
              recycled_percent=1),
        *call(catalog.create_style, designer(), code="S", name_en="S", name_sw="", description="", category="",
              picture=""),
        *call(catalog.add_variant, merchandiser(), style_id=style.id, sku="V", name_en="V", price_minor=1,
              currency="USD", gtin=None, options={}, weight_g=1, picture=""),
        *specs(lambda s: draft(operation=s), operation_spec()),
        *specs(lambda s: draft(line=s), MaterialSpec("brass", "bead", 1)),
        *call(catalog.set_benchmark_wage, impact_officer(), kind="living", zone="urban", grade="general",
              valid_from=day, monthly_minor=1, currency="KES", source="x"),
        *specs(register, spec),
        *specs(lambda s: register(replace(spec, artisans=[s])), artisan_spec()),
        *specs(lambda s: register(replace(spec, capabilities=[s])), capability_spec()),
        *call(network.open_hub, coordinator(), code="H", name="H", county_code=47, latitude=0, longitude=37),
        *call(network.create_calendar, coordinator(), code="C", name_en="C", name_sw="C", weekday_minutes=[0] * 7),
        *call(network.set_calendar_day, coordinator(), calendar_code="six", on=day, minutes=0, reason="x"),
        *call(network.add_artisan, coordinator(), workshop_id=workshop.id, name="N", phone=None, gender="female",
              language="sw", channel="sms"),
        *call(network.change_phone, coordinator(), artisan_id=member.id, phone="0712345678"),
        *call(network.set_contact_preference, coordinator(), artisan_id=member.id, language="sw", channel="sms"),
        *call(network.set_capability, coordinator(), workshop_id=workshop.id, technique="bead", speed=1,
              yield_share=1, grade="A"),
        *call(network.take_days_off, coordinator(), workshop_id=workshop.id, days=[day], reason="ill"),
        *call(network.cancel_day_off, coordinator(), workshop_id=workshop.id, on=day),
        *call(network.pause_workshop, coordinator(), workshop_id=workshop.id, reason="x"),
        *call(network.give_consent, officer, artisan_id=owner(workshop).id, field="name", purpose="x", expires_on=day,
              channel="passport", language="sw"),
        *call(network.withdraw_consent, officer, consent_id=new_id()),
        *call(network.request_login_code, actors.public(), phone="0712345678"),
        *call(network.confirm_login_code, actors.public(), phone="0712345678", code="123456"),
        *call(network.create_staff_user, administrator(), username="u", password="kikapu-cha-mwalimu", roles=[],
              language="en"),
        *call(network.set_staff_roles, administrator(), user_id=new_id(), roles=[]),
        *call(network.set_transfer_times, coordinator(), rows=[("NBI", "MSA", 1)]),
    ]


def test_garbage_never_crashes_a_command(noon):
    problems = [
        f"{name}({field}={value!r:.24}): {problem}"
        for name, action, field in attempts()
        for value in GARBAGE
        if (problem := problem_with(action, field, value)) is not None
    ]
    assert problems == []
