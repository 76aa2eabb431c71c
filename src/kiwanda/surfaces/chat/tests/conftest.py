"""A factory with its providers: the simulators, set up as an operator would set up the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from kiwanda import ports
from kiwanda.core import clock
from kiwanda.core.reactions import run_reactions
from kiwanda.factory.conversations import notices, sending
from kiwanda.factory.conversations.jobs import say_again_by_sms
from kiwanda.surfaces.chat.handling import handle_waiting
from kiwanda.twin.simulators import AfricasTalkingSimulator, Post, SlackSimulator, WhatsAppSimulator


def to_client(post: Post) -> tuple[int, bytes]:
    """Callbacks straight into the factory's addresses."""
    headers = {name: value for name, value in post.headers.items() if name != "Content-Type"}
    answer = Client().post(post.path, post.body, content_type=post.headers["Content-Type"], headers=headers)
    return answer.status_code, answer.content


@dataclass
class World:
    """The three providers and the worker's rounds."""

    sms: AfricasTalkingSimulator
    whatsapp: WhatsAppSimulator
    slack: SlackSimulator

    def settle(self) -> None:
        """Rounds of worker and networks until nothing moves any more."""
        for _ in range(8):
            moved = run_reactions() + notices.send_waiting() + say_again_by_sms() + sending.send_queued()
            moved += sum(service.callbacks.flush() for service in (self.sms, self.whatsapp, self.slack))
            if not moved + handle_waiting():
                break


@pytest.fixture
def world(settings: Any, noon: Any) -> Iterator[World]:
    with (
        AfricasTalkingSimulator(to_client) as sms,
        WhatsAppSimulator(to_client, clock=clock.shown) as whatsapp,
        SlackSimulator(to_client) as slack,
    ):
        settings.CONFIG = settings.CONFIG.model_copy(
            update={
                "at_api_key": "key", "at_url": sms.url, "at_callback_secret": sms.secret,
                "whatsapp_token": "token", "whatsapp_url": whatsapp.api_url, "whatsapp_app_secret": "app-secret",
                "whatsapp_phone_number_id": whatsapp.phone_number_id, "whatsapp_verify_token": "word",
                "whatsapp_prices": "utility=0.0040,authentication=0.0030",
                "slack_webhook_url": slack.webhook_url, "slack_signing_secret": slack.signing_secret,
                "slack_answer_hosts": slack.host,
            }
        )
        ports._make.cache_clear()
        yield World(sms, whatsapp, slack)
        ports._make.cache_clear()
