"""Which provider serves which channel and which rail pays, as the settings say. Without a key it is the sandbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from kiwanda.adapters.africastalking import AfricasTalking, AfricasTalkingMenus, AfricasTalkingWebhook
from kiwanda.adapters.daraja import Credentials, DarajaRail, Gateway
from kiwanda.adapters.django_mail import DjangoMail, smtp_options
from kiwanda.adapters.gsma_mm import GsmaCredentials, GsmaRail
from kiwanda.adapters.messaging_sandbox import SandboxMessaging
from kiwanda.adapters.mtn_momo import MomoCredentials, MtnMomoRail
from kiwanda.adapters.payments_sandbox import SandboxRail
from kiwanda.adapters.slack import Slack
from kiwanda.adapters.web_push import WebPush
from kiwanda.adapters.whatsapp_cloud import WhatsAppCloud, WhatsAppPictures, WhatsAppWebhook
from kiwanda.factory.settlement.ledger import RAIL_CURRENCY
from kiwanda.ports.mail import Mail
from kiwanda.ports.messaging import FetchedPicture, Messaging, OutgoingMessage, Picture, SendResult
from kiwanda.ports.payments import PaymentRail
from kiwanda.site.bench_messaging import BenchMessaging
from kiwanda.site.config import Config
from kiwanda.twin.mpesa import at_hand
from kiwanda.twin.phones import PHONE_NUMBER_ID
from kiwanda.twin.phones import secret as phone_secret

#: What M-Pesa cannot be used without, beside its key.
DARAJA_SETTINGS = (
    "url", "consumer_secret", "shortcode", "initiator", "initiator_password", "certificate", "post_secret",
)  # fmt: skip


#: Rail → the setting that chooses it.
RAIL_KEYS = {"daraja": "daraja_consumer_key", "momo": "momo_api_user", "gsma": "gsma_api_key"}
#: Ten to 250,000 shillings a payout, as Kenya's rails have it.
SMALLEST_MINOR, LARGEST_MINOR = 10_00, 250_000_00


class ByChannel:
    """Gives each message to its channel's provider."""

    def __init__(self, providers: dict[str, Messaging], otherwise: Messaging) -> None:
        self.providers = providers
        self.otherwise = otherwise

    def send(self, message: OutgoingMessage) -> SendResult:
        return self.providers.get(message.channel, self.otherwise).send(message)


class NoPictures:
    """Where no provider holds pictures."""

    def fetch(self, picture: Picture) -> FetchedPicture:
        return FetchedPicture(None, "no provider of pictures is set up", permanent=True)


def payments() -> PaymentRail:
    """The rail whose settings are made (at most one); in a demo without one the simulated M-Pesa; else the sandbox."""
    config: Config = settings.CONFIG
    chosen = [rail for rail, key in RAIL_KEYS.items() if getattr(config, key)]
    if len(chosen) > 1:
        both = " and ".join(f"KIWANDA_{RAIL_KEYS[rail].upper()}" for rail in chosen)
        raise ImproperlyConfigured(f"{both} are set: one rail pays, so choose one.")
    if not chosen:
        simulated = at_hand() if settings.KIWANDA_DEMO else None
        return SandboxRail() if simulated is None else simulated.rail
    (rail,) = chosen
    title, needed, make = RAILS[rail]
    missing = [name for name in needed if not getattr(config, f"{rail}_{name}")]
    if missing:
        raise ImproperlyConfigured(
            f"Set KIWANDA_{rail.upper()}_{missing[0].upper()} too: {title} cannot be used without it."
        )
    try:
        return make(config)
    except (OSError, ValueError, re.error) as fault:
        raise ImproperlyConfigured(f"{title} cannot be used: {fault}") from fault


def _daraja(config: Config) -> PaymentRail:
    certificate = Path(config.daraja_certificate).read_bytes()
    credentials = Credentials(
        config.daraja_consumer_key, config.daraja_consumer_secret, config.daraja_shortcode,
        config.daraja_initiator, config.daraja_initiator_password, certificate,
    )  # fmt: skip
    credentials.security_credential()
    return DarajaRail(
        Gateway(config.daraja_url, credentials, config.home / "keys" / "daraja-token.json"),
        post_url=f"{settings.KIWANDA_PUBLIC_URL}/hooks/pay/daraja",
        secret=config.daraja_post_secret,
        state_path=config.home / "keys" / "daraja-balance.json",
        command=config.daraja_command,
    )


def _momo(config: Config) -> PaymentRail:
    credentials = MomoCredentials(
        config.momo_subscription_key, config.momo_api_user, config.momo_api_key, config.momo_environment
    )
    post_url = f"{settings.KIWANDA_PUBLIC_URL}/hooks/pay/{MtnMomoRail.name}"
    return MtnMomoRail(
        config.momo_url, credentials, post_url=post_url, secret=config.momo_post_secret, currency=RAIL_CURRENCY,
        number=config.rail_number, smallest_minor=SMALLEST_MINOR, largest_minor=LARGEST_MINOR,
    )  # fmt: skip


def _gsma(config: Config) -> PaymentRail:
    credentials = GsmaCredentials(config.gsma_api_key, config.gsma_account)
    post_url = f"{settings.KIWANDA_PUBLIC_URL}/hooks/pay/{GsmaRail.name}"
    return GsmaRail(
        config.gsma_url, credentials, post_url=post_url, secret=config.gsma_post_secret, currency=RAIL_CURRENCY,
        number=config.rail_number, smallest_minor=SMALLEST_MINOR, largest_minor=LARGEST_MINOR,
    )  # fmt: skip


#: Rail → what it is called, what it cannot be used without beside its key, how it is made.
RAILS: dict[str, tuple[str, tuple[str, ...], Callable[[Config], PaymentRail]]] = {
    "daraja": ("M-Pesa", DARAJA_SETTINGS, _daraja),
    "momo": ("MTN MoMo", ("url", "subscription_key", "api_key", "environment", "post_secret"), _momo),
    "gsma": ("The GSMA Mobile Money API", ("url", "account", "post_secret"), _gsma),
}


def messaging() -> Messaging:
    config: Config = settings.CONFIG
    providers: dict[str, Messaging] = {}
    if config.at_api_key:
        providers["sms"] = AfricasTalking(
            username=config.at_username, api_key=config.at_api_key, sender=config.at_sender, url=config.at_url
        )
    if config.whatsapp_token:
        providers["whatsapp"] = WhatsAppCloud(
            token=config.whatsapp_token,
            phone_number_id=config.whatsapp_phone_number_id,
            url=config.whatsapp_url,
            prices=prices(config.whatsapp_prices),
        )
    sandbox = SandboxMessaging()
    if settings.KIWANDA_DEMO and not providers:
        # Whom a visitor plays on the phone bench is written to through the simulators.
        return BenchMessaging(sandbox, config.home)
    return ByChannel(providers, sandbox) if providers else sandbox


def _secret(set_by_hand: str, name: str) -> str:
    """The webhooks' secret; in a demo the phone bench's own where none is set."""
    return set_by_hand or (phone_secret(name) if settings.KIWANDA_DEMO else "")


def sms_webhook() -> AfricasTalkingWebhook:
    config: Config = settings.CONFIG
    return AfricasTalkingWebhook(_secret(config.at_callback_secret, "sms"), config.at_callback_networks.split(","))


def menus() -> AfricasTalkingMenus:
    config: Config = settings.CONFIG
    return AfricasTalkingMenus(_secret(config.at_callback_secret, "sms"), config.at_callback_networks.split(","))


def whatsapp_webhook() -> WhatsAppWebhook:
    config: Config = settings.CONFIG
    return WhatsAppWebhook(
        app_secret=_secret(config.whatsapp_app_secret, "whatsapp"),
        verify_token=config.whatsapp_verify_token,
        phone_number_id=config.whatsapp_phone_number_id or (PHONE_NUMBER_ID if settings.KIWANDA_DEMO else ""),
    )


def pictures() -> WhatsAppPictures | NoPictures:
    config: Config = settings.CONFIG
    return WhatsAppPictures(token=config.whatsapp_token, url=config.whatsapp_url) if config.whatsapp_token else (
        NoPictures()
    )


def staff_chat() -> Slack | None:
    """The staff's room, None where there is none."""
    config: Config = settings.CONFIG
    if not config.slack_webhook_url:
        return None
    hosts = tuple(host.strip() for host in config.slack_answer_hosts.split(",") if host.strip())
    return Slack(
        webhook_url=config.slack_webhook_url, signing_secret=config.slack_signing_secret, answer_hosts=hosts
    )


def prices(text: str) -> dict[str, int]:
    """``utility=0.0040,authentication=0.0040`` as millionths of a dollar."""
    found = {}
    for part in text.split(","):
        if not part.strip():
            continue
        name, _, price = part.partition("=")
        try:
            found[name.strip()] = int(Decimal(price.strip()).scaleb(6))
        except InvalidOperation:
            raise ValueError(f"KIWANDA_WHATSAPP_PRICES: {part.strip()!r} is no price") from None
    return found


def mail() -> Mail | None:
    """E-mail by SMTP where a server is set; in a demo into files under home/letters; else None."""
    config: Config = settings.CONFIG
    if not config.smtp_url:
        if not settings.KIWANDA_DEMO:
            return None
        folder = config.home / "letters"
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return DjangoMail(backend, "kiwanda@example.org", file_path=str(folder))
    if not config.mail_from:
        raise ImproperlyConfigured("Set KIWANDA_MAIL_FROM too: e-mail needs a sender.")
    try:
        options = smtp_options(config.smtp_url)
    except ValueError as fault:
        raise ImproperlyConfigured(str(fault)) from fault
    return DjangoMail("django.core.mail.backends.smtp.EmailBackend", config.mail_from, **options)


def push() -> Messaging | None:
    """Wake-ups by web push, None where no VAPID key is set."""
    config: Config = settings.CONFIG
    if not config.push_private_key:
        return None
    try:
        return WebPush(private_key=config.push_private_key, contact=config.push_contact or settings.KIWANDA_PUBLIC_URL)
    except ValueError as fault:
        raise ImproperlyConfigured(f"KIWANDA_PUSH_PRIVATE_KEY: {fault}") from fault
