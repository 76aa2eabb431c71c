"""The menu's provider, set up as an operator would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiwanda import ports
from kiwanda.surfaces.ussd.tests.handset import SECRET


@pytest.fixture(autouse=True)
def _configured(settings: pytest.FixtureRequest) -> Iterator[None]:
    settings.CONFIG = settings.CONFIG.model_copy(update={"at_callback_secret": SECRET})
    ports._make.cache_clear()
    yield
    ports._make.cache_clear()
