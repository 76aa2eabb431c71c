"""A local MTN MoMo: token, transfer, status, balance, and one post per transfer, misbehaving from a seed."""

from __future__ import annotations

import base64
import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from kiwanda.adapters.rail_kit import Answer, Course, NoAnswer, NoConnection, SimulatedMoney
from kiwanda.adapters.rail_kit.books import AT_THE_GATE, deliver
from kiwanda.core.money import exponent

TOKEN_SECONDS = 3600
_REASONS = {
    Course.WALLET_FULL.value: "PAYEE_LIMIT_REACHED",
    Course.UNREGISTERED.value: "PAYEE_NOT_FOUND",
    Course.INTERNAL_FAILURE.value: "INTERNAL_PROCESSING_ERROR",
    "float_short": "NOT_ENOUGH_FUNDS",
}


class MomoSimulator:
    """One account at MTN. ``post`` delivers a result and returns whether it was taken."""

    def __init__(
        self, money: SimulatedMoney, post: Callable[[str, bytes], bool], *, api_user: str = "user",
        api_key: str = "key", subscription_key: str = "subscription", currency: str = "UGX",
    ) -> None:
        self.money, self._post, self.currency = money, post, currency
        self._basic = base64.b64encode(f"{api_user}:{api_key}".encode()).decode()
        self._subscription = subscription_key
        self._tokens: dict[str, float] = {}

    def handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if headers.get("ocp-apim-subscription-key") != self._subscription:
            return Answer.of(401, {"statusCode": 401, "message": "Access denied due to invalid subscription key."})
        if (method, path) == ("POST", "/disbursement/token/"):
            if headers.get("authorization") != f"Basic {self._basic}":
                return Answer.of(401, {"error": "login_failed"})
            token = secrets.token_urlsafe(20)
            self._tokens[token] = self.money.clock() + TOKEN_SECONDS
            return Answer.of(200, {"access_token": token, "token_type": "access_token", "expires_in": TOKEN_SECONDS})
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(token, 0.0) <= self.money.clock():
            return Answer.of(401, {"code": "UNAUTHORIZED", "message": "The token is not valid."})
        if (method, path) == ("GET", "/disbursement/v1_0/account/balance"):
            self.money.work()
            return Answer.of(200, {"availableBalance": self._units(self.money.float_minor()),
                                   "currency": self.currency})
        if (method, path) == ("POST", "/disbursement/v1_0/transfer"):
            return self._transfer(headers, body)
        if method == "GET" and path.startswith("/disbursement/v1_0/transfer/"):
            row = self.money.find(path.rpartition("/")[2])
            if row is None:
                return Answer.of(404, {"code": "RESOURCE_NOT_FOUND", "message": "Requested resource was not found."})
            return Answer.of(200, self._status(row))
        return Answer.of(404, {"statusCode": 404, "message": "Resource not found"})

    def deliver(self) -> int:
        """Pay what is due and post the results, each once; returns how many were taken."""
        return deliver(self.money, self._status, self._units, self._post)

    def waiting(self) -> float | None:
        return self.money.waiting()

    def _transfer(self, headers: Mapping[str, str], body: bytes) -> Answer:
        ref = headers.get("x-reference-id", "")
        try:
            if UUID(ref).version != 4:
                raise ValueError
            data = json.loads(body)
            amount = int(str(data["amount"]))
            party = data["payee"]
            payee = str(party["partyId"])
            if amount <= 0 or data["currency"] != self.currency or party["partyIdType"] != "MSISDN":
                raise ValueError
        except (ValueError, KeyError, TypeError):
            return Answer.of(400, {"code": "BAD_REQUEST", "message": "Invalid data was sent in the request."})
        course = self.money.course_of(ref)
        if course in AT_THE_GATE and self.money.first_time(ref):
            if course is Course.NEVER_ARRIVED:
                raise NoConnection
            if course is Course.TOKEN_REFUSED:
                self._tokens.clear()
                return Answer.of(401, {"code": "UNAUTHORIZED", "message": "The token is not valid."})
            return Answer.of(429, {"statusCode": 429, "message": "Rate limit is exceeded."})
        minor = amount * 10 ** exponent(self.currency)
        external = str(data.get("externalId") or "")
        if not self.money.take(ref, external, payee, minor, self.currency, headers.get("x-callback-url", "")):
            return Answer.of(409, {"code": "RESOURCE_ALREADY_EXIST", "message": "Duplicated reference id."})
        if course is Course.ACK_LOST:
            raise NoAnswer
        if course is Course.PAGE_AFTER_TAKING:
            return Answer(502, b"<html><h1>Bad gateway</h1></html>", "text/html")
        if course is Course.FAILURE_INSIDE_200:
            return Answer.of(200, {"status": "FAILED", "reason": "INTERNAL_PROCESSING_ERROR"})
        return Answer(202)

    def _status(self, row: sqlite3.Row) -> dict[str, Any]:
        told: dict[str, Any] = {
            "amount": self._units(row["minor"]), "currency": row["currency"], "externalId": row["external"],
            "payee": {"partyIdType": "MSISDN", "partyId": row["payee"]},
            "status": {"pending": "PENDING", "paid": "SUCCESSFUL", "failed": "FAILED"}[row["state"]],
        }
        if row["state"] == "paid":
            told["financialTransactionId"] = row["receipt"]
        if row["state"] == "failed":
            reason = _REASONS[row["code"]]
            told["reason"] = reason if row["code"] == "float_short" else {"code": reason, "message": reason.lower()}
        return told

    def _units(self, minor: int) -> str:
        return str(minor // 10 ** exponent(self.currency))
