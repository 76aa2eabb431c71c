"""What every page's shell needs: the factory's date, whether this is the demo, the reader's roles."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kiwanda.core import clock
from kiwanda.core.ids import new_id
from kiwanda.surfaces.actors import actor_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """Template variables of ``kw/base.html``."""
    return {
        "factory_now": clock.now(),
        "factory_today": clock.today(),
        "is_demo": settings.KIWANDA_DEMO,
        "actor": actor_of(request),
        "fresh_command_id": new_id,
    }
