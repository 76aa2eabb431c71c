"""Which attempts go wrong and how: drawn from a seed and the attempt's id, so that every run of a test is the same."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from uuid import UUID


class Course(StrEnum):
    """What becomes of one attempt. The names say what the caller sees first and what is true in the end."""

    PAID = "paid"
    ACCEPTED_THEN_PAID = "accepted_then_paid"
    UNKNOWN_THEN_PAID = "unknown_then_paid"
    UNKNOWN_THEN_FAILED = "unknown_then_failed"
    WALLET_FULL = "wallet_full"
    UNREGISTERED = "unregistered"
    THROTTLED = "throttled"
    LOST = "lost"


#: How faults share out, in hundredths: slow and unclear answers happen most in the field, lost requests least.
WEIGHTS = {
    Course.ACCEPTED_THEN_PAID: 25,
    Course.UNKNOWN_THEN_PAID: 25,
    Course.UNKNOWN_THEN_FAILED: 10,
    Course.WALLET_FULL: 10,
    Course.UNREGISTERED: 8,
    Course.THROTTLED: 15,
    Course.LOST: 7,
}


def course_of(seed: int, attempt_id: UUID, fault_share: float) -> Course:
    """The course of ``attempt_id``: a fault with probability ``fault_share`` (0 … 1), otherwise paid at once."""
    digest = hashlib.sha256(f"{seed}:{attempt_id}".encode()).digest()
    if int.from_bytes(digest[:8], "big") >= fault_share * 2**64:
        return Course.PAID
    mark = int.from_bytes(digest[8:16], "big") % sum(WEIGHTS.values())
    for course, weight in WEIGHTS.items():
        mark -= weight
        if mark < 0:
            return course
    raise AssertionError("the weights cover every mark")
