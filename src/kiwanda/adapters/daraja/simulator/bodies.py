"""What Daraja says, to the letter: answers, results, and how they drift."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from kiwanda.adapters.daraja.simulator.answers import Answer
from kiwanda.adapters.daraja.simulator.books import NAIROBI
from kiwanda.adapters.daraja.simulator.courses import Course

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SAID = {
    "0": "The service request is processed successfully.",
    "1": "The balance is insufficient for the transaction.",
    "2": "Less Than Minimum Transaction Value.",
    "3": "More Than Maximum Transaction Value.",
    "8": "Would Exceed The Maximum Balance.",
    "11": "The DebitParty is in an invalid state.",
    "15": "Duplicate Detected.",
    "17": "Internal Failure.",
    "2001": "The initiator information is invalid.",
    "2040": "Credit Party customer type can't be supported by the service.",
    "SFC_IC0003": "The operator does not exist.",
}


def json_answer(data: Mapping[str, Any], status: int = 200) -> Answer:
    return Answer(status, json.dumps(data).encode())


def error(status: int, code: str, message: str) -> Answer:
    """The gateway's refusal."""
    return json_answer({"requestId": "1c5b-4ba8-815c-ac45c57a3db0", "errorCode": code, "errorMessage": message}, status)


def acknowledgement(originator_id: str, conversation_id: str) -> Answer:
    return json_answer(
        {
            "ConversationID": conversation_id,
            "OriginatorConversationID": originator_id,
            "ResponseCode": "0",
            "ResponseDescription": "Accept the service request successfully.",
        }
    )


def payment_result(row: sqlite3.Row, funds_minor: int) -> dict[str, Any]:
    """The result of a B2C request, in the shape its course calls for."""
    course = Course(row["course"])
    code: Any = _code(row["code"])
    result: dict[str, Any] = {
        "ResultType": 0,
        "ResultCode": code,
        "ResultDesc": _SAID.get(str(code), "Failed."),
        "OriginatorConversationID": row["originator_id"],
        "ConversationID": row["conversation_id"],
        "TransactionID": row["receipt"] or "OAK0000000",
        "ReferenceData": {"ReferenceItem": {"Key": "QueueTimeoutURL", "Value": "https://internal.example/results"}},
    }
    if row["state"] == "failed":
        return {"Result": result}
    if course is Course.DUPLICATE_RESULT:
        result |= {"ResultCode": 15, "ResultDesc": _SAID["15"]}
        return {"Result": result}
    amount = row["amount_minor"] + (100 if course is Course.WRONG_AMOUNT else 0)
    phone = "254799999999" if course is Course.WRONG_PAYEE else row["phone"]
    skew = timedelta(hours=2) if course is Course.CLOCK_SKEW else timedelta()
    parameters: list[dict[str, Any]] = [
        {"Key": "TransactionAmount", "Value": amount // 100},
        {"Key": "TransactionReceipt", "Value": row["receipt"]},
        {"Key": "ReceiverPartyPublicName", "Value": f"{phone} - A CUSTOMER"},
        {"Key": "TransactionCompletedDateTime", "Value": _local(row["done_at"], skew).strftime("%d.%m.%Y %H:%M:%S")},
        {"Key": "B2CUtilityAccountAvailableFunds", "Value": funds_minor / 100},
        {"Key": "B2CWorkingAccountAvailableFunds", "Value": 0.00},
        {"Key": "B2CRecipientIsRegisteredCustomer", "Value": "Y"},
        {"Key": "B2CChargesPaidAccountAvailableFunds", "Value": -row["fee_minor"] / 100},
    ]
    if course is Course.TYPE_DRIFT:
        result |= {"ResultType": "0", "ResultCode": "0"}
        parameters = [
            {"Key": "TransactionAmount", "Value": f"{amount / 100:,.2f}"},
            {"Key": "TransactionReceipt"},
            {"Key": "TransactionReceipt", "Value": row["receipt"]},
            {"Key": "TransactionCompletedDateTime", "Value": int(f"{_local(row['done_at'], skew):%Y%m%d%H%M%S}")},
        ]
    result["ResultParameters"] = {"ResultParameter": parameters}
    return {"Result": result}


def forged_result(row: sqlite3.Row) -> dict[str, Any]:
    """What somebody who guesses would post: nobody was paid, pay again."""
    return {
        "Result": {
            "ResultType": 0, "ResultCode": 1, "ResultDesc": _SAID["1"],
            "OriginatorConversationID": row["originator_id"], "ConversationID": row["conversation_id"],
            "TransactionID": "OAK0000000",
        }
    }  # fmt: skip


def timed_out(row: sqlite3.Row) -> dict[str, Any]:
    """A queue time-out's post."""
    return {
        "Result": {
            "ResultType": 0, "ResultCode": 1, "ResultDesc": "The request timed out in the queue.",
            "OriginatorConversationID": row["originator_id"], "ConversationID": row["conversation_id"],
            "TransactionID": "OAK0000000",
        }
    }  # fmt: skip


def status_result(
    row: sqlite3.Row | None, shortcode: str, originator_id: str, conversation_id: str
) -> dict[str, Any]:
    """The result of a status query about ``row``; None: it was not found."""
    result: dict[str, Any] = {
        "ResultType": 0,
        "ResultCode": 0 if row is not None else 2033,
        "ResultDesc": _SAID["0"] if row is not None else "The transaction does not exist.",
        "OriginatorConversationID": originator_id,
        "ConversationID": conversation_id,
        "TransactionID": "OAK0000000",
        "ReferenceData": {"ReferenceItem": {"Key": "Occasion"}},
    }
    if row is None:
        return {"Result": result}
    # Paid and taken back reads as paid here, too: the reversal is a transaction of its own.
    status = {"paid": "Completed", "reversed": "Completed", "failed": "Failed"}[row["state"]]
    time = _local(row["done_at"], timedelta()).strftime("%Y%m%d%H%M%S")
    result["ResultParameters"] = {
        "ResultParameter": [
            {"Key": "DebitPartyName", "Value": f"{shortcode} - KIWANDA"},
            {"Key": "CreditPartyName", "Value": f"{row['phone']} - A CUSTOMER"},
            {"Key": "OriginatorConversationID", "Value": row["originator_id"]},
            {"Key": "InitiatedTime", "Value": time},
            {"Key": "DebitAccountType", "Value": "Utility Account"},
            {"Key": "DebitPartyCharges", "Value": f"Fee For B2C Payment|KES|{row['fee_minor'] / 100:.2f}"},
            {"Key": "TransactionReason"},
            {"Key": "ReasonType", "Value": "Business Payment to Customer via API"},
            {"Key": "TransactionStatus", "Value": status},
            {"Key": "FinalisedTime", "Value": time},
            {"Key": "Amount", "Value": str(row["amount_minor"] // 100)},
            {"Key": "ConversationID", "Value": row["conversation_id"]},
            {"Key": "ReceiptNo", "Value": row["receipt"]},
        ]
    }
    return {"Result": result}


def balance_result(funds_minor: int, originator_id: str, conversation_id: str) -> dict[str, Any]:
    funds = f"{funds_minor / 100:.2f}"
    accounts = (
        f"Working Account|KES|0.00|0.00|0.00|0.00&Float Account|KES|0.00|0.00|0.00|0.00&"
        f"Utility Account|KES|{funds}|{funds}|0.00|0.00&Charges Paid Account|KES|0.00|0.00|0.00|0.00"
    )
    return {
        "Result": {
            "ResultType": "0", "ResultCode": "0", "ResultDesc": _SAID["0"], "OriginatorConversationID": originator_id,
            "ConversationID": conversation_id, "TransactionID": "OA90000000",
            "ResultParameters": {"ResultParameter": [{"Key": "AccountBalance", "Value": accounts}]},
        }
    }  # fmt: skip


def conversation_id(at: float, number: int) -> str:
    return f"AG_{_local(at, timedelta()):%Y%m%d}_{number:020x}"


def receipt(number: int) -> str:
    """A receipt number of M-Pesa's form: ten letters and digits, never the same twice, never a placeholder's zeros."""
    text = ""
    for _ in range(7):
        number, digit = divmod(number, 36)
        text = _LETTERS[digit] + text
    return f"SK{text.replace('0000000', 'ZERO000')}X"


def whole_shillings(value: Any) -> int | None:
    """``Amount`` as cents; None unless it is a whole number of shillings above zero."""
    if isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount <= 0 or amount != amount.to_integral_value() or amount > 10**12:
        return None
    return int(amount) * 100


def _code(code: str) -> Any:
    return int(code) if code.isdigit() else code


def _local(at: float, skew: timedelta) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(NAIROBI) + skew
