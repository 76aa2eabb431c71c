"""What can be asked of the twin itself (everything else it does through the rooms' commands)."""

from kiwanda.twin.commands.begin_play import begin_play
from kiwanda.twin.commands.request_next_day import request_next_day
from kiwanda.twin.commands.set_live import set_live

__all__ = ["begin_play", "request_next_day", "set_live"]
