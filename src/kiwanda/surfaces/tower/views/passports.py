"""Passports: give a batch its public page, take it away, hold its claims against their evidence again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kiwanda.factory.traceability.commands import publish_passport, recheck_claims, withdraw_passport
from kiwanda.surfaces.refusals import keep
from kiwanda.surfaces.tower.access import staff_only
from kiwanda.surfaces.tower.forms.shipping import StoryForm
from kiwanda.surfaces.tower.giving import first_error, give


@require_POST
@staff_only
def publish(request: HttpRequest, production_order_id: UUID) -> HttpResponse:
    """Make the batch's page public."""
    form, back = StoryForm(request.POST), reverse("tower:production_order", args=[production_order_id])
    if not form.is_valid():
        keep(request, "passport", first_error(form))
        return HttpResponseRedirect(back)
    return give(
        request, publish_passport, key="passport", done=_("The passport is public."), back=back,
        production_order_id=production_order_id, **form.cleaned_data,
    )  # fmt: skip


@require_POST
@staff_only
def withdraw(request: HttpRequest, passport_id: UUID) -> HttpResponse:
    """Take the page away at once."""
    return give(
        request, withdraw_passport, key="passport-withdraw", done=_("The passport is no longer public."),
        back=reverse("tower:plan"), passport_id=passport_id,
    )  # fmt: skip


@require_POST
@staff_only
def recheck(request: HttpRequest, passport_id: UUID) -> HttpResponse:
    """Prove every claim anew."""
    return give(
        request, recheck_claims, key="passport-recheck", done=_("Every claim was checked again."),
        back=reverse("tower:plan"), passport_id=passport_id,
    )  # fmt: skip
