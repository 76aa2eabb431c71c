"""Appeals: heard once, by somebody else; what they grant is accepted in every book."""

from __future__ import annotations

import pytest

from kiwanda.core import actors
from kiwanda.core.actors import Role
from kiwanda.core.errors import Forbidden, Invalid, NotFound, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.network.tests.factories import artisan_of
from kiwanda.factory.planning.tests.factories import audit
from kiwanda.factory.production.models import HandIn
from kiwanda.factory.production.tests.factories import fresh, hand_in_and_receive, inspector, make_bench
from kiwanda.factory.quality.commands import decide_appeal, file_appeal
from kiwanda.factory.quality.errors import QualityError
from kiwanda.factory.quality.tests.factories import judge
from kiwanda.factory.settlement.models import Earning

pytestmark = pytest.mark.django_db


@pytest.fixture
def first():
    return inspector()


@pytest.fixture
def verdict(noon, first):
    return judge(hand_in_and_receive(make_bench().work("cast", 10), 10), rejected=4, by=first)


def appeal_of(verdict):
    return file_appeal(
        actor=artisan_of(verdict.work_order.workshop), inspection_id=verdict.pk, reason="Look again, please."
    )


def test_granted_pieces_are_accepted_earned_and_can_be_passed_on(verdict):
    appeal = appeal_of(verdict)
    decide_appeal(actor=inspector(), appeal_id=appeal.pk, granted_quantity=3, decision="Within the sample.")
    work = fresh(verdict.work_order)
    assert (work.accepted_quantity, work.rejected_quantity) == (9, 1)
    assert HandIn.objects.get().accepted_quantity == 9
    earned = {row.inspection_id: row.quantity for row in Earning.objects.all()}
    assert earned == {verdict.pk: 6, appeal.pk: 3}
    verdict.refresh_from_db()
    assert verdict.rejected_quantity == 4, "the first verdict stays on record as it was given"
    assert audit("production", "dispatch", "quality", "settlement") == []


def test_a_refused_appeal_changes_nothing(verdict):
    appeal = appeal_of(verdict)
    assert decide_appeal(actor=inspector(), appeal_id=appeal.pk, granted_quantity=0, decision="No.").state == "refused"
    assert fresh(verdict.work_order).rejected_quantity == 4
    assert Earning.objects.count() == 1
    assert audit("quality", "settlement") == []


def test_the_first_inspector_does_not_judge_herself(verdict, first):
    appeal = appeal_of(verdict)
    with pytest.raises(Rejected) as refused:
        decide_appeal(actor=first, appeal_id=appeal.pk, granted_quantity=1, decision="Yes.")
    assert refused.value.error is QualityError.OTHER_INSPECTOR


def test_an_administrator_cannot_decide_either(verdict):
    appeal = appeal_of(verdict)
    with pytest.raises(Forbidden):
        decide_appeal(actor=actors.staff(new_id(), Role.ADMINISTRATOR), appeal_id=appeal.pk, granted_quantity=1,
                      decision="Yes.")


def test_it_is_filed_once_by_the_workshop_concerned_about_rejected_pieces(verdict):
    with pytest.raises(NotFound):
        file_appeal(actor=artisan_of(make_bench(sku="OTHER").workshops["cast"]), inspection_id=verdict.pk, reason="x")
    appeal_of(verdict)
    with pytest.raises(Rejected) as refused:
        appeal_of(verdict)
    assert refused.value.error is QualityError.ALREADY_APPEALED
    clean = judge(hand_in_and_receive(make_bench(sku="THIRD").work("cast", 5), 5))
    with pytest.raises(Rejected) as refused:
        appeal_of(clean)
    assert refused.value.error is QualityError.NOTHING_REJECTED


def test_no_more_is_granted_than_was_rejected_and_only_once(verdict):
    appeal = appeal_of(verdict)
    with pytest.raises(Invalid):
        decide_appeal(actor=inspector(), appeal_id=appeal.pk, granted_quantity=5, decision="All and one.")
    decide_appeal(actor=inspector(), appeal_id=appeal.pk, granted_quantity=4, decision="All.")
    with pytest.raises(Rejected):
        decide_appeal(actor=inspector(), appeal_id=appeal.pk, granted_quantity=4, decision="Again.")
    assert fresh(verdict.work_order).accepted_quantity == 10
