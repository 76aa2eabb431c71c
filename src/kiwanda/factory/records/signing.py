"""Signing a history and proving one: SD-JWT (RFC 9901) with ES256, keys named by their thumbprint.

Every fact is disclosed selectively: the signed part holds salted digests only, so a holder may cut any fact out of her
own copy (:func:`cut`) and the rest still verifies. Nothing here asks the network.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from kiwanda.core import vault
from kiwanda.core.commands import Context
from kiwanda.core.errors import Invalid, Rejected
from kiwanda.core.ids import new_id
from kiwanda.factory.records.errors import RecordsError
from kiwanda.factory.records.models import SigningKey

ALGORITHM = "ES256"
#: What is signed, as the standard names it.
TYPE = "urn:kiwanda:history:1"
LONGEST = 64 * 1024
_PRIVATE = "signing_key"
_ENVELOPE = frozenset({"iss", "iat", "vct", "jti"})


@dataclass(frozen=True, slots=True)
class Verified:
    """A history whose signature is the house's: who issued it, when, under which key, and the facts it shows."""

    issuer: str
    issued_at: datetime
    record_id: str
    kid: str
    facts: dict[str, Any]


def make_key(now: datetime) -> SigningKey:
    """A new key pair, active; the private half goes to the vault."""
    pair = JWK.generate(kty="EC", crv="P-256")
    kid = pair.thumbprint()
    public = {**pair.export_public(as_dict=True), "kid": kid, "alg": ALGORITHM, "use": "sig"}
    row = SigningKey.objects.create(id=new_id(), kid=kid, public_jwk=public, made_at=now)
    vault.put(row.pk, _PRIVATE, pair.export_private())
    return row


def active_key(ctx: Context) -> SigningKey:
    """The key that signs now; the first one is made when it is first needed."""
    return SigningKey.objects.select_for_update().filter(state="active").first() or make_key(ctx.now)


def published_keys() -> dict[str, list[dict[str, Any]]]:
    """Every public key of the house, retired ones too, as a JSON Web Key Set."""
    return {"keys": list(SigningKey.objects.values_list("public_jwk", flat=True))}


def sign(key: SigningKey, record_id: str, facts: Mapping[str, Any], now: datetime) -> str:
    """The facts as a compact SD-JWT: ``<signed part>~<disclosure>~…~``."""
    private = vault.get(key.pk, _PRIVATE)
    if private is None:
        raise LookupError("The private half of the signing key is not in the vault.")
    envelope = {"iss": settings.KIWANDA_PUBLIC_URL, "iat": int(now.timestamp()), "vct": TYPE, "jti": record_id}
    issuer = SDJWTIssuer(
        {**envelope, **{SDObj(name): value for name, value in facts.items()}}, JWK.from_json(private),
        sign_alg=ALGORITHM, extra_header_parameters={"kid": key.kid, "typ": "dc+sd-jwt"},
    )  # fmt: skip
    text: str = issuer.sd_jwt_issuance
    return text


def cut(token: str, keep: Iterable[str]) -> str:
    """The same history showing only the facts in ``keep``."""
    try:
        holder = SDJWTHolder(token)
        holder.create_presentation(dict.fromkeys(keep, True))
    except (ValueError, KeyError, IndexError, TypeError, JWException) as wrong:
        raise Invalid(RecordsError.UNREADABLE, reason=_brief(wrong)) from None
    text: str = holder.sd_jwt_presentation
    return text


def verify(text: str | bytes, keys: Mapping[str, Any] | None = None) -> Verified:
    """Prove a history: an SD-JWT, or the JSON file that holds one. ``keys``: a key set; the house's own when None.

    Raises :class:`Invalid` for what is no history and :class:`Rejected` for a foreign key or a broken signature.
    """
    token = token_in(text)
    known = {str(key.get("kid")): key for key in (keys or published_keys()).get("keys", [])}
    header: dict[str, Any] = {}

    def public(issuer: str, given: dict[str, Any]) -> JWK:
        header.update(given)
        if given.get("alg") != ALGORITHM:
            raise Invalid(RecordsError.UNREADABLE, reason="it is not signed with ES256")
        kid = str(given.get("kid"))
        if kid not in known:
            raise Rejected(RecordsError.UNKNOWN_KEY, kid=kid[:43])
        return JWK(**{name: known[kid][name] for name in ("kty", "crv", "x", "y")})

    try:
        payload = SDJWTVerifier(token, public).get_verified_payload()
        if payload.get("vct") != TYPE:
            raise ValueError("it is another kind of document")
        issued_at = datetime.fromtimestamp(int(payload["iat"]), UTC)
    except JWException:
        raise Rejected(RecordsError.FORGED) from None
    except (Rejected, RecursionError):
        raise
    except Exception as wrong:
        # Whatever else a forged text makes the library say, it is no history.
        raise Invalid(RecordsError.UNREADABLE, reason=_brief(wrong)) from None
    facts = {name: value for name, value in payload.items() if name not in _ENVELOPE and not name.startswith("_")}
    return Verified(str(payload.get("iss", "")), issued_at, str(payload.get("jti", "")), str(header["kid"]), facts)


def token_in(text: str | bytes) -> str:
    """The SD-JWT in a text, a JSON file or an address of the verification page."""
    if len(text) > LONGEST:
        raise Invalid(RecordsError.UNREADABLE, reason="it is too long")
    try:
        plain = (text.decode() if isinstance(text, bytes) else text).strip()
    except UnicodeDecodeError:
        raise Invalid(RecordsError.UNREADABLE, reason="it is not text") from None
    if plain.startswith("{"):
        try:
            plain = json.loads(plain)["sd_jwt"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Invalid(RecordsError.UNREADABLE, reason="the JSON has no sd_jwt") from None
    if not isinstance(plain, str) or "~" not in plain or plain.count("~") > 60:
        raise Invalid(RecordsError.UNREADABLE, reason="there is no signed text in it")
    return plain.rpartition("#")[2].strip()


def as_json(token: str) -> dict[str, Any]:
    """The file she takes away: the facts to read, and the signed text that proves them."""
    proved = verify(token)
    return {
        "format": TYPE, "issuer": proved.issuer, "issued_at": proved.issued_at.isoformat(), "facts": proved.facts,
        "verify_at": f"{settings.KIWANDA_PUBLIC_URL}/records/", "sd_jwt": token,
    }  # fmt: skip


def _brief(wrong: Exception) -> str:
    return (str(wrong) or type(wrong).__name__)[:80]
