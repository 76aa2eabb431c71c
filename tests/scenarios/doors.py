"""The ways in that stories share: a browser signed in as a person would."""

from __future__ import annotations

from django.test import Client

from kiwanda.core import vault
from kiwanda.factory.network.models import Workshop
from kiwanda.factory.network.tests.factories import owner


def logged_in(workshop: Workshop) -> Client:
    """A phone of the workshop's owner, signed in on the plain pages by the code the demo shows."""
    phone = vault.get(owner(workshop).pk, vault.PHONE)
    client = Client()
    answer = client.post("/m/login", {"phone": phone})
    assert answer.status_code == 302
    page = client.get("/m/code").content.decode()
    code = page.split("<b>")[1].split("</b>")[0]
    answer = client.post("/m/code", {"code": code})
    assert answer.status_code == 302, answer.content
    return client
