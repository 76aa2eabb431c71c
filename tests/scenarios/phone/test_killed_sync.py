"""SIGKILL of the server in the middle of a sync, and the same sync from many processes at once: all is done once."""

from __future__ import annotations

from tests.scenarios import alone


def test_whatever_dies_and_whoever_asks_each_thing_is_done_once(tmp_path):
    told = alone.run("tests.scenarios.killed_sync", tmp_path)
    assert told["wrong"] == []
    # Before and after the commit of each of three commands.
    assert told["kills"] >= 6
    assert told["crowd"]["codes"] == [0] * 6
    assert told["crowd"]["wrong"] == []
    # Who came in between the others is asked to try again, never refused.
    assert "ok" in told["crowd"]["said"] and set(told["crowd"]["said"]) <= {"ok", "held"}
