"""A local provider of the GSMA Mobile Money API: disbursement, responses, request states, balance, PUT callbacks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from kiwanda.adapters.rail_kit import Answer, Course, NoAnswer, NoConnection, SimulatedMoney
from kiwanda.adapters.rail_kit.books import AT_THE_GATE, deliver
from kiwanda.core.money import exponent

_ERRORS = {
    Course.WALLET_FULL.value: ("businessRule", "accountMaxBalanceExceeded"),
    Course.UNREGISTERED.value: ("identification", "identifierError"),
    Course.INTERNAL_FAILURE.value: ("internal", "genericError"),
    "float_short": ("businessRule", "insufficientFunds"),
}


def error(category: str, code: str) -> dict[str, Any]:
    """The API's error object."""
    return {
        "errorCategory": category, "errorCode": code, "errorDescription": f"{code}.", "errorParameters": [],
        "errorDateTime": "2026-11-23T09:00:00.000Z",
    }  # fmt: skip


class GsmaSimulator:
    """One account at a provider. ``post`` delivers a callback and returns whether it was taken."""

    def __init__(
        self, money: SimulatedMoney, post: Callable[[str, bytes], bool], *, api_key: str = "key",
        account: tuple[str, str] = ("accountid", "2000"), currency: str = "KES",
    ) -> None:
        self.money, self._post, self.currency = money, post, currency
        self._api_key, self._account = api_key, account

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if headers.get("x-api-key") != self._api_key:
            return Answer.of(401, error("authorisation", "clientAuthorisationError"))
        key, value = self._account
        if (method, path) == ("GET", f"/accounts/{key}/{value}/balance"):
            self.money.work()
            funds = self._units(self.money.float_minor())
            return Answer.of(200, {"currentBalance": funds, "availableBalance": funds, "currency": self.currency,
                                   "accountStatus": "available"})
        if (method, path) == ("POST", "/transactions/type/disbursement"):
            return self._disburse(headers, body)
        if method == "GET":
            return self._look(path)
        return Answer.of(405, error("validation", "invalidMethod"))

    def deliver(self) -> int:
        """Pay what is due and post results; returns how many were taken."""
        return deliver(self.money, self._transaction, self._units, self._post)

    def waiting(self) -> float | None:
        return self.money.waiting()

    def _disburse(self, headers: Mapping[str, str], body: bytes) -> Answer:
        ref = headers.get("x-correlationid", "")
        try:
            data = json.loads(body)
            amount = Decimal(str(data["amount"])).scaleb(exponent(self.currency))
            payee = next(str(party["value"]) for party in data["creditParty"] if party["key"] == "msisdn")
            whole = amount.is_finite() and amount > 0 and amount == amount.to_integral_value()
            if not ref or data["currency"] != self.currency or not whole:
                raise ValueError
        except (ValueError, KeyError, TypeError, StopIteration, InvalidOperation):
            return Answer.of(400, error("validation", "formatError"))
        course = self.money.course_of(ref)
        if course in AT_THE_GATE and self.money.first_time(ref):
            if course is Course.NEVER_ARRIVED:
                raise NoConnection
            if course is Course.TOKEN_REFUSED:
                return Answer.of(401, error("authorisation", "clientAuthorisationError"))
            return Answer.of(429, error("serviceUnavailable", "tooManyRequests"))
        external = str(data.get("requestingOrganisationTransactionReference") or "")
        callback = headers.get("x-callback-url", "")
        if not self.money.take(ref, external, payee, int(amount), self.currency, callback):
            return Answer.of(409, error("businessRule", "duplicateRequest"))
        if course is Course.ACK_LOST:
            raise NoAnswer
        if course is Course.PAGE_AFTER_TAKING:
            return Answer(500, b"<html>Internal Server Error</html>", "text/html")
        if course is Course.FAILURE_INSIDE_200:
            return Answer.of(200, error("businessRule", "genericError"))
        row = self.money.find(ref)
        assert row is not None
        return Answer.of(202, {"serverCorrelationId": row["server_ref"], "status": "pending",
                               "notificationMethod": "callback", "objectReference": "", "pollLimit": 100})

    def _look(self, path: str) -> Answer:
        kind, _, name = path.strip("/").partition("/")
        if kind == "responses" and (row := self.money.find(name)) is not None:
            target = f"/transactions/{row['receipt']}" if row["receipt"] else f"/requeststates/{row['server_ref']}"
            return Answer.of(200, {"link": target})
        if kind == "transactions" and (row := self.money.find(name, "receipt")) is not None:
            return Answer.of(200, self._transaction(row))
        if kind == "requeststates" and (row := self.money.find(name, "server_ref")) is not None:
            state = {"serverCorrelationId": row["server_ref"], "notificationMethod": "polling",
                     "objectReference": row["receipt"],
                     "status": {"pending": "pending", "paid": "completed", "failed": "failed"}[row["state"]]}
            if row["state"] == "failed":
                state["error"] = error(*_ERRORS[row["code"]])
            return Answer.of(200, state)
        return Answer.of(404, error("identification", "identifierError"))

    def _transaction(self, row: sqlite3.Row) -> dict[str, Any]:
        told: dict[str, Any] = {
            "amount": self._units(row["minor"]), "currency": row["currency"],
            "creditParty": [{"key": "msisdn", "value": row["payee"]}],
            "requestingOrganisationTransactionReference": row["external"],
            "transactionReference": row["receipt"],
            "transactionStatus": {"pending": "pending", "paid": "completed", "failed": "failed"}[row["state"]],
        }
        if row["state"] == "failed":
            told["error"] = error(*_ERRORS[row["code"]])
        return told

    def _units(self, minor: int) -> str:
        places = exponent(self.currency)
        return f"{Decimal(minor).scaleb(-places):.{places}f}"
