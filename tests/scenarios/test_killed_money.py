"""SIGKILL before and after every commit of approving, sending, hearing, asking and bringing a statement in."""

from __future__ import annotations

from tests.scenarios import alone


def test_nobody_is_paid_twice_or_forgotten_wherever_it_dies(tmp_path):
    told = alone.run("tests.scenarios.killed_money", tmp_path)
    assert [found["wrong"] for found in told.values() if found["wrong"]] == []
    kills = {name: found["kills"] for name, found in told.items()}
    assert set(kills) == {"approve", "send", "hear", "ask", "bring_in"}
    # Before and after one commit at least; what talks to M-Pesa has one for each of three payouts.
    assert min(kills.values()) >= 2 and min(kills[name] for name in ("send", "hear", "ask")) >= 6, kills
