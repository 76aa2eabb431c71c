"""Staff accounts: nobody signs up by herself; administrators make accounts and give roles."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth with the sign-up door closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
