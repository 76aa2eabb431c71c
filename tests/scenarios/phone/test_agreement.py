"""Any interleaving of phones, channels, losses, doublings and delays ends with phones and factory agreeing.

Two workshops; the owner of the first has two phones, and on the first of them the owner of the second logs in, too.
Requests are lost, answers are lost, requests arrive again long after; offers are answered by USSD meanwhile, the office
withdraws, counts and judges, phones are wiped, lost and logged in anew. At the end everybody syncs in peace. Then each
phone holds exactly what the factory would write to it, every command was carried out at most once and answered, and
nobody's phone holds anything of the other workshop.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kiwanda.core import actors, clock
from kiwanda.core.audit import load_checks
from kiwanda.core.errors import Rejected
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.conversations.models import CallRequest
from kiwanda.factory.devices.commands import revoke_device
from kiwanda.factory.devices.models import Device, PhoneCommand
from kiwanda.factory.dispatch.commands import accept_offer, decline_offer, withdraw_offer
from kiwanda.factory.dispatch.models import Offer, WorkOrder
from kiwanda.factory.network.models import Artisan
from kiwanda.factory.network.tests.factories import artisan_of, coordinator, owner
from kiwanda.factory.production.commands import receive_hand_in, settle_discrepancy
from kiwanda.factory.production.models import HandIn, ProgressReport
from kiwanda.surfaces.phone.sync import doorkeeping, kinds
from kiwanda.surfaces.phone.sync.viewing import Viewer
from tests.scenarios.phone.model import Phone, twice
from tests.scenarios.small_factory import SmallFactory

SEED = st.integers(0, 2**20)
PHONES = st.integers(0, 2)


class Lines(RuleBasedStateMachine):
    """The world of the docstring; a rule is one thing that happens."""

    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block.__enter__()
        for limiter in (doorkeeping.SYNCS, doorkeeping.CHUNKS):
            limiter.forget()
        factory = SmallFactory(workshops=2, quantity=16)
        factory.plan()
        self.moment = factory.day
        self.shops = factory.workshops
        with clock.at(self.moment):
            run_reactions()
            first, second = owner(self.shops[0]), owner(self.shops[1])
            self.phones = [Phone(first, name="A1").log_in(), Phone(first, name="A2").log_in(), Phone(second, name="B")]
            # One handset, two people.
            self.phones[2].client = self.phones[0].client
            self.phones[2].log_in()
            for phone in self.phones:
                phone.sync()
        #: Requests on the line that may arrive again: (token, body).
        self.strays = []
        #: Every command ever written down, by whom.
        self.written = {}

    def teardown(self):
        if hasattr(self, "block"):
            try:
                self.peace()
            finally:
                transaction.set_rollback(True)
                self.block.__exit__(None, None, None)

    def later(self, minutes=7):
        self.moment += timedelta(minutes=minutes)
        return clock.at(self.moment)

    @rule(which=PHONES, seed=SEED)
    def she_does_something(self, which, seed):
        """Whatever the phone shows her may be acted on, however old what it shows is."""
        chance, phone = Random(seed), self.phones[which]
        offers = [thing for thing, row in phone.of("offer").items() if row["s"] in ("sent", "countered")]
        works = list(phone.of("work"))
        messages = list(phone.of("msg"))
        choices = [("request_call", {"about": ""}), ("set_language", {"language": chance.choice(["en", "sw"])})]
        if offers:
            choices += [("accept_offer", {"offer": chance.choice(offers)})] * 3
            choices += [("decline_offer", {"offer": chance.choice(offers), "reason": "busy"})]
            choices += [("counter_offer", {"offer": chance.choice(offers), "q": 1})]
        if works:
            work = chance.choice(works)
            choices += [("report_progress", {"work": work, "made": chance.randrange(12)})] * 2
            choices += [("hand_in", {"work": work, "q": 1 + chance.randrange(3)})] * 2
        if messages:
            choices += [("read_messages", {"ids": [chance.choice(messages)]})]
        first = clock.local_date(self.moment) + timedelta(days=1 + chance.randrange(5))
        choices += [("take_days_off", {"from_": first.isoformat(), "reason": "family"})]
        kind, args = chance.choice(choices)
        with self.later(1):
            self.written[phone.do(kind, **args)] = (kind, str(phone.artisan.pk), args)

    @rule(which=PHONES, fate=st.sampled_from(["calm", "request lost", "answer lost", "twice", "late", "cut short"]))
    def a_phone_syncs(self, which, fate):
        phone = self.phones[which]
        with self.later(3):
            body = twice(phone.body())
            self.strays.append((phone.token, body))
            if fate == "request lost":
                return
            if fate == "late":
                # Only some of what she did is in it; the rest is missing from the count.
                body["cmds"] = body["cmds"][1:]
            response = phone.post(body)
            assert response.status_code == 200, response.content
            if fate == "twice":
                assert phone.post(body).status_code == 200
            if fate in ("calm", "twice", "late"):
                phone.hear(response.json())
            if fate == "calm":
                phone.sync()

    @rule(seed=SEED)
    def an_old_request_arrives_again(self, seed):
        """Days later perhaps, after the phone was logged out perhaps. Its answer reaches nobody."""
        if not self.strays:
            return
        token, body = Random(seed).choice(self.strays)
        with self.later(5):
            client = self.phones[0]
            kept, client.token = client.token, token
            try:
                assert client.post(body).status_code in (200, 401)
            finally:
                client.token = kept

    @rule(seed=SEED, how=st.sampled_from(["accept", "decline", "withdraw"]))
    def another_channel_is_faster(self, seed, how):
        live = list(Offer.objects.filter(state="sent").order_by("pk"))
        if not live:
            return
        offer = Random(seed).choice(live)
        person = artisan_of(offer.workshop)
        # An offer may have lapsed meanwhile.
        with self.later(), suppress(Rejected), transaction.atomic():
            if how == "accept":
                accept_offer(actor=person, offer_id=offer.pk)
            elif how == "decline":
                decline_offer(actor=person, offer_id=offer.pk, reason="ill")
            else:
                withdraw_offer(actor=coordinator(), offer_id=offer.pk)

    @rule(seed=SEED)
    def the_hub_counts(self, seed):
        waiting = list(HandIn.objects.filter(state__in=["declared", "disputed"]).order_by("pk"))
        if not waiting:
            return
        row = Random(seed).choice(waiting)
        with self.later():
            try:
                with transaction.atomic():
                    if row.state == "disputed":
                        settle_discrepancy(actor=coordinator(), hand_in_id=row.pk, quantity=row.quantity, note="seen")
                    else:
                        counted = max(0, row.quantity - Random(seed).randrange(2))
                        receive_hand_in(actor=coordinator(), hand_in_id=row.pk, counted=counted)
            except Rejected:
                pass

    @rule()
    def the_worker_runs(self):
        with self.later(1):
            run_reactions()

    @rule(which=PHONES)
    def a_phone_is_wiped_of_its_copy(self, which):
        phone = self.phones[which]
        phone.cursor = 0
        phone.rows.clear()
        phone.versions.clear()

    @rule(which=PHONES)
    def a_phone_is_lost_and_found(self, which):
        """The hub logs it out; she logs in again on it, with what it had not sent."""
        phone = self.phones[which]
        with self.later(20):
            device = Device.objects.get(pk=phone.device)
            if device.state == "active":
                revoke_device(actor=coordinator(), device_id=device.pk)
            phone.log_in()

    @rule()
    def days_pass(self):
        self.moment += timedelta(days=1)

    @invariant()
    def nobody_holds_anything_of_anybody_else(self):
        for phone in getattr(self, "phones", []):
            shop = phone.artisan.workshop_id
            hers = {str(pk) for pk in Offer.objects.filter(workshop_id=shop).values_list("pk", flat=True)}
            assert set(phone.of("offer")) <= hers
            works = {str(pk) for pk in WorkOrder.objects.filter(workshop_id=shop).values_list("pk", flat=True)}
            assert set(phone.of("work")) <= works

    def peace(self):
        """No more losses: everybody is heard, and then the books are compared."""
        with self.later(30):
            run_reactions()
            for _ in range(2):
                for phone in self.phones:
                    phone.sync()
            for phone in self.phones:
                assert phone.outbox == []
                person = Artisan.objects.get(pk=phone.artisan.pk)
                actor = actors.artisan(person.pk, person.workshop_id)
                viewer = Viewer(actor, person, clock.now())
                assert phone.rows == twice_keyed(kinds.written(viewer, kinds.everything(viewer)))
            self.once()
            checks = load_checks()
            for name in ("commands_are_counted", "feeds_belong_to_phones", "versions_are_reached"):
                assert list(checks[f"devices.{name}"].function()) == []

    def once(self):
        """Each command has one answer, from one effect."""
        kept = {str(row.pk): row for row in PhoneCommand.objects.select_related("device")}
        assert set(kept) == set(self.written)
        done = {kind: [] for kind in ("accept_offer", "hand_in", "report_progress")}
        for identifier, (kind, artisan, args) in self.written.items():
            row = kept[identifier]
            assert str(row.device.artisan_id) == artisan
            assert row.code != "fault", (kind, args)
            if row.status == "ok" and kind in done:
                done[kind].append(args)
        accepted = [args["offer"] for args in done["accept_offer"]]
        assert len(accepted) == len(set(accepted))
        for offer in accepted:
            assert WorkOrder.objects.filter(offer_id=UUID(offer)).count() == 1
        assert HandIn.objects.count() == len(done["hand_in"])
        assert sum(HandIn.objects.values_list("quantity", flat=True)) == sum(args["q"] for args in done["hand_in"])
        reports = ProgressReport.objects.count()
        # A hand-in of more than was reported is a report, too.
        assert len(done["report_progress"]) <= reports <= len(done["report_progress"]) + len(done["hand_in"])
        for phone in self.phones:
            assert CallRequest.objects.filter(artisan_id=phone.artisan.pk, state="open").count() <= 1


def twice_keyed(rows):
    """What the server would write, as the wire carries it."""
    return {key: twice(row) for key, row in rows.items()}


@pytest.mark.django_db
def test_phones_and_factory_agree_whatever_happens_between_them():
    run_state_machine_as_test(
        Lines,
        settings=settings(
            max_examples=4,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
        ),
    )
