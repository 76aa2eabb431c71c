"""What staff do in the tower: through commands only, once, by right; a refusal stands beside its action."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.scenarios.small_factory import SmallFactory

from kiwanda.core import clock
from kiwanda.core.actors import Role
from kiwanda.core.ids import new_id
from kiwanda.core.models import Event, StoredFile
from kiwanda.factory.demand.models import ImportRun, OrderLine, Promise, SalesOrder, SkuMapping
from kiwanda.factory.demand.tests.factories import kiwanda_file, make_channel, make_order
from kiwanda.factory.dispatch.commands import counter_offer, decline_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.models import DayOff
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.commands import run_plan
from kiwanda.factory.planning.models import PlanRun
from kiwanda.factory.production.commands import hand_in, receive_hand_in, report_progress
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.quality.models import Inspection
from kiwanda.factory.settlement.models import PayoutBatch
from kiwanda.surfaces.tower.tests.people import staff_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def factory() -> Iterator[SmallFactory]:
    """Offers are out, nobody has answered."""
    small = SmallFactory()
    small.plan()
    with clock.at(small.day):
        yield small


@pytest.fixture
def coordinator() -> Client:
    return staff_client(Role.COORDINATOR)


def an_offer(state: str = "sent") -> Offer:
    offer = Offer.objects.filter(state=state).select_related("workshop", "operation").first()
    assert offer is not None
    return offer


def page_after(client: Client, answer: HttpResponse) -> str:
    assert answer.status_code == 302, answer.content[:500]
    return client.get(answer.headers["Location"]).content.decode()


def first_work(factory: SmallFactory) -> WorkOrder:
    """An accepted work order of the first operation."""
    factory.accept_all()
    work = WorkOrder.objects.filter(operation__code="cast").select_related("workshop").first()
    assert work is not None
    return work


def handed_in(work: WorkOrder, factory: SmallFactory, quantity: int, counted: int | None = None) -> HandIn:
    report_progress(actor=artisan_of(work.workshop), work_order_id=work.pk, made_quantity=quantity)
    given = hand_in(actor=artisan_of(work.workshop), work_order_id=work.pk, quantity=quantity)
    if counted is None:
        return given
    return receive_hand_in(actor=factory.coordinator, hand_in_id=given.pk, counted=counted)


def png() -> bytes:
    """The smallest real picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\xff\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


class TestOffers:
    def test_withdraw_and_offer_elsewhere(self, factory: SmallFactory, coordinator: Client):
        offer = an_offer()
        text = page_after(coordinator, coordinator.post(reverse("tower:withdraw_offer", args=[offer.pk])))
        assert "The offer was withdrawn." in text
        offer.refresh_from_db()
        assert offer.state == "withdrawn"
        text = page_after(coordinator, coordinator.post(reverse("tower:offer_elsewhere", args=[offer.pk])))
        assert "Offered to " in text

    def test_the_same_press_twice_is_once(self, factory: SmallFactory, coordinator: Client):
        offer, command_id = an_offer(), str(new_id())
        for _ in range(2):
            answer = coordinator.post(reverse("tower:withdraw_offer", args=[offer.pk]), {"command_id": command_id})
            assert "The offer was withdrawn." in page_after(coordinator, answer)
        assert Event.objects.filter(type="dispatch.OfferWithdrawn").count() == 1

    def test_a_refusal_stands_beside_its_action_once(self, factory: SmallFactory, coordinator: Client):
        offer = an_offer()
        url, listed = reverse("tower:withdraw_offer", args=[offer.pk]), "/work/offers/?state=declined"
        decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, reason="busy")
        answer = coordinator.post(url, {"next": listed})
        assert answer.headers["Location"] == listed
        text = coordinator.get(listed).content.decode()
        row = next(part for part in text.split("</tr>") if offer.workshop.trade_name in part)
        assert "This cannot be done now: it is already declined." in row
        assert 'role="alert"' in row
        assert "it is already declined" not in coordinator.get(listed).content.decode()

    def test_a_refusal_whose_action_is_gone_is_told_all_the_same(self, factory: SmallFactory, coordinator: Client):
        offer = an_offer()
        decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, reason="busy")
        answer = coordinator.post(
            reverse("tower:withdraw_offer", args=[offer.pk]), {"next": "/work/offers/?state=accepted"}
        )
        assert "it is already declined" in page_after(coordinator, answer)

    def test_a_refusal_speaks_the_readers_language(self, factory: SmallFactory):
        client = staff_client(Role.COORDINATOR, language="sw")
        offer = an_offer()
        decline_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, reason="busy")
        client.post(reverse("tower:withdraw_offer", args=[offer.pk]), {"next": "/work/offers/?state=declined"})
        assert "Hili haliwezi kufanyika sasa" in client.get("/work/offers/?state=declined").content.decode()

    def test_answer_a_counter_offer(self, factory: SmallFactory, coordinator: Client):
        offer = an_offer()
        counter_offer(actor=artisan_of(offer.workshop), offer_id=offer.pk, quantity=max(1, offer.quantity - 1))
        assert offer.workshop.trade_name in coordinator.get("/work/offers/?state=countered").content.decode()
        answer = coordinator.post(reverse("tower:answer_counter", args=[offer.pk]), {"accept": "1"})
        assert "Agreed" in page_after(coordinator, answer)
        assert WorkOrder.objects.get(offer=offer).quantity == max(1, offer.quantity - 1)

    def test_who_may_not_changes_nothing(self, factory: SmallFactory):
        offer = an_offer()
        client = staff_client(Role.AUDITOR)
        client.post(reverse("tower:withdraw_offer", args=[offer.pk]))
        offer.refresh_from_db()
        assert offer.state == "sent"

    def test_no_page_of_another_house_is_returned_to(self, factory: SmallFactory, coordinator: Client):
        url = reverse("tower:withdraw_offer", args=[an_offer().pk])
        answer = coordinator.post(url, {"next": "https://evil.example/"})
        assert answer.headers["Location"] == "/work/offers/"

    def test_actions_take_posts_with_a_token_only(self, factory: SmallFactory):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = staff_client(Role.COORDINATOR).cookies
        url = reverse("tower:withdraw_offer", args=[an_offer().pk])
        assert strict.post(url).status_code == 403
        assert strict.get(url).status_code == 405


class TestWork:
    def test_report_and_hand_in_for_a_workshop(self, factory: SmallFactory, coordinator: Client):
        work = first_work(factory)
        url = reverse("tower:report_progress", args=[work.pk])
        told = {"made_quantity": "2", "behalf": "she called the hub"}
        assert "written down" in page_after(coordinator, coordinator.post(url, told))
        told = {"quantity": "2", "behalf": "her son brought them"}
        answer = coordinator.post(reverse("tower:hand_in", args=[work.pk]), told)
        assert "The hand-in is declared" in page_after(coordinator, answer)
        work.refresh_from_db()
        assert (work.made_quantity, work.handed_in_quantity) == (2, 2)

    @pytest.mark.parametrize("made", ["", "-1", "many", "1e9", "9999999999"])
    def test_nonsense_is_a_sentence(self, factory: SmallFactory, coordinator: Client, made: str):
        work = first_work(factory)
        answer = coordinator.post(reverse("tower:report_progress", args=[work.pk]), {"made_quantity": made})
        assert "Made so far:" in page_after(coordinator, answer)
        work.refresh_from_db()
        assert work.made_quantity == 0

    def test_more_time_with_the_reason(self, factory: SmallFactory, coordinator: Client):
        work = first_work(factory)
        url = reverse("tower:move_due_day", args=[work.pk])
        assert "New due day:" in page_after(coordinator, coordinator.post(url, {"due_on": "soon", "reason": "hub"}))
        earlier = {"due_on": work.due_on.isoformat(), "reason": "hub"}
        assert "The new day must be after" in page_after(coordinator, coordinator.post(url, earlier))
        later = {"due_on": (work.due_on + timedelta(days=4)).isoformat(), "reason": "hub"}
        shown = page_after(coordinator, coordinator.post(url, later))
        assert "The day is moved" in shown
        assert "The hub was closed" in shown
        work.refresh_from_db()
        assert work.due_on == work.agreed_due_on + timedelta(days=4)

    def test_take_the_rest_back(self, factory: SmallFactory, coordinator: Client):
        work = first_work(factory)
        url = reverse("tower:close_work_order", args=[work.pk])
        assert "Reason:" in page_after(coordinator, coordinator.post(url))
        assert "Closed." in page_after(coordinator, coordinator.post(url, {"reason": "silent for a week"}))
        work.refresh_from_db()
        assert work.state == "cancelled"
        assert work.short_quantity == work.quantity


class TestQuality:
    def test_count_settle_and_inspect_with_a_photo(self, factory: SmallFactory, coordinator: Client):
        work = first_work(factory)
        given = handed_in(work, factory, 4)
        answer = coordinator.post(reverse("tower:receive_hand_in", args=[given.pk]), {"counted": "3"})
        assert "The counts differ" in page_after(coordinator, answer)
        url = reverse("tower:settle_discrepancy", args=[given.pk])
        assert "Why:" in page_after(coordinator, coordinator.post(url, {"quantity": "3"}))
        answer = coordinator.post(url, {"quantity": "3", "note": "counted together"})
        assert "settled" in page_after(coordinator, answer)
        inspector = staff_client(Role.INSPECTOR)
        url = reverse("tower:inspect", args=[given.pk])
        picture = SimpleUploadedFile("crack.png", png(), "image/png")
        answer = inspector.post(
            url, {"rework": "1", "rejected": "0", "defect-solder-break": "1", "photo-solder-break": picture}
        )
        assert "2 of 3 pieces passed." in page_after(inspector, answer)
        verdict = Inspection.objects.get(hand_in=given)
        photo = verdict.defects.get().photo
        assert inspector.get(reverse("tower:file", args=[photo])).headers["Content-Type"] == "image/png"

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"rework": "9", "rejected": "9"}, "cannot be more than the 4 pieces received"),
            ({"rework": "-1", "rejected": "0"}, "greater than or equal to 0"),
            ({"rework": "x", "rejected": "0"}, "Enter a whole number"),
            ({"rework": "0", "rejected": "0", "defect-solder-break": "99"}, "less than or equal to 4"),
        ],
    )
    def test_a_wrong_verdict_is_explained(self, factory: SmallFactory, form: dict[str, str], said: str):
        given = handed_in(first_work(factory), factory, 4, counted=4)
        answer = staff_client(Role.INSPECTOR).post(reverse("tower:inspect", args=[given.pk]), form)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert not Inspection.objects.exists()

    def test_a_file_that_is_no_picture_is_refused(self, factory: SmallFactory):
        given = handed_in(first_work(factory), factory, 4, counted=4)
        upload = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
        form = {"rework": "1", "rejected": "0", "defect-solder-break": "1", "photo-solder-break": upload}
        answer = staff_client(Role.INSPECTOR).post(reverse("tower:inspect", args=[given.pk]), form)
        assert answer.status_code == 422
        assert "only JPEG, PNG or WebP" in answer.content.decode()
        assert not StoredFile.objects.filter(content_type="image/png").exists()

    def test_a_coordinator_reads_the_form_but_may_not_judge(self, factory: SmallFactory, coordinator: Client):
        given = handed_in(first_work(factory), factory, 4, counted=4)
        url = reverse("tower:inspect", args=[given.pk])
        assert "Only for: Inspector" in coordinator.get(url).content.decode()
        assert coordinator.post(url, {"rework": "0", "rejected": "0"}).status_code == 422
        assert not Inspection.objects.exists()


class TestPay:
    def test_two_people_pay(self, factory: SmallFactory):
        handed = handed_in(first_work(factory), factory, 4, counted=4)
        factory.inspect(handed)
        maker, checker = staff_client(Role.FINANCE_MAKER), staff_client(Role.FINANCE_CHECKER)
        assert "Somebody else approves it." in page_after(maker, maker.post("/pay/batches/create/"))
        batch = PayoutBatch.objects.get()
        url = reverse("tower:approve_batch", args=[batch.pk])
        maker.post(url, {"content_hash": batch.content_hash})
        batch.refresh_from_db()
        assert batch.state == "draft"
        assert 'role="alert"' in page_after(checker, checker.post(url, {"content_hash": "0" * 64}))
        answer = checker.post(url, {"content_hash": batch.content_hash})
        assert "Approved." in page_after(checker, answer)
        batch.refresh_from_db()
        assert batch.state == "approved"

    def test_nothing_to_pay_is_said(self, factory: SmallFactory):
        maker = staff_client(Role.FINANCE_MAKER)
        assert 'role="alert"' in page_after(maker, maker.post("/pay/batches/create/"))

    def test_the_ledger_balances_on_screen(self, factory: SmallFactory):
        factory.inspect(handed_in(first_work(factory), factory, 4, counted=4))
        text = staff_client(Role.AUDITOR).get("/pay/ledger/").content.decode()
        assert "Balanced" in text
        assert "Does not balance" not in text


class TestOrders:
    def test_place_promise_and_cancel(self, factory: SmallFactory):
        client = staff_client(Role.MERCHANDISER)
        form = {"channel": "desk", "number": "SF-9", "due_on": "2027-01-15", "lines": "KW-NECK 12\nUNKNOWN-1 3\n"}
        text = page_after(client, client.post("/orders/new/", form))
        order = SalesOrder.objects.get(number="SF-9")
        assert "UNKNOWN-1" in text
        line = OrderLine.objects.get(order=order, external_sku="KW-NECK")
        back = reverse("tower:order", args=[order.pk])
        answer = client.post(reverse("tower:promise_line", args=[line.pk]), {"promised_on": "2027-01-20", "next": back})
        assert "The promise is recorded." in page_after(client, answer)
        assert Promise.objects.get(line=line).promised_on.isoformat() == "2027-01-20"
        answer = client.post(reverse("tower:cancel_line", args=[line.pk]), {"reason": "buyer", "next": back})
        assert "The line is cancelled." in page_after(client, answer)
        answer = client.post(reverse("tower:cancel_order", args=[order.pk]), {"reason": "buyer"})
        assert "The order is cancelled." in page_after(client, answer)

    @pytest.mark.parametrize("lines", ["", "KW-NECK", "KW-NECK twelve", "KW-NECK 0", "KW-NECK -3", "12"])
    def test_lines_that_cannot_be_read(self, factory: SmallFactory, lines: str):
        form = {"channel": "desk", "number": "SF-9", "due_on": "2027-01-15", "lines": lines}
        answer = staff_client(Role.MERCHANDISER).post("/orders/new/", form)
        assert answer.status_code == 422
        assert not SalesOrder.objects.filter(number="SF-9").exists()

    def test_release_and_plan_and_publish(self, factory: SmallFactory, coordinator: Client):
        make_order("desk", ("KW-NECK", 8))
        assert "1 production order was made." in page_after(coordinator, coordinator.post("/orders/release/"))
        answer = coordinator.post("/plan/make/", {"weeks": "4", "budget_seconds": "1", "reason": "test"})
        assert "is being worked out" in page_after(coordinator, answer)
        run = PlanRun.objects.order_by("-number").first()
        assert run is not None
        assert (run.days, run.state) == (28, "queued")
        run_plan(actor=factory.coordinator, plan_run_id=run.pk)
        text = coordinator.get(reverse("tower:plan_run", args=[run.pk])).content.decode()
        assert "Compared with plan 1" in text
        answer = coordinator.post(reverse("tower:publish_plan", args=[run.pk]))
        assert "Plan 2 is in force." in page_after(coordinator, answer)
        assert "went out." in page_after(coordinator, coordinator.post("/plan/wave/"))


class TestFiles:
    def test_look_then_apply_exactly_that(self, factory: SmallFactory):
        client = staff_client(Role.MERCHANDISER)
        content = kiwanda_file(("F-1", "KW-NECK", 6), ("F-1", "NOT-OURS", 2))
        upload = SimpleUploadedFile("orders.csv", content, "text/csv")
        form = {"channel_code": "desk", "format": "kiwanda", "file": upload}
        text = page_after(client, client.post("/imports/check/", form))
        assert "Nothing has changed yet." in text
        assert "1 SKU is not mapped" in text
        assert not SalesOrder.objects.filter(external_id="F-1").exists()
        run = ImportRun.objects.get()
        text = page_after(client, client.post(reverse("tower:apply_import", args=[run.pk])))
        assert "The file was taken whole." in text
        assert SalesOrder.objects.get(external_id="F-1").lines.count() == 2
        mapped = {"channel_code": "desk", "external_sku": "NOT-OURS", "sku": "KW-NECK", "pieces_per_unit": "2"}
        assert "is mapped" in page_after(client, client.post("/skus/map/", mapped))
        assert SkuMapping.objects.get(external_sku="NOT-OURS").pieces_per_unit == 2

    @pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\x00", b"a;b;c\n1;2\n", b"\xef\xbb\xbforder\n"])
    def test_garbage_is_refused_with_reasons(self, factory: SmallFactory, content: bytes):
        client = staff_client(Role.MERCHANDISER)
        form = {"channel_code": "desk", "format": "kiwanda", "file": io.BytesIO(content)}
        answer = client.post("/imports/check/", form)
        if answer.status_code == 302:
            assert "Nothing of it was taken." in client.get(answer.headers["Location"]).content.decode()
            run = ImportRun.objects.get()
            errors = client.get(reverse("tower:import_errors", args=[run.pk]))
            assert errors.headers["Content-Type"].startswith("text/csv")
            assert len(errors.content.splitlines()) > 1
        else:
            assert answer.status_code == 422
        assert SalesOrder.objects.count() == 1

    def test_ignoring_needs_a_reason_and_an_unknown_sku_is_refused(self, factory: SmallFactory):
        make_channel("shop", kind="manual")
        make_order("shop", ("MUG-1", 2))
        client = staff_client(Role.MERCHANDISER)
        one = {"channel_code": "shop", "external_sku": "MUG-1"}
        assert "Reason:" in page_after(client, client.post("/skus/ignore/", one))
        wrong = {**one, "sku": "NO-SUCH", "pieces_per_unit": "1"}
        assert 'role="alert"' in page_after(client, client.post("/skus/map/", wrong))
        answer = client.post("/skus/ignore/", {**one, "reason": "a mug, not jewellery"})
        assert "will not be made here" in page_after(client, answer)


class TestWorkshops:
    def test_days_off_and_pause(self, factory: SmallFactory, coordinator: Client):
        workshop = factory.workshops[0]
        today = clock.today()
        url = reverse("tower:take_days_off", args=[workshop.pk])
        form = {"first": today.isoformat(), "last": (today + timedelta(days=2)).isoformat(), "reason": "funeral"}
        form["behalf"] = "she sent her daughter"
        assert "The days off are noted." in page_after(coordinator, coordinator.post(url, form))
        assert DayOff.objects.filter(workshop=workshop).count() == 3
        url = reverse("tower:cancel_day_off", args=[workshop.pk])
        page_after(coordinator, coordinator.post(url, {"on": today.isoformat(), "behalf": "she called"}))
        assert DayOff.objects.filter(workshop=workshop).count() == 2
        assert coordinator.post(url, {"on": "soon"}).status_code == 404
        coordinator.post(reverse("tower:pause_workshop", args=[workshop.pk]), {"reason": "planting"})
        workshop.refresh_from_db()
        assert workshop.state == "paused"
        coordinator.post(reverse("tower:reopen_workshop", args=[workshop.pk]))
        workshop.refresh_from_db()
        assert workshop.state == "active"

    def test_an_endless_absence_is_refused(self, factory: SmallFactory, coordinator: Client):
        url = reverse("tower:take_days_off", args=[factory.workshops[0].pk])
        form = {"first": "2026-12-01", "last": "2030-12-01", "reason": "other"}
        assert "within 60 days" in page_after(coordinator, coordinator.post(url, form))
        assert not DayOff.objects.exists()


def test_outside_a_demo_the_next_day_comes_by_itself(factory: SmallFactory, coordinator: Client):
    answer = coordinator.post("/next-day/")
    assert 'role="alert"' in page_after(coordinator, answer)
