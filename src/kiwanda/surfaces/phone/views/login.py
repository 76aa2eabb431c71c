"""Log-in with a phone number and a one-time code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST

from kiwanda.core import actors
from kiwanda.core.errors import Rejected
from kiwanda.factory.network import queries
from kiwanda.factory.network.commands import confirm_login_code, request_login_code
from kiwanda.surfaces.actors import ARTISAN_ID, WORKSHOP_ID
from kiwanda.surfaces.middleware import LANGUAGE_COOKIE, LANGUAGES

PENDING_PHONE = "pending_phone"


def ask_number(request: HttpRequest) -> HttpResponse:
    """First step: the phone number. The answer is the same whether the number is known or not."""
    error = ""
    if request.method == "POST":
        phone = request.POST.get("phone", "").strip()[:30]
        try:
            request_login_code(actor=actors.public(), phone=phone)
        except Rejected as refusal:
            error = refusal.message(translation.get_language() or "sw")
        else:
            request.session[PENDING_PHONE] = phone
            return redirect("phone:code")
    return render(request, "phone/login.html", {"error": error, "phone": request.POST.get("phone", "")})


def ask_code(request: HttpRequest) -> HttpResponse:
    """Second step: the code from the SMS."""
    phone = request.session.get(PENDING_PHONE)
    if not phone:
        return redirect("phone:login")
    error = ""
    if request.method == "POST":
        try:
            person = confirm_login_code(
                actor=actors.public(), phone=phone, code=request.POST.get("code", "").strip()[:10]
            )
        except Rejected as refusal:
            error = refusal.message(translation.get_language() or "sw")
        else:
            # A fresh session key at log-in: one fixed beforehand is worth nothing.
            request.session.cycle_key()
            request.session[ARTISAN_ID] = str(person.pk)
            request.session[WORKSHOP_ID] = str(person.workshop_id)
            del request.session[PENDING_PHONE]
            response = redirect("phone:offers")
            response.set_cookie(LANGUAGE_COOKIE, person.language, max_age=31_536_000, samesite="Lax", httponly=True)
            return response
    return render(request, "phone/code.html", {"error": error, "phone": phone, "demo_code": _demo_code(phone)})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Log out and forget the session (shared phones)."""
    request.session.flush()
    return redirect("phone:login")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """English or Swahili, kept in a cookie."""
    back = request.POST.get("back", "")
    response = redirect(back if back.startswith(("/m/", "/p/")) else "phone:login")
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, samesite="Lax", httponly=True)
    return response


def _demo_code(phone: str) -> str:
    """In the demo nobody has the phone in hand: the page shows the code its SMS carries."""
    return queries.login_code_shown_in_demo(phone) or ""
