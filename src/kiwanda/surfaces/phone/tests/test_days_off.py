"""Every reason the phone offers for a day off is one the factory takes."""

from __future__ import annotations

import pytest

from kiwanda.factory.network.commands.take_days_off import REASONS as TAKEN
from kiwanda.surfaces.phone.views.me import REASONS


@pytest.mark.parametrize("reason", [key for key, _ in REASONS])
def test_a_reason_on_the_phone_is_one_the_command_knows(reason):
    assert reason in TAKEN
