"""Which of Africa's Talking's status codes are worth another try."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """A recipient's status code: taken or not, and whether trying again may help."""

    ok: bool
    meaning: str
    retry: bool = False


#: Per recipient; a request answered 201 can hold failures. The table of the provider's documentation.
STATUSES = {
    100: Status(True, "Processed"),
    101: Status(True, "Sent"),
    102: Status(True, "Queued"),
    401: Status(False, "RiskHold"),
    402: Status(False, "InvalidSenderId", retry=True),
    403: Status(False, "InvalidPhoneNumber"),
    404: Status(False, "UnsupportedNumberType"),
    405: Status(False, "InsufficientBalance", retry=True),
    406: Status(False, "UserInBlacklist"),
    407: Status(False, "CouldNotRoute"),
    500: Status(False, "InternalServerError", retry=True),
    501: Status(False, "GatewayError", retry=True),
    502: Status(False, "RejectedByGateway", retry=True),
}

#: HTTP answers that will be the same next time: the request itself is wrong. Wrong keys (401) are the operator's to
#: mend, and messages should wait for that rather than die.
PERMANENT_HTTP = frozenset({400, 404, 405, 413, 422})

#: Delivery reports: the provider's word → ours.
REPORTS = {
    "Success": "delivered",
    "Sent": "sent",
    "Submitted": "sent",
    "Buffered": "sent",
    "Rejected": "failed",
    "Failed": "failed",
    "Expired": "failed",
    "AbsentSubscriber": "failed",
}
