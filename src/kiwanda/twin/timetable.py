"""The factory's week: what happens at which hour (Nairobi)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from kiwanda.twin import fairness_day, hubs_day, money_day, office_day, sales_day, workshops_day
from kiwanda.twin.player import Step

EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(6))
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)


@dataclass(frozen=True, slots=True)
class Entry:
    """A step at an hour on some weekdays.

    ``own_transactions``: its jobs commit by themselves (planning, payouts). ``then_react``: the house's reactions
    (parts passed on, refused work offered elsewhere, messages) run after it; a worker would run them all the time.
    """

    at: time
    step: Step
    weekdays: frozenset[int] = EVERY_DAY
    own_transactions: bool = False
    then_react: bool = False


TIMETABLE: tuple[Entry, ...] = (
    Entry(time(6, 10), workshops_day.tell_absences),
    Entry(time(6, 30), office_day.expire),
    Entry(time(6, 40), office_day.move_due_days, WORKING_DAYS),
    Entry(time(7, 0), office_day.take_orders),
    Entry(time(7, 15), office_day.release),
    Entry(time(7, 20), office_day.plan, frozenset({MONDAY, WEDNESDAY, FRIDAY}), own_transactions=True),
    Entry(time(7, 30), money_day.bring_in_statement),
    Entry(time(7, 40), office_day.send_offers, WORKING_DAYS, then_react=True),
    Entry(time(8, 5), money_day.note_exchange_rate, frozenset({MONDAY})),
    Entry(time(8, 15), hubs_day.count_hand_ins, WORKING_DAYS),
    Entry(time(8, 30), office_day.restock, frozenset({THURSDAY})),
    Entry(time(9, 0), workshops_day.answer_offers),
    Entry(time(9, 15), hubs_day.give_out_material, WORKING_DAYS),
    Entry(time(9, 30), fairness_day.decide_advances, frozenset({THURSDAY})),
    Entry(time(9, 40), fairness_day.review_rates, frozenset({MONDAY})),
    Entry(time(9, 45), fairness_day.answer_objections, frozenset({MONDAY, THURSDAY})),
    Entry(time(10, 0), hubs_day.settle_differences, WORKING_DAYS),
    Entry(time(10, 5), sales_day.customers_pay),
    Entry(time(10, 10), money_day.fill_up, frozenset({MONDAY, SATURDAY})),
    Entry(time(10, 15), money_day.settle_differences, frozenset({TUESDAY, SATURDAY})),
    Entry(time(10, 20), money_day.look_into_reviews, frozenset({MONDAY, TUESDAY})),
    Entry(time(10, 30), money_day.try_again, frozenset({MONDAY, TUESDAY, WEDNESDAY})),
    Entry(time(10, 45), hubs_day.inspect, WORKING_DAYS),
    Entry(time(11, 0), money_day.one_is_taken_back, frozenset({MONDAY})),
    Entry(time(11, 5), money_day.a_customer_pays_in, frozenset({WEDNESDAY})),
    Entry(time(11, 10), money_day.somebody_pays_in_the_portal, frozenset({THURSDAY})),
    Entry(time(11, 15), money_day.look_after_payouts, own_transactions=True),
    Entry(time(11, 30), hubs_day.decide_appeals, frozenset({TUESDAY, FRIDAY})),
    Entry(time(12, 0), workshops_day.answer_offers, then_react=True),
    Entry(time(12, 20), fairness_day.propose_a_rate, frozenset({TUESDAY})),
    Entry(time(12, 30), fairness_day.ask_for_advances, frozenset({WEDNESDAY})),
    Entry(time(12, 40), fairness_day.object_to_rates, frozenset({MONDAY, WEDNESDAY})),
    Entry(time(13, 0), office_day.answer_counters, WORKING_DAYS),
    Entry(time(14, 0), office_day.pack, frozenset({TUESDAY, THURSDAY, SATURDAY})),
    Entry(time(14, 30), office_day.ship, frozenset({TUESDAY, FRIDAY})),
    Entry(time(14, 45), sales_day.bring_money_home, frozenset({FRIDAY})),
    Entry(time(14, 50), money_day.fill_float, frozenset({FRIDAY})),
    Entry(time(15, 0), office_day.pay, frozenset({FRIDAY}), own_transactions=True),
    Entry(time(15, 1), money_day.hear_results, frozenset({FRIDAY}), own_transactions=True),
    Entry(time(15, 30), office_day.follow_up, WORKING_DAYS),
    Entry(time(16, 0), workshops_day.object_to_verdicts),
    Entry(time(16, 30), workshops_day.work),
    Entry(time(17, 0), workshops_day.mend),
    Entry(time(17, 30), office_day.note_deliveries, WORKING_DAYS),
    Entry(time(17, 45), office_day.publish_passports, WORKING_DAYS),
    Entry(time(18, 15), money_day.look_after_payouts, own_transactions=True),
    Entry(time(19, 0), workshops_day.answer_offers, then_react=True),
)
