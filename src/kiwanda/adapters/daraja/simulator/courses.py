"""What becomes of one payment: drawn from a seed and its id, so that every run of a test is the same."""

from __future__ import annotations

import hashlib
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
FAULTS = tuple(course for course in Course if course is not Course.PAID)


def course_of(seed: int, originator_id: str, fault_share: float) -> Course:
    """The course of a request: each fault equally likely, all together with probability ``fault_share`` (0 … 1)."""
    digest = hashlib.sha256(f"{seed}:{originator_id}".encode()).digest()
    if int.from_bytes(digest[:8], "big") >= fault_share * 2**64:
        return Course.PAID
    return FAULTS[int.from_bytes(digest[8:16], "big") % len(FAULTS)]
