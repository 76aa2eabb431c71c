"""Settings from the environment (``KIWANDA_*``) with defaults that run the demo on a laptop."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

#: The checkout's root when run from one; the working directory when installed as a package.
ROOT = Path(__file__).resolve().parents[3]


def _default_home() -> Path:
    return (ROOT if (ROOT / "run").exists() else Path.cwd()) / "var"


class Config(BaseSettings):
    """Every setting an operator can make. See docs/how-to/settings.md."""

    model_config = SettingsConfigDict(env_prefix="KIWANDA_", extra="ignore")

    home: Path = Field(default_factory=_default_home, description="Folder for the database, files and keys.")
    database_url: str = Field(default="", description="postgres://user:password@host/name; empty: SQLite in home.")
    mode: str = Field(default="demo", description="demo or production.")
    secret_key: str = Field(default="", description="Django's secret; empty: made once and kept in home/keys.")
    vault_keys: str = Field(default="", description="Comma-separated Fernet keys, newest first; empty: made once.")
    step_up: bool = Field(default=True, description="Approving money needs a second factor a few minutes old.")
    index_key: str = Field(default="", description="Key of the vault's look-up index; empty: kept in home/keys.")
    allowed_hosts: str = Field(default="localhost,127.0.0.1,[::1]", description="Host names, comma-separated.")
    public_url: str = Field(default="http://127.0.0.1:8300", description="Where QR codes and links point.")
    proxies: int = Field(default=0, ge=0, le=5, description="Proxies of ours before it; then X-Forwarded-For is read.")
    cache_url: str = Field(default="", description="redis://host/0 for several machines; empty: files in home/cache.")
    limits: bool = Field(default=True, description="Limits at the open doors; off only for load tests.")
    debug: bool = False
    log_json: bool = False

    # Message providers: each is used once its key is set; until then the sandbox takes its messages.
    at_username: str = Field(default="sandbox", description="Africa's Talking: the application's user name.")
    at_api_key: str = Field(default="", description="Africa's Talking: API key; empty: SMS go to the sandbox.")
    at_sender: str = Field(default="", description="Africa's Talking: sender id or short code.")
    at_url: str = Field(default="https://api.africastalking.com", description="Africa's Talking: where the API is.")
    at_callback_secret: str = Field(default="", description="Part of the callback addresses; empty: none is taken.")
    at_callback_networks: str = Field(default="", description="Networks (CIDR) callbacks may come from; empty: any.")
    whatsapp_token: str = Field(default="", description="WhatsApp Cloud API: token; empty: the sandbox takes them.")
    whatsapp_phone_number_id: str = Field(default="", description="WhatsApp Cloud API: id of our number.")
    whatsapp_app_secret: str = Field(default="", description="Signs webhooks; empty: none is taken.")
    whatsapp_verify_token: str = Field(default="", description="Our word in Meta's subscription question.")
    whatsapp_url: str = Field(default="https://graph.facebook.com/v25.0", description="Where the Graph API is.")
    whatsapp_prices: str = Field(
        default="", description="USD for a template message: utility=0.0040,authentication=0.0040; empty: not counted."
    )
    slack_webhook_url: str = Field(default="", description="Incoming webhook of the staff's room; empty: no room.")
    slack_signing_secret: str = Field(default="", description="Signs pressed buttons; empty: none is taken.")
    slack_answer_hosts: str = Field(default="hooks.slack.com", description="Where presses may be answered.")
    quiet_hours: str = Field(default="21-7", description="Nobody is written to from-until (Nairobi); 0-0: any time.")
    fallback_minutes: int = Field(default=30, ge=1, le=1440, description="Then an SMS says it again.")
    push_private_key: str = Field(default="", description="Web push: VAPID private key; empty: phones are not woken.")
    push_contact: str = Field(default="", description="Web push: mailto: or https: of the operator; empty: public_url.")

    smtp_url: str = Field(default="", description="smtp://user:password@host:587 or smtps://…; demo: files in home.")
    mail_from: str = Field(default="", description="Sender of e-mail; needed with smtp_url.")

    # M-Pesa (Daraja): used once the consumer key is set; until then the sandbox pays nobody.
    daraja_url: str = Field(default="", description="Daraja: where the API is (sandbox or live), as Safaricom gave it.")
    daraja_consumer_key: str = Field(default="", description="Daraja: consumer key; empty: payouts go to the sandbox.")
    daraja_consumer_secret: str = Field(default="", description="Daraja: consumer secret.")
    daraja_shortcode: str = Field(default="", description="Daraja: the short code that pays.")
    daraja_initiator: str = Field(default="", description="Daraja: initiator's name.")
    daraja_initiator_password: str = Field(default="", description="Daraja: initiator's password; lasts 90 days.")
    daraja_certificate: str = Field(default="", description="Daraja: file with the environment's certificate (PEM).")
    daraja_post_secret: str = Field(default="", description="Daraja: makes callback addresses unguessable, 16+.")
    daraja_command: str = Field(default="BusinessPayment", description="Daraja: BusinessPayment or SalaryPayment.")

    # MTN MoMo and the GSMA Mobile Money API: one rail pays, so at most one of the three is set.
    momo_url: str = Field(default="", description="MTN MoMo: where the API is.")
    momo_subscription_key: str = Field(default="", description="MTN MoMo: subscription key of Disbursements.")
    momo_api_user: str = Field(default="", description="MTN MoMo: API user; empty: not used.")
    momo_api_key: str = Field(default="", description="MTN MoMo: API key.")
    momo_environment: str = Field(default="", description="MTN MoMo: target environment, as MTN gave it.")
    momo_post_secret: str = Field(default="", description="MTN MoMo: makes callback addresses unguessable, 16+.")
    gsma_url: str = Field(default="", description="GSMA Mobile Money API: where the provider's API is.")
    gsma_api_key: str = Field(default="", description="GSMA Mobile Money API: key; empty: not used.")
    gsma_account: str = Field(default="", description="GSMA Mobile Money API: account that pays, accountid@2000.")
    gsma_post_secret: str = Field(default="", description="GSMA: makes callback addresses unguessable, 16+.")
    rail_number: str = Field(default=r"\+254[17]\d{8}", description="MoMo, GSMA: form of the numbers that are paid.")

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def quiet(self) -> tuple[int, int]:
        """Whole hours of Nairobi (from, until)."""
        try:
            begin, end = (int(part) for part in self.quiet_hours.split("-"))
        except ValueError:
            raise ValueError("KIWANDA_QUIET_HOURS is written as 21-7.") from None
        if not (0 <= begin <= 23 and 0 <= end <= 23):
            raise ValueError("KIWANDA_QUIET_HOURS holds hours from 0 to 23.")
        return begin, end

    def secret(self) -> str:
        return self.secret_key or _kept(self.home / "keys" / "secret_key", lambda: secrets.token_urlsafe(48))

    def vault(self) -> list[str]:
        text = self.vault_keys or _kept(self.home / "keys" / "vault_keys", lambda: Fernet.generate_key().decode())
        return [key.strip() for key in text.split(",") if key.strip()]

    def index(self) -> str:
        """The look-up index's key: set, or kept since the first rotation, or else the oldest vault key."""
        if self.index_key:
            return self.index_key
        try:
            return (self.home / "keys" / "index_key").read_text().strip()
        except FileNotFoundError:
            return self.vault()[-1]


def _kept(path: Path, make: object) -> str:
    """The text in ``path``, made once with owner-only rights; two processes starting together agree on one value."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    value = make()  # type: ignore[operator]
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as stream:
        stream.write(value)
    return str(value)
