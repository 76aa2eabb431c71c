"""What ``kiwanda audit`` proves about conversations."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from kiwanda.core.audit import check
from kiwanda.factory.conversations.models import Message
from kiwanda.factory.conversations.templates import HIDDEN_CODE


@check("Every message sent has its moment and, outside the app, the provider's reference")
def sent_messages_are_proven() -> Iterator[str]:
    sent = Message.objects.filter(direction="out", state__in=["sent", "delivered", "read"])
    for message in sent.filter(Q(sent_at=None) | Q(provider_ref="") & ~Q(channel="app")).values_list("id", flat=True):
        yield f"message {message} counts as sent without proof"


@check("No log-in code and no incoming word is kept in plain")
def secrets_are_sealed() -> Iterator[str]:
    codes = Message.objects.filter(template="login_code").exclude(body__contains=HIDDEN_CODE)
    for message in codes.values_list("id", flat=True):
        yield f"message {message} may show a log-in code"
    for message in Message.objects.filter(direction="in").exclude(body="").values_list("id", flat=True):
        yield f"message {message} keeps a person's words outside the vault"
