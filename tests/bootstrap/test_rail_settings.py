"""Which rail pays is said by settings; half a rail, or two, is refused with a sentence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from kiwanda.adapters.gsma_mm import GsmaRail
from kiwanda.adapters.mtn_momo import MtnMomoRail
from kiwanda.site import providers
from kiwanda.site.config import Config

MOMO = {
    "momo_url": "https://momo.example", "momo_subscription_key": "s", "momo_api_user": "u", "momo_api_key": "k",
    "momo_environment": "sandbox", "momo_post_secret": "sixteen letters!",
}  # fmt: skip
GSMA = {
    "gsma_url": "https://gsma.example", "gsma_api_key": "k", "gsma_account": "accountid@2000",
    "gsma_post_secret": "sixteen letters!",
}  # fmt: skip


@pytest.mark.parametrize(("given", "kind"), [(MOMO, MtnMomoRail), (GSMA, GsmaRail)])
def test_a_whole_rail_pays_shillings(settings, given, kind) -> None:
    settings.CONFIG = Config(**given)
    rail = providers.payments()
    assert isinstance(rail, kind) and rail.currency == "KES"


@pytest.mark.parametrize(("given", "key"), [(MOMO, "momo_api_user"), (GSMA, "gsma_api_key")])
def test_half_a_rail_is_refused_by_the_name_of_what_is_missing(settings, given, key) -> None:
    for name in given:
        if name == key:
            continue
        settings.CONFIG = Config(**(given | {name: ""}))
        with pytest.raises(ImproperlyConfigured, match=f"KIWANDA_{name.upper()} too"):
            providers.payments()


def test_a_short_secret_a_broken_pattern_and_two_rails_are_refused(settings) -> None:
    settings.CONFIG = Config(**(MOMO | {"momo_post_secret": "short"}))
    with pytest.raises(ImproperlyConfigured, match="16 characters"):
        providers.payments()
    settings.CONFIG = Config(**MOMO, rail_number="(")
    with pytest.raises(ImproperlyConfigured, match="MTN MoMo cannot be used"):
        providers.payments()
    settings.CONFIG = Config(**MOMO, **GSMA)
    with pytest.raises(ImproperlyConfigured, match="choose one"):
        providers.payments()


def test_mail_needs_a_sender_and_a_readable_server(settings) -> None:
    settings.CONFIG = Config(smtp_url="smtp://mail.example")
    with pytest.raises(ImproperlyConfigured, match="KIWANDA_MAIL_FROM"):
        providers.mail()
    settings.CONFIG = Config(smtp_url="mail.example", mail_from="a@b.example")
    with pytest.raises(ImproperlyConfigured, match="KIWANDA_SMTP_URL"):
        providers.mail()
    settings.CONFIG = Config(mode="production")
    settings.KIWANDA_DEMO = False
    assert providers.mail() is None
