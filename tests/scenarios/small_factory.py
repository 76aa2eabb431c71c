"""A small factory played through its commands, day by day: the stage for scenarios and for tests of the surfaces."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from kiwanda.core import actors, clock
from kiwanda.core.actors import Actor, Role
from kiwanda.core.audit import run_audit
from kiwanda.core.ids import new_id
from kiwanda.core.jobs import Worker
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.catalog.commands import MaterialSpec
from kiwanda.factory.catalog.tests.factories import make_material, make_style, operation_spec
from kiwanda.factory.demand.commands import promise_line
from kiwanda.factory.demand.models import OrderLine, SalesOrder
from kiwanda.factory.demand.tests.factories import make_channel, make_order
from kiwanda.factory.dispatch.commands import accept_offer, send_wave
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.logistics import queries as logistics
from kiwanda.factory.logistics.commands import PackItem, create_shipment, dispatch_shipment, pack_carton
from kiwanda.factory.logistics.models import Shipment
from kiwanda.factory.network.tests.factories import artisan_of, coordinator, make_workshop
from kiwanda.factory.planning.commands import publish_plan, release_demand, request_plan, run_plan
from kiwanda.factory.planning.models import PlanRun
from kiwanda.factory.production.commands import hand_in, issue_components, receive_hand_in, report_progress
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.queries import sets_given
from kiwanda.factory.quality.commands import DefectSpec, create_defect_code, record_inspection
from kiwanda.factory.quality.models import DefectCode
from kiwanda.factory.settlement.commands import approve_payout_batch, create_payout_batch
from kiwanda.factory.settlement.models import PayoutBatch
from kiwanda.factory.supply.commands import confirm_material, issue_material, receive_material_lot

MORNING = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


class SmallFactory:
    """Casting and beading in parallel, then assembly; ``workshops`` at one hub; one order of necklaces.

    ``spoils`` maps an operation code to (rework, rejected) of its first inspection.
    """

    def __init__(self, *, quantity: int = 24, workshops: int = 6) -> None:
        self.day = MORNING
        self.coordinator = coordinator()
        self.inspector = actors.staff(new_id(), Role.INSPECTOR)
        self.maker = actors.staff(new_id(), Role.FINANCE_MAKER)
        self.checker = actors.staff(new_id(), Role.FINANCE_CHECKER)
        with clock.at(self.day - timedelta(days=30)):
            make_material("recycled-brass", unit="g", recycled_percent=90)
            make_material("glass-beads", unit="g", recycled_percent=60)
            self.style = make_style(
                "NECKLACE",
                operations=[
                    operation_spec("cast", minutes=12),
                    operation_spec("bead", minutes=20),
                    operation_spec("assemble", minutes=8, after=["cast", "bead"]),
                ],
                bill=[
                    MaterialSpec("recycled-brass", "cast", Decimal("11.5")),
                    MaterialSpec("glass-beads", "bead", Decimal("6")),
                ],
                sku="KW-NECK",
            )
            self.workshops = [make_workshop(techniques=["cast", "bead", "assemble"]) for _ in range(workshops)]
            for material in ("recycled-brass", "glass-beads"):
                receive_material_lot(
                    actor=self.coordinator,
                    code=f"LOT-{material[:6]}",
                    material=material,
                    hub_code="NBI",
                    supplier_ref="Kamukunji yard",
                    receipt_ref="R-17",
                    assay_ref="ASSAY-3",
                    recycled_percent=90,
                    quantity=Decimal(100_000),
                    unit_cost_minor=90,
                )
            if not DefectCode.objects.exists():
                create_defect_code(
                    actor=self.inspector,
                    code="solder-break",
                    name_en="Solder break",
                    name_sw="Kiungo kimevunjika",
                    severity="major",
                )
            make_channel()
        with clock.at(self.day):
            self.order: SalesOrder = make_order("desk", ("KW-NECK", quantity))
        self.line = OrderLine.objects.get(order=self.order)
        self.spoils: dict[str, tuple[int, int]] = {}

    def react(self) -> None:
        run_reactions()

    def plan(self) -> PlanRun:
        """Release demand, plan, publish, send the wave of the coming weeks."""
        with clock.at(self.day):
            release_demand(actor=self.coordinator)
            run = request_plan(actor=self.coordinator, days=28, budget_seconds=1)
            run = run_plan(actor=self.coordinator, plan_run_id=run.pk)
            assert run.state == "proposed", run.message
            run = publish_plan(actor=self.coordinator, plan_run_id=run.pk)
            send_wave(actor=self.coordinator, until=clock.today() + timedelta(days=27))
            self.react()
        return run

    def accept_all(self) -> list[WorkOrder]:
        """Every workshop says yes to everything it is offered."""
        with clock.at(self.day):
            return [
                accept_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk)
                for offer in Offer.objects.filter(state="sent").select_related("workshop").order_by("sent_at", "pk")
            ]

    def make(self, order: WorkOrder) -> None:
        """One work order from material to verdict, as far as the parts that are there allow."""
        actor = artisan_of(order.workshop)
        if not order.issues.exists():
            for issue in issue_material(actor=self.coordinator, work_order_id=order.pk):
                confirm_material(actor=actor, issue_id=issue.pk, received_quantity=issue.quantity)
        if order.operation.after.exists():
            issue_components(actor=self.coordinator, work_order_id=order.pk)
        sets = sets_given(order)
        possible = order.quantity if sets is None else min(sets, order.quantity)
        fresh = possible - order.handed_in_quantity
        if fresh <= 0:
            return
        report_progress(actor=actor, work_order_id=order.pk, made_quantity=possible)
        given = hand_in(actor=actor, work_order_id=order.pk, quantity=fresh)
        self.inspect(receive_hand_in(actor=self.coordinator, hand_in_id=given.pk, counted=given.quantity))

    def inspect(self, given: HandIn) -> None:
        rework, rejected = self.spoils.pop(given.work_order.operation.code, (0, 0))
        received = given.received_quantity or 0
        rework, rejected = min(rework, received), min(rejected, received)
        defects = [DefectSpec("solder-break", rework + rejected)] if rework + rejected else []
        record_inspection(
            actor=self.inspector,
            hand_in_id=given.pk,
            accepted=received - rework - rejected,
            rework=rework,
            rejected=rejected,
            defects=defects,
        )

    def mend(self, order: WorkOrder) -> None:
        """Bring back everything that was sent to rework, all good now."""
        order.refresh_from_db()
        given = hand_in(
            actor=artisan_of(order.workshop), work_order_id=order.pk, quantity=order.rework_quantity, is_rework=True
        )
        self.inspect(receive_hand_in(actor=self.coordinator, hand_in_id=given.pk, counted=given.quantity))

    def work(self) -> None:
        """Make every open work order whose predecessors are done, one routing step a day."""
        for sequence in sorted(set(WorkOrder.objects.values_list("operation__sequence", flat=True))):
            self.day += timedelta(days=3)
            with clock.at(self.day):
                for order in WorkOrder.objects.filter(
                    state__in=["accepted", "in_progress"], operation__sequence=sequence
                ).select_related("operation", "workshop"):
                    self.make(order)
                self.react()

    def pay(self) -> PayoutBatch:
        """Maker prepares, checker approves, the worker sends and asks until nothing moves."""
        self.day += timedelta(days=1)
        with clock.at(self.day):
            batch = create_payout_batch(actor=self.maker, up_to=None)
            approve_payout_batch(actor=self.checker, batch_id=batch.pk, content_hash=batch.content_hash)
            Worker().run(until_idle=True)
            self.react()
        return batch

    def pack_and_ship(self) -> Shipment:
        """Pack all that can be packed and send it."""
        self.day += timedelta(days=1)
        with clock.at(self.day):
            cartons = []
            for row in logistics.packable():
                items = [PackItem(row.line_id, row.quantity)]
                cartons.append(pack_carton(actor=self.coordinator, hub_code=row.hub_code, items=items).pk)
            shipment = create_shipment(actor=self.coordinator, destination="San Francisco", carton_ids=cartons)
            shipment = dispatch_shipment(actor=self.coordinator, shipment_id=shipment.pk)
            self.react()
        return shipment

    def promise(self) -> None:
        with clock.at(self.day):
            promise_line(
                actor=actors.staff(new_id(), Role.MERCHANDISER),
                line_id=self.line.pk,
                promised_on=clock.today() + timedelta(days=21),
                confidence_percent=None,
                basis="manual",
            )

    def artisan(self, order: WorkOrder) -> Actor:
        return artisan_of(order.workshop)


def audit_problems() -> list[str]:
    """Everything `kiwanda audit` finds, as sentences."""
    return [f"{finding.check.name}: {problem}" for finding in run_audit() for problem in finding.problems]
