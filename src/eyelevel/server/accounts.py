"""How allauth behaves here: nobody signs up by themselves, and the second factor is told by its own name."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The peer that the shell saw; forwarded headers were judged there."""
        return str(request.META.get("REMOTE_ADDR", ""))
