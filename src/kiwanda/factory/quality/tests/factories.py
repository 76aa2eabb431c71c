"""Verdicts for tests, built through the commands."""

from __future__ import annotations

from typing import Any

from kiwanda.core.actors import Actor
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.tests.factories import hand_in_and_receive, inspector
from kiwanda.factory.quality.commands import DefectSpec, create_defect_code, record_inspection
from kiwanda.factory.quality.models import DefectCode, Inspection


def make_defect_code(code: str = "bent") -> DefectCode:
    """The defect code, made when it is not there yet."""
    found = DefectCode.objects.filter(pk=code).first()
    return found or create_defect_code(
        actor=inspector(), code=code, name_en=code.capitalize(), name_sw=code.capitalize(), severity="major"
    )


def judge(
    hand_in: HandIn,
    accepted: int | None = None,
    rework: int = 0,
    rejected: int = 0,
    by: Actor | None = None,
    **more: Any,
) -> Inspection:
    """A verdict; everything is accepted unless said otherwise, failed pieces are bent."""
    if accepted is None:
        accepted = (hand_in.received_quantity or 0) - rework - rejected
    failed = rework + rejected
    if failed:
        make_defect_code()
    return record_inspection(
        actor=by or inspector(), hand_in_id=hand_in.pk, accepted=accepted, rework=rework, rejected=rejected,
        defects=[DefectSpec("bent", failed)] if failed else [], **more,
    )


def make_accepted(work_order: WorkOrder, quantity: int, **more: Any) -> Inspection:
    """``quantity`` pieces handed in, received and accepted."""
    return judge(hand_in_and_receive(work_order, quantity), **more)
