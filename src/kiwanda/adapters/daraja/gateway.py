"""One POST to Daraja: the token, the credential, and telling what may have left the house from what did not.

A token ends the one before it, so that processes must share one: it lies in a file beside the factory's keys, renewed
under a lock. Times are seconds; nothing here ever sends a payment twice by itself, except after a refused token, when
the gateway has proven that it did not pass the first one on.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kiwanda.adapters.daraja import codes

#: A token is renewed this long before it runs out.
TOKEN_MARGIN = 60.0
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
#: Faults that happen before a byte of the request has left.
_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What Safaricom gave us. ``certificate`` is the environment's certificate (or bare public key) as PEM.

    ``initiator_password`` runs out after 90 days; results then say 2001 and the portal renews it.
    """

    consumer_key: str
    consumer_secret: str
    shortcode: str
    initiator: str
    initiator_password: str
    certificate: bytes

    def security_credential(self) -> str:
        """The initiator's password under the certificate's key: RSA PKCS#1 v1.5, base64."""
        key = _public_key(self.certificate)
        return base64.b64encode(key.encrypt(self.initiator_password.encode(), padding.PKCS1v15())).decode()


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a POST.

    ``left`` is False when it is proven that the request never reached M-Pesa itself. ``data`` is the JSON object of the
    answer, empty where there was none; ``code`` the gateway's error code, or ours (``no_connection``, ``no_answer``,
    ``garbage``).
    """

    left: bool
    data: Mapping[str, Any]
    code: str = ""
    message: str = ""

    @property
    def taken(self) -> bool:
        """The gateway said that the request was accepted for processing."""
        return self.left and not self.code and str(self.data.get("ResponseCode")) == "0"


class Gateway:
    """Posts JSON to Daraja at ``url`` as ``credentials``; ``token_path`` is shared by all processes of the factory."""

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        token_path: Path,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.credentials = credentials
        self._token_path = token_path
        self._clock = clock
        self._client = httpx.Client(base_url=url.rstrip("/"), timeout=TIMEOUT, transport=transport)

    def post(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Send ``body`` and tell what is known. Never raises for anything the network or Daraja does."""
        token, problem = self._token()
        if problem is not None:
            return problem
        reply = self._send(path, body, token)
        if not reply.left and reply.code in codes.TOKEN_REFUSED:
            token, problem = self._token(refused=token)
            reply = problem if problem is not None else self._send(path, body, token)
        return reply

    def _send(self, path: str, body: Mapping[str, Any], token: str) -> Reply:
        try:
            answer = self._client.post(path, json=dict(body), headers={"Authorization": f"Bearer {token}"})
        except _BEFORE_SENDING as fault:
            return Reply(False, {}, "no_connection", f"Daraja could not be reached: {type(fault).__name__}")
        except httpx.HTTPError as fault:
            return Reply(True, {}, "no_answer", f"No answer to the request: {type(fault).__name__}")
        data = _object(answer)
        code = str(data.get("errorCode") or "")
        message = str(data.get("errorMessage") or "")[:200]
        if code:
            return Reply(code not in codes.REFUSED_AT_GATEWAY, data, code, message)
        if answer.status_code != 200 or not data:
            return Reply(True, {}, "garbage", f"HTTP {answer.status_code} without a readable answer")
        return Reply(True, data)

    def _token(self, refused: str = "") -> tuple[str, Reply | None]:
        """A token that is not ``refused``, or why there is none (then nothing was sent)."""
        held = self._held_token()
        if held and held != refused:
            return held, None
        with self._locked():
            held = self._held_token()
            if held and held != refused:
                # Another process renewed it while we waited.
                return held, None
            key = self.credentials
            try:
                answer = self._client.get(
                    "/oauth/v1/generate",
                    params={"grant_type": "client_credentials"},
                    auth=(key.consumer_key, key.consumer_secret),
                )
            except httpx.HTTPError as fault:
                return "", Reply(False, {}, "no_connection", f"No token: {type(fault).__name__}")
            data = _object(answer)
            token = data.get("access_token")
            if answer.status_code != 200 or not isinstance(token, str) or not token:
                said = str(data.get("errorMessage") or f"HTTP {answer.status_code}")[:150]
                return "", Reply(False, data, str(data.get("errorCode") or "no_token"), f"No token: {said}")
            try:
                seconds = float(data.get("expires_in") or 0)
            except (TypeError, ValueError):
                seconds = 0.0
            self._keep({"token": token, "until": self._clock() + seconds - TOKEN_MARGIN})
            return token, None

    def _held_token(self) -> str:
        try:
            held = json.loads(self._token_path.read_text())
            return str(held["token"]) if float(held["until"]) > self._clock() else ""
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _keep(self, held: Mapping[str, Any]) -> None:
        """Written aside and moved into place, readable by the owner only."""
        aside = self._token_path.with_suffix(f".{os.getpid()}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as stream:
            json.dump(held, stream)
        aside.replace(self._token_path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._token_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(self._token_path.with_suffix(".lock"), "a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _object(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        data = answer.json()
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _public_key(pem: bytes) -> rsa.RSAPublicKey:
    key = (
        x509.load_pem_x509_certificate(pem).public_key()
        if b"BEGIN CERTIFICATE" in pem
        else load_pem_public_key(pem)
    )
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("The M-Pesa certificate holds no RSA key.")
    return key
