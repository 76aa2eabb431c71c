"""The one way a screen gives a command: parse, give, say what came of it beside the action, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from kiwanda.core.actors import Actor, for_artisan
from kiwanda.core.commands import Command
from kiwanda.core.errors import Rejected
from kiwanda.surfaces import stepping_up
from kiwanda.surfaces.actors import actor_of, command_id_of
from kiwanda.surfaces.refusals import keep


def back_to(request: HttpRequest, default: str) -> str:
    """The page the form was on (its ``next`` field) when it is ours, otherwise ``default``."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return target
    return default


def for_her(request: HttpRequest, command: Command[Any, Any]) -> Actor:
    """The reader as the actor of ``command``, with the reason she gives for doing what is an artisan's to do."""
    actor = actor_of(request)
    return for_artisan(actor, request.POST.get("behalf", "")) if command.is_hers else actor


def give(
    request: HttpRequest,
    command: Command[Any, Any],
    *,
    key: str,
    done: Any | Callable[[Any], Any],
    back: str,
    **arguments: Any,
) -> HttpResponse:
    """Give ``command`` with ``arguments`` and go back: with ``done`` as a message, or with the refusal at ``key``.

    What is an artisan's to do takes the reason from the form's ``behalf`` field. A checker's command over money waits
    for her second factor (:mod:`kiwanda.surfaces.stepping_up`).
    """
    if (locked := stepping_up.wanting(request, command)) is not None:
        keep(request, key, str(locked))
        return HttpResponseRedirect(back_to(request, back if not callable(back) else request.path))
    try:
        result = command(actor=for_her(request, command), command_id=command_id_of(request), **arguments)
    except Rejected as refusal:
        keep(request, key, refusal.message(get_language() or "en"), refusal.code)
        return HttpResponseRedirect(back_to(request, back))
    messages.success(request, str(done(result) if callable(done) else done), extra_tags="good")
    target = back_to(request, back) if not callable(back) else back(result)
    return HttpResponseRedirect(target)


def give_form(request: HttpRequest, form: forms.Form, command: Command[Any, Any], **arguments: Any) -> tuple[bool, Any]:
    """Give ``command`` for a valid form; a refusal becomes the form's error, at its field where it names one."""
    try:
        return True, command(actor=actor_of(request), command_id=command_id_of(request), **arguments)
    except Rejected as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, refusal.message(get_language() or "en"))
        return False, None


def first_error(form: forms.Form) -> str:
    """The first thing wrong with a form, as a sentence naming its field."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        return f"{label}: {errors[0]}" if label else str(errors[0])
    return ""
