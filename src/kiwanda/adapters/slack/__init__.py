"""Slack: notices for staff with buttons, and who pressed them."""

from kiwanda.adapters.slack.transport import Slack

__all__ = ["Slack"]
