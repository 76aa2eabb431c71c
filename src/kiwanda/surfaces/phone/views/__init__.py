"""The artisan's pages: plain HTML forms over the factory's commands."""

from kiwanda.surfaces.phone.views import help, login, me, messages, offers, pay, work

__all__ = ["help", "login", "me", "messages", "offers", "pay", "work"]
