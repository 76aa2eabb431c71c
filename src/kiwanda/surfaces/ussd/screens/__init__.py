"""The menu's screens; importing them registers them."""

from kiwanda.surfaces.ussd.screens import days, offers, pay, root, settings, work

__all__ = ["days", "offers", "pay", "root", "settings", "work"]
