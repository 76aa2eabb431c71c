"""The subject of the twin's own events: a database has one play."""

from kiwanda.core.ids import derived_id

PLAY_ID = derived_id("twin", "play")
