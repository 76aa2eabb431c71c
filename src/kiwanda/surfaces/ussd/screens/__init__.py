"""The menu's screens; importing them registers them."""

from kiwanda.surfaces.ussd.screens import changes, days, offers, pay, root, settings, why, work

__all__ = ["changes", "days", "offers", "pay", "root", "settings", "why", "work"]
