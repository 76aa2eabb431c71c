"""The artisan's pages: plain HTML forms over the factory's commands."""

from kiwanda.surfaces.phone.views import login, me, offers, pay, work

__all__ = ["login", "me", "offers", "pay", "work"]
