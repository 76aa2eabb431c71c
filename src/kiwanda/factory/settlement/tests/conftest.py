from __future__ import annotations

import pytest

from kiwanda import ports
from kiwanda.factory.settlement.tests.factories import ScriptedRail


@pytest.fixture
def rail(monkeypatch: pytest.MonkeyPatch) -> ScriptedRail:
    """The payment rail of this test: pays unless told otherwise."""
    scripted = ScriptedRail()
    bound = ports.bound
    monkeypatch.setattr(ports, "bound", lambda port: scripted if port == "payments" else bound(port))
    return scripted
