"""Reading what Daraja posts to us. Its shapes drift: codes are numbers or text, one parameter comes without its list,
values and whole blocks are missing, keys repeat, times are text or numbers. Whatever cannot be read proves nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from kiwanda.adapters.daraja import codes
from kiwanda.ports.payments import Outcome, RailAnswer

#: Larger posts are not M-Pesa's.
LARGEST_POST = 100_000
_RECEIPT = re.compile(r"[A-Z0-9]{8,20}")
#: Ids M-Pesa fills in where there was no transaction: two letters and a date code, then zeros only.
_PLACEHOLDER = re.compile(r"[A-Z0-9]{2,4}0{6,}")


class Unreadable(ValueError):
    """The post does not have the form of a result."""


@dataclass(frozen=True, slots=True)
class Result:
    """A result callback: ``codes`` as text, parameters with every value given under their key, in order."""

    final: bool
    code: str
    description: str
    originator_id: str
    conversation_id: str
    transaction_id: str
    parameters: Mapping[str, tuple[Any, ...]]

    def text(self, key: str) -> str:
        """The last value given under ``key`` as text, empty where there is none."""
        values = [value for value in self.parameters.get(key, ()) if value is not None]
        return str(values[-1]).strip() if values else ""

    def minor(self, key: str) -> int | None:
        """An amount of KES as cents; None where it is missing or not one."""
        return minor(self.text(key))


def read(body: bytes) -> Result:
    """Parse a result or queue time-out post. Raises :class:`Unreadable`."""
    if len(body) > LARGEST_POST:
        raise Unreadable("larger than any result of M-Pesa")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise Unreadable(f"no JSON: {type(fault).__name__}") from None
    result = data.get("Result") if isinstance(data, dict) else None
    if not isinstance(result, dict) or _scalar(result.get("ResultCode")) == "":
        raise Unreadable("no Result with a ResultCode")
    block = result.get("ResultParameters")
    listed = block.get("ResultParameter") if isinstance(block, dict) else None
    found: dict[str, list[Any]] = {}
    for key, value in _items(listed):
        found.setdefault(key, []).append(value)
    return Result(
        final=_scalar(result.get("ResultType")) != "1",
        code=_scalar(result["ResultCode"]),
        description=_scalar(result.get("ResultDesc"))[:200],
        originator_id=_scalar(result.get("OriginatorConversationID")),
        conversation_id=_scalar(result.get("ConversationID")),
        transaction_id=_scalar(result.get("TransactionID")),
        parameters={key: tuple(values) for key, values in found.items()},
    )


def payment_answer(result: Result) -> RailAnswer:
    """What the result of a B2C request says about its attempt."""
    known = RailAnswer(Outcome.UNKNOWN, rail_ref=result.conversation_id[:60], code=result.code[:40])
    if not result.final:
        return replace(known, outcome=Outcome.PENDING, message="M-Pesa is still working on it.")
    if result.code == "0":
        receipt = _receipt(result.text("TransactionReceipt")) or _receipt(result.transaction_id)
        amount = result.minor("TransactionAmount")
        if not receipt or amount is None:
            return replace(known, message="Paid, it says, without a receipt or an amount.")
        return replace(
            known, outcome=Outcome.PAID, receipt_ref=receipt, message=result.description, amount_minor=amount,
            payee=payee(result.text("ReceiverPartyPublicName")),
        )
    outcome = Outcome.FAILED if result.code in codes.NOT_PAID else Outcome.UNKNOWN
    return replace(known, outcome=outcome, message=codes.MEANING.get(result.code, result.description))


def status_answer(result: Result) -> RailAnswer:
    """What the result of a status query says about the payment asked for.

    The query's own code only says whether M-Pesa found something out: "not found" is no evidence. What counts is
    ``TransactionStatus``.
    """
    if not result.final or result.code != "0":
        return RailAnswer(Outcome.PENDING, code=f"status:{result.code}", message=result.description)
    status = result.text("TransactionStatus").lower()
    reference = result.text("ConversationID")
    if status == "completed":
        receipt, amount = _receipt(result.text("ReceiptNo")), result.minor("Amount")
        if receipt and amount is not None:
            # The official sample gives the receiver under DebitPartyName a second time.
            names = [*result.parameters.get("CreditPartyName", ()), *result.parameters.get("DebitPartyName", ())[1:]]
            return RailAnswer(
                Outcome.PAID, rail_ref=reference, receipt_ref=receipt, code="0", message="Completed",
                amount_minor=amount, payee=payee(str(names[0])) if names else "",
            )
    if status in ("failed", "declined", "cancelled", "expired"):
        return RailAnswer(Outcome.FAILED, rail_ref=reference, code=f"status:{status}", message=f"M-Pesa says: {status}")
    return RailAnswer(
        Outcome.UNKNOWN, rail_ref=reference, code=f"status:{status or 'none'}"[:40], message=f"M-Pesa says: {status}"
    )


def utility_balance_minor(result: Result) -> int | None:
    """Cents of KES available in the utility account, from the result of a balance query."""
    for account in result.text("AccountBalance").split("&"):
        parts = account.split("|")
        if len(parts) >= 3 and parts[0].strip().lower() == "utility account" and parts[1].strip() == "KES":
            return minor(parts[2])
    return None


def payee(name: str) -> str:
    """The receiver's number from ``254705912645 - NAME``, digits or asterisks; the name is not kept."""
    number = name.split(" - ")[0].strip()
    return number if re.fullmatch(r"[0-9*]{9,15}", number) else ""


def minor(text: str) -> int | None:
    """``1,250.00`` as 125000; None for anything that is not an amount of whole cents."""
    try:
        cents = Decimal(text.replace(",", "").strip()).scaleb(2)
    except InvalidOperation:
        return None
    if not cents.is_finite() or cents != cents.to_integral_value() or abs(cents) >= 10**15:
        return None
    return int(cents)


def _receipt(text: str) -> str:
    return text if _RECEIPT.fullmatch(text) and not _PLACEHOLDER.fullmatch(text) else ""


def _items(listed: Any) -> Iterator[tuple[str, Any]]:
    for item in listed if isinstance(listed, list) else [listed]:
        if isinstance(item, dict) and isinstance(item.get("Key"), str):
            value = item.get("Value")
            yield item["Key"], None if isinstance(value, (dict, list)) else value


def _scalar(value: Any) -> str:
    """Text of a number or text; empty for everything else (``true`` is no code)."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return str(value).strip()
