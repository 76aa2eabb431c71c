"""Accepted work, one order a screen, the earliest due first: report, hand in, mended pieces, material, the verdict."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from kiwanda.core import clock
from kiwanda.factory.conversations.menus import Shown
from kiwanda.factory.dispatch import queries as dispatch
from kiwanda.factory.dispatch.models import WorkOrder
from kiwanda.factory.production import queries as production
from kiwanda.factory.production.commands import hand_in, report_progress
from kiwanda.factory.quality import queries as quality
from kiwanda.factory.quality.commands import file_appeal
from kiwanda.factory.quality.models import Appeal, Inspection
from kiwanda.factory.supply import queries as supply
from kiwanda.factory.supply.commands import confirm_material
from kiwanda.factory.supply.models import Issue
from kiwanda.surfaces.ussd.screen import (
    Caller,
    again,
    attempt,
    choice,
    done,
    named,
    register,
    short,
    show,
    shown,
    whole,
)

MOST_PIECES = 1_000_000


def _live(caller: Caller) -> list[WorkOrder]:
    rows = dispatch.live_work(caller.actor).select_related("operation", "production_order__variant__style")
    return list(rows.order_by("due_on", "code")[:50])


def _current(caller: Caller, data: dict[str, Any]) -> WorkOrder | None:
    rows = dispatch.live_work(caller.actor).select_related("operation")
    return rows.filter(pk=data["order"]).first() if "order" in data else None


def _to_mend(order: WorkOrder) -> int:
    return max(0, order.rework_quantity - production.on_the_way_back(order.pk))


def _material(caller: Caller, order_id: str) -> Issue | None:
    rows = supply.issues(caller.actor).filter(work_order_id=UUID(order_id), state="issued")
    return rows.select_related("lot__material").order_by("issued_at").first()


def _verdict(caller: Caller, order_id: str) -> Inspection | None:
    return quality.inspections(caller.actor).filter(work_order_id=UUID(order_id)).order_by("-inspected_at").first()


def _show(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    live = _live(caller)
    if not live:
        return done(caller, caller.say("no_work"))
    ids = [str(row.pk) for row in live]
    at = ids.index(data["order"]) if data.get("order") in ids else 0
    order = live[at]
    mend, material = _to_mend(order), _material(caller, ids[at]) is not None
    verdict = _verdict(caller, ids[at]) is not None
    options = [
        caller.say("work_options"),
        *([caller.say("work_next")] if len(live) > 1 else []),
        *([caller.say("work_mended", n=mend)] if mend else []),
        *([caller.say("work_material")] if material else []),
        *([caller.say("work_result")] if verdict else []),
        caller.say("back"),
    ]
    body = caller.say(
        "work",
        at=f"({at + 1}/{len(live)}) " if len(live) > 1 else "",
        code=order.code,
        made=order.made_quantity,
        quantity=order.quantity,
        due=short(order.due_on),
        late=caller.say("late") if order.due_on < clock.today() else "",
    )
    style = order.production_order.variant.style
    kept = {"order": ids[at], "next": ids[(at + 1) % len(ids)]}
    return shown(
        "work", kept, body, "\n".join(options), note=note,
        operation=named(caller, order.operation.name_en, order.operation.name_sw),
        style=named(caller, style.name_en, style.name_sw),
    )


#: What each number of a work order's screen opens.
_LEADS_TO = {"1": "made", "2": "handing", "4": "mended", "5": "material", "6": "verdict"}


def _take(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen == "0":
        return show("root", caller)
    if chosen == "3" and data["next"] != data["order"]:
        return show("work", caller, {"order": data["next"]})
    if chosen in _LEADS_TO:
        return show(_LEADS_TO[chosen], caller, {"order": data["order"]})
    return again("work", caller, data)


def _show_made(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    order = _current(caller, data)
    if order is None:
        return done(caller, caller.say("gone"))
    body = caller.say("how_many_made", code=order.code, quantity=order.quantity, made=order.made_quantity)
    return shown("made", data, body, note=note)


def _take_made(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    number, order = whole(typed, 0, MOST_PIECES), _current(caller, data)
    if order is None:
        return done(caller, caller.say("gone"))
    if number is None:
        return show("made", caller, data, caller.say("number"))
    return attempt(
        caller,
        lambda: report_progress(
            actor=caller.actor, command_id=caller.command_id("progress"), work_order_id=order.pk, made_quantity=number
        ),
        lambda _: done(caller, caller.say("reported", code=order.code, made=number, quantity=order.quantity)),
    )


def _show_handing(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    order = _current(caller, data)
    if order is None:
        return done(caller, caller.say("gone"))
    left = order.quantity - order.handed_in_quantity
    return shown("handing", data, caller.say("how_many_handed", code=order.code, left=left), note=note)


def _show_mended(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    order = _current(caller, data)
    if order is None or not _to_mend(order):
        return again("work", caller, data | {"next": data["order"]})
    return shown("mended", data, caller.say("how_many_mended", code=order.code, left=_to_mend(order)), note=note)


def _take_handing(caller: Caller, data: dict[str, Any], typed: str, *, mended: bool = False) -> Shown:
    number, order = whole(typed, 1, MOST_PIECES), _current(caller, data)
    if order is None:
        return done(caller, caller.say("gone"))
    if number is None:
        return show("mended" if mended else "handing", caller, data, caller.say("number"))
    return attempt(
        caller,
        lambda: hand_in(
            actor=caller.actor, command_id=caller.command_id("hand-in"), work_order_id=order.pk, quantity=number,
            is_rework=mended,
        ),
        lambda _: done(caller, caller.say("handed_in", n=number, code=order.code)),
    )


def _take_mended(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    return _take_handing(caller, data, typed, mended=True)


def _amount(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _show_material(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    issue = _material(caller, data["order"])
    if issue is None:
        return done(caller, caller.say("no_material"))
    material = issue.lot.material
    return shown(
        "material", {"order": data["order"], "issue": str(issue.pk)},
        caller.say("material", amount=_amount(issue.quantity), unit=material.unit),
        f"{caller.say('material_options')}\n{caller.say('back')}", note=note,
        material=named(caller, material.name_en, material.name_sw),
    )


def _take_material(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen == "0":
        return show("work", caller, data)
    issue = supply.issues(caller.actor).filter(pk=data["issue"]).first()
    if issue is None:
        return done(caller, caller.say("gone"))
    if chosen == "1":
        return _confirm(caller, issue, issue.quantity)
    if chosen == "2":
        return show("material_less", caller, data)
    return again("material", caller, data)


def _show_less(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    issue = supply.issues(caller.actor).filter(pk=data["issue"]).select_related("lot__material").first()
    if issue is None:
        return done(caller, caller.say("gone"))
    body = caller.say("how_much_material", unit=issue.lot.material.unit, amount=_amount(issue.quantity))
    return shown("material_less", data, body, note=note)


def _take_less(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    issue = supply.issues(caller.actor).filter(pk=data["issue"]).first()
    if issue is None:
        return done(caller, caller.say("gone"))
    try:
        amount = Decimal(typed.strip().replace(",", ".")[:20])
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 <= amount < issue.quantity:
        return show("material_less", caller, data, caller.say("number"))
    return _confirm(caller, issue, amount)


def _confirm(caller: Caller, issue: Issue, amount: Decimal) -> Shown:
    said = "material_confirmed" if amount == issue.quantity else "material_disputed"
    return attempt(
        caller,
        lambda: confirm_material(
            actor=caller.actor, command_id=caller.command_id("material"), issue_id=issue.pk, received_quantity=amount
        ),
        lambda _: done(caller, caller.say(said)),
    )


def _show_verdict(caller: Caller, data: dict[str, Any], note: str) -> Shown:
    verdict = _verdict(caller, data["order"])
    if verdict is None:
        return done(caller, caller.say("no_result"))
    reasons = [
        f"{row.quantity} {named(caller, row.code.name_en, row.code.name_sw)}"
        for row in verdict.defects.select_related("code")[:4]
    ]
    may_appeal = verdict.rejected_quantity > 0 and not Appeal.objects.filter(inspection=verdict).exists()
    options = [*([caller.say("appeal_option")] if may_appeal else []), caller.say("back")]
    body = caller.say(
        "result",
        on=short(clock.local_date(verdict.inspected_at)),
        accepted=verdict.accepted_quantity,
        rework=verdict.rework_quantity,
        rejected=verdict.rejected_quantity,
    )
    kept = {"order": data["order"], "inspection": str(verdict.pk), "appeal": may_appeal}
    return shown("verdict", kept, body, "\n".join(options), note=note, why=", ".join(reasons))


def _take_verdict(caller: Caller, data: dict[str, Any], typed: str) -> Shown:
    chosen = choice(typed)
    if chosen == "0":
        return show("work", caller, {"order": data["order"]})
    if chosen == "1" and data["appeal"]:
        return attempt(
            caller,
            lambda: file_appeal(
                actor=caller.actor, command_id=caller.command_id("appeal"), inspection_id=UUID(data["inspection"]),
                reason=caller.say("appeal_reason"),
            ),
            lambda _: done(caller, caller.say("appealed")),
        )
    return again("verdict", caller, data)


register("work", _show, _take)
register("made", _show_made, _take_made)
register("handing", _show_handing, _take_handing)
register("mended", _show_mended, _take_mended)
register("material", _show_material, _take_material)
register("material_less", _show_less, _take_less)
register("verdict", _show_verdict, _take_verdict)
