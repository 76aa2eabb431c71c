"""What becomes of one payment: drawn from a seed and its id, so that every run of a test is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum


class Course(StrEnum):
    """The faults seen in the field. The name says what happens to the payment, its acknowledgement and its result."""

    PAID = "paid"
    #: Paid, and the acknowledgement never arrives.
    ACK_LOST = "ack_lost"
    #: The connection breaks before M-Pesa sees the request.
    NEVER_ARRIVED = "never_arrived"
    #: The result is there before the acknowledgement.
    RESULT_FIRST = "result_first"
    RESULT_LOST = "result_lost"
    RESULT_REPEATED = "result_repeated"
    RESULT_TWO_DAYS_LATE = "result_two_days_late"
    #: A queue time-out is posted, then the payment happens all the same.
    TIMED_OUT_THEN_PAID = "timed_out_then_paid"
    #: An HTML page with status 500, after paying.
    PAGE_AFTER_PAYING = "page_after_paying"
    #: "Duplicate" (15) as the result of a payment that happened: the gateway had sent it twice by itself.
    DUPLICATE_RESULT = "duplicate_result"
    TOKEN_REFUSED = "token_refused"
    SPIKE_ARREST = "spike_arrest"
    QUOTA = "quota"
    #: Asked about while it is under way, the status query finds nothing.
    NOT_FOUND_IN_FLIGHT = "not_found_in_flight"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_PAYEE = "wrong_payee"
    #: Somebody else posts a result to a guessed address; the real one follows.
    FORGED_RESULT = "forged_result"
    #: Codes as text, one parameter without its list, an integer for a time, a missing value.
    TYPE_DRIFT = "type_drift"
    #: The clock of M-Pesa is two hours ahead.
    CLOCK_SKEW = "clock_skew"
    #: Paid, and taken back by hand in the portal a day later.
    REVERSED = "reversed"
    WALLET_FULL = "wallet_full"
    UNREGISTERED = "unregistered"
    INACTIVE = "inactive"
    #: "Internal failure" (17) although nobody was paid: only the status query says so.
    INTERNAL_FAILURE = "internal_failure"
    #: The request leaves and is never heard of again: nobody is paid, no query finds it, people have to look.
    SWALLOWED = "swallowed"


#: Courses after which nobody has the money.
NOT_PAID = {
    Course.WALLET_FULL: "8", Course.UNREGISTERED: "2040", Course.INACTIVE: "11", Course.INTERNAL_FAILURE: "17",
}  # fmt: skip
#: Courses the gateway ends before M-Pesa knows of a request; sent again they go well.
AT_THE_GATE = {
    Course.TOKEN_REFUSED: ("404.001.03", "Invalid Access Token"),
    Course.SPIKE_ARREST: ("500.003.02", "Error Occurred: Spike Arrest Violation"),
    Course.QUOTA: ("500.003.03", "Quota Violation"),
}
#: What tests draw from. A swallowed request never ends by itself, so it is only drawn where it is asked for.
FAULTS = tuple(course for course in Course if course not in (Course.PAID, Course.SWALLOWED))
#: Faults as an ordinary week has them, by how often they are met: slow and lost answers, wallets that take nothing.
EVERYDAY = {
    Course.RESULT_LOST: 14, Course.RESULT_REPEATED: 14, Course.TIMED_OUT_THEN_PAID: 10, Course.SPIKE_ARREST: 10,
    Course.ACK_LOST: 8, Course.UNREGISTERED: 8, Course.WALLET_FULL: 6, Course.RESULT_TWO_DAYS_LATE: 6,
    Course.NEVER_ARRIVED: 5, Course.INACTIVE: 4, Course.TYPE_DRIFT: 3, Course.PAGE_AFTER_PAYING: 3,
    Course.REVERSED: 3, Course.SWALLOWED: 2, Course.WRONG_AMOUNT: 2, Course.DUPLICATE_RESULT: 2,
}  # fmt: skip


def course_of(seed: int, key: str, fault_share: float, weights: Mapping[Course, int] | None = None) -> Course:
    """The course of the request ``key``: a fault with probability ``fault_share`` (0 … 1), drawn by ``weights``, or
    each equally likely where there are none.
    """
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    if int.from_bytes(digest[:8], "big") >= fault_share * 2**64:
        return Course.PAID
    mark = int.from_bytes(digest[8:16], "big")
    if weights is None:
        return FAULTS[mark % len(FAULTS)]
    mark %= sum(weights.values())
    for course, weight in weights.items():
        mark -= weight
        if mark < 0:
            return course
    raise AssertionError("the weights cover every mark")
