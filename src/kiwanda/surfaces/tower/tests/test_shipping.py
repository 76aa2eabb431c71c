"""Shipping and passports in the tower: each step by its button, once, by right, and refused where it stands."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.scenarios.small_factory import SmallFactory

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event
from kiwanda.factory.demand.tests.factories import make_order
from kiwanda.factory.logistics.commands import PackItem, create_shipment, pack_carton
from kiwanda.factory.logistics.models import Carton, Piece, Shipment
from kiwanda.factory.planning.models import ProductionOrder
from kiwanda.factory.traceability import claims
from kiwanda.factory.traceability.models import Passport
from kiwanda.surfaces.tower.queries.passports import LACKS, lack_in_words
from kiwanda.surfaces.tower.tests.people import staff_client
from kiwanda.surfaces.tower.tests.test_actions import page_after

pytestmark = pytest.mark.django_db

SCREENS = [
    "/shipping/", "/shipping/?hub=NBI", "/shipping/cartons/", "/shipping/shipments/",
    "/shipping/shipments/?show=dispatched", "/shipping/shipments/?show=delivered&q=x",
]  # fmt: skip
QUANTITY = 12


@pytest.fixture
def made() -> Iterator[SmallFactory]:
    """Everything is made and accepted, nothing packed."""
    small = SmallFactory(quantity=QUANTITY, workshops=3)
    small.plan()
    small.accept_all()
    small.work()
    with clock.at(small.day):
        yield small


@pytest.fixture
def coordinator() -> Client:
    return staff_client(Role.COORDINATOR)


def pack_by_form(client: Client, factory: SmallFactory, quantity: object, **more: str) -> str:
    line = str(factory.line.pk)
    posted = {"hub": "NBI", "line": line, f"quantity-{line}": str(quantity), **more}
    return page_after(client, client.post(reverse("tower:pack_carton"), posted))


def packed(factory: SmallFactory, quantity: int) -> Carton:
    items = [PackItem(factory.line.pk, quantity)]
    return pack_carton(actor=factory.coordinator, hub_code="NBI", items=items)


class TestPacking:
    def test_what_lies_at_a_hub_is_listed_with_its_order(self, made: SmallFactory, coordinator: Client):
        text = coordinator.get("/shipping/").content.decode()
        assert f"{QUANTITY} pieces can be packed" in text
        assert f'href="{reverse("tower:order", args=[made.order.pk])}"' in text
        assert f'name="quantity-{made.line.pk}" value="{QUANTITY}"' in text

    def test_part_of_a_line_is_packed_and_the_rest_waits(self, made: SmallFactory, coordinator: Client):
        text = pack_by_form(coordinator, made, 5)
        carton = Carton.objects.get()
        assert f"Carton {carton.sscc} is packed with 5 pieces." in text
        assert carton.piece_count == Piece.objects.filter(carton=carton, line=made.line).count() == 5
        assert f'name="quantity-{made.line.pk}" value="{QUANTITY - 5}"' in text

    def test_more_than_there_is_is_refused_beside_the_hub(self, made: SmallFactory, coordinator: Client):
        text = pack_by_form(coordinator, made, QUANTITY + 1)
        assert f"needs only {QUANTITY} more pieces" in text
        assert text.index(f"needs only {QUANTITY}") < text.index("Pack a carton")
        assert not Carton.objects.exists()

    @pytest.mark.parametrize("quantity", ["", "many", "-1", "0"])
    def test_nonsense_is_refused_in_words(self, made: SmallFactory, coordinator: Client, quantity: str):
        assert 'role="alert"' in pack_by_form(coordinator, made, quantity)
        assert not Carton.objects.exists()

    def test_nothing_ticked_is_refused(self, made: SmallFactory, coordinator: Client):
        text = page_after(coordinator, coordinator.post(reverse("tower:pack_carton"), {"hub": "NBI"}))
        assert "Choose at least one line" in text

    def test_the_same_press_twice_packs_once(self, made: SmallFactory, coordinator: Client):
        command_id = str(new_id())
        for _ in range(2):
            assert "is packed with 3 pieces" in pack_by_form(coordinator, made, 3, command_id=command_id)
        assert Carton.objects.count() == 1

    def test_who_may_not_pack_sees_no_form_and_is_refused(self, made: SmallFactory):
        client = staff_client(Role.MERCHANDISER)
        text = client.get("/shipping/").content.decode()
        assert "Only for: Coordinator, Inspector" in text
        assert "Pack a carton" not in text
        assert 'role="alert"' in pack_by_form(client, made, 1)
        assert not Carton.objects.exists()

    def test_an_order_leads_to_its_own_lines(self, made: SmallFactory, coordinator: Client):
        text = coordinator.get(reverse("tower:order", args=[made.order.pk])).content.decode()
        link = f"/shipping/?order={made.order.number}"
        assert f'href="{link}"' in text
        shown = coordinator.get(link).content.decode()
        assert re.search(rf'value="{made.line.pk}"[^>]* checked', shown)
        assert "Nothing of other lies ready" in coordinator.get("/shipping/?order=other").content.decode()

    def test_a_carton_is_unpacked(self, made: SmallFactory, coordinator: Client):
        free = Piece.objects.filter(carton=None).count()
        assert free >= QUANTITY, "more where little of the allowance was rejected"
        carton = packed(made, 4)
        assert Piece.objects.filter(carton=None).count() == free - 4
        text = page_after(coordinator, coordinator.post(reverse("tower:unpack_carton", args=[carton.pk])))
        assert f"Carton {carton.sscc} is open" in text
        assert Piece.objects.filter(carton=None).count() == free


class TestShipments:
    def test_a_shipment_is_made_handed_over_and_arrives(self, made: SmallFactory, coordinator: Client):
        cartons = [packed(made, 5), packed(made, QUANTITY - 5)]
        listed = coordinator.get("/shipping/cartons/").content.decode()
        assert all(carton.sscc in listed for carton in cartons)
        posted = {"destination": "Mombasa port", "carrier": "Sea", "carton": [str(carton.pk) for carton in cartons]}
        text = page_after(coordinator, coordinator.post(reverse("tower:create_shipment"), posted))
        shipment = Shipment.objects.get()
        assert f"Shipment {shipment.code} is ready" in text
        assert "No carton waits" in text

        opened = coordinator.get("/shipping/shipments/").content.decode()
        row = next(part for part in opened.split("</tr>") if shipment.code in part)
        assert "Mombasa port" in row
        assert made.order.number in row
        assert re.search(r'data-label="Pieces">12<', row)

        sent = coordinator.post(reverse("tower:dispatch_shipment", args=[shipment.pk]))
        assert f"Shipment {shipment.code} is on its way." in page_after(coordinator, sent)
        assert set(Carton.objects.values_list("state", flat=True)) == {"shipped"}
        arrived = coordinator.post(reverse("tower:record_delivery", args=[shipment.pk]))
        assert f"Shipment {shipment.code} was delivered." in page_after(coordinator, arrived)
        assert shipment.code in coordinator.get("/shipping/shipments/?show=delivered").content.decode()

    def test_a_shipment_without_cartons_is_refused_beside_the_form(self, made: SmallFactory, coordinator: Client):
        packed(made, 2)
        answer = coordinator.post(reverse("tower:create_shipment"), {"destination": "London", "carton": ["nonsense"]})
        text = page_after(coordinator, answer)
        assert "needs at least one packed carton" in text or "Cartons:" in text
        assert not Shipment.objects.exists()

    def test_a_carton_already_taken_is_named(self, made: SmallFactory, coordinator: Client):
        carton, other = packed(made, 2), packed(made, 3)
        create_shipment(actor=made.coordinator, destination="London", carton_ids=[carton.pk])
        posted = {"destination": "Paris", "carton": [str(carton.pk), str(other.pk)]}
        text = page_after(coordinator, coordinator.post(reverse("tower:create_shipment"), posted))
        assert f"Carton {carton.sscc} is already in another shipment" in text
        assert Shipment.objects.count() == 1

    def test_delivery_before_the_hand_over_is_refused(self, made: SmallFactory, coordinator: Client):
        shipment = create_shipment(actor=made.coordinator, destination="London", carton_ids=[packed(made, 2).pk])
        posted = {"next": "/shipping/shipments/"}
        answer = coordinator.post(reverse("tower:record_delivery", args=[shipment.pk]), posted)
        text = page_after(coordinator, answer)
        row = next(part for part in text.split("</tr>") if shipment.code in part)
        assert 'role="alert"' in row
        shipment.refresh_from_db()
        assert shipment.state == "open"

    def test_an_inspector_packs_but_does_not_ship(self, made: SmallFactory):
        client = staff_client(Role.INSPECTOR)
        carton = packed(made, 2)
        text = client.get("/shipping/cartons/").content.decode()
        assert "Only for: Coordinator, Merchandiser" in text
        assert "Make a shipment" not in text
        posted = {"destination": "London", "carton": [str(carton.pk)]}
        client.post(reverse("tower:create_shipment"), posted)
        assert not Shipment.objects.exists()


class TestPassports:
    def test_publish_look_and_withdraw(self, made: SmallFactory, coordinator: Client):
        order = ProductionOrder.objects.select_related("variant").get()
        at = reverse("tower:production_order", args=[order.pk])
        assert "Publish passport" in coordinator.get(at).content.decode()
        posted = {"story_en": "Cast and strung by hand.", "story_sw": "Kwa mkono."}
        text = page_after(coordinator, coordinator.post(reverse("tower:publish_passport", args=[order.pk]), posted))
        assert "The passport is public." in text
        public = reverse("passport:batch", args=[order.variant.gtin, order.code])
        assert f'href="{public}"' in text
        assert "Cast and strung by hand." in Client().get(public).content.decode()
        piece = re.search(r'href="(/p/01/\d+/21/[^"/]+)"', text)
        assert piece
        assert Client().get(piece.group(1)).status_code == 200

        passport = Passport.objects.get()
        answer = coordinator.post(reverse("tower:withdraw_passport", args=[passport.pk]), {"next": at})
        text = page_after(coordinator, answer)
        assert "The passport is no longer public." in text
        assert "Publish passport" in text
        assert Client().get(public).status_code == 404

    def test_claims_say_what_proves_them_or_what_they_lack(self, made: SmallFactory, coordinator: Client):
        order = ProductionOrder.objects.get()
        answer = coordinator.post(reverse("tower:publish_passport", args=[order.pk]), {})
        text = page_after(coordinator, answer)
        cells = [row for row in text.split("</tr>") if 'data-label="What it rests on"' in row]
        rows = {row.split("</th>")[0].rsplit(">", 1)[1]: row for row in cells}
        assert "Proved" in rows["Who made it"]
        assert "in Nairobi" in rows["Who made it"]
        assert "not paid yet" in rows["What was paid for it"]
        assert "Not shown" in rows["What was paid for it"]
        assert "Hours and costs were not measured" in rows["Above a living wage"]
        assert "90 % of the weight" in rows["Recycled material"]
        made.pay()
        passport = Passport.objects.get()
        back = {"next": reverse("tower:production_order", args=[order.pk])}
        text = page_after(coordinator, coordinator.post(reverse("tower:recheck_claims", args=[passport.pk]), back))
        assert "Every claim was checked again." in text
        assert "for one piece, every payout confirmed" in text

    def test_nothing_finished_cannot_be_published(self, coordinator: Client):
        small = SmallFactory(quantity=6, workshops=3)
        small.plan()
        order = ProductionOrder.objects.get()
        with clock.at(small.day):
            text = coordinator.get(reverse("tower:production_order", args=[order.pk])).content.decode()
            assert "No piece is finished yet" in text
            assert "Publish passport" not in text
            answer = coordinator.post(reverse("tower:publish_passport", args=[order.pk]), {})
            assert "has no finished pieces yet" in page_after(coordinator, answer)
        assert not Passport.objects.exists()

    def test_an_inspector_may_not_publish(self, made: SmallFactory):
        order, client = ProductionOrder.objects.get(), staff_client(Role.INSPECTOR)
        text = client.get(reverse("tower:production_order", args=[order.pk])).content.decode()
        assert "Only for: Coordinator, Impact officer, Merchandiser" in text
        client.post(reverse("tower:publish_passport", args=[order.pk]), {})
        assert not Event.objects.filter(type="traceability.PassportPublished").exists()

    def test_every_lack_that_traceability_writes_has_a_sentence(self):
        written = []
        for call in ast.walk(ast.parse(inspect.getsource(claims))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Proof" and len(call.args) == 4:
                written += [part for part in ast.walk(call.args[3]) if isinstance(part, ast.Constant | ast.JoinedStr)]
        texts = [
            "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
            if isinstance(node, ast.JoinedStr)
            else str(node.value)
            for node in written
        ]
        whole = [text for text in texts if len(text.split()) > 3 and not text.startswith((" ", "lot 7 has no assay"))]
        lacking = [text for text in whole if not any(pattern.fullmatch(text) for pattern, _ in LACKS)]
        assert len(whole) >= len(LACKS)
        assert lacking == []
        assert lack_in_words("metal lot AL-1 has no assay") == "Metal lot AL-1 has no assay."


def test_the_screens_show_a_factory_without_pieces(coordinator: Client):
    for path in SCREENS:
        assert coordinator.get(path).status_code == 200, path
    assert "Nothing waits to be packed" in coordinator.get("/shipping/").content.decode()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE_MAKER, Role.MERCHANDISER, Role.INSPECTOR])
@pytest.mark.parametrize("language", ["en", "sw"])
def test_every_role_reads_the_screens(made: SmallFactory, role: Role, language: str):
    packed(made, 2)
    client = staff_client(role, language=language)
    for path in SCREENS:
        text = client.get(path).content.decode()
        assert len(re.findall(r"<h1[ >]", text)) == 1, path


@pytest.mark.parametrize("path", ["/shipping/?hub=%00", "/shipping/?order=%25%27", "/shipping/cartons/?page=x&q=%22",
                                  "/shipping/shipments/?show=;drop&page=-3"])  # fmt: skip
def test_nonsense_in_an_address_is_no_error(made: SmallFactory, coordinator: Client, path: str):
    assert coordinator.get(path).status_code == 200


def test_strangers_are_sent_to_the_log_in(db: None):
    for path in SCREENS:
        assert Client().get(path).headers["Location"].startswith("/accounts/login/"), path


def test_more_rows_ask_no_more_questions(coordinator: Client):
    small = SmallFactory(quantity=QUANTITY, workshops=3)
    small.plan()
    small.accept_all()
    small.work()

    def questions() -> dict[str, int]:
        asked = {}
        for path in ("/shipping/", "/shipping/cartons/", "/shipping/shipments/"):
            with CaptureQueriesContext(connection) as caught:
                assert coordinator.get(path).status_code == 200
            asked[path] = len(caught)
        return asked

    with clock.at(small.day):
        create_shipment(actor=small.coordinator, destination="London", carton_ids=[packed(small, 1).pk])
        packed(small, 1)
        coordinator.get("/shipping/")
        before = questions()
        for _ in range(4):
            make_order("desk", ("KW-NECK", 3))
    small.plan()
    small.accept_all()
    small.work()
    with clock.at(small.day):
        for _ in range(3):
            create_shipment(actor=small.coordinator, destination="Paris", carton_ids=[packed(small, 1).pk])
            packed(small, 1)
        assert coordinator.get("/shipping/").content.decode().count('name="line"') > 1
        assert questions() == before
        assert max(before.values()) <= 25
