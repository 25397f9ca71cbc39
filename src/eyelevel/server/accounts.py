"""How allauth behaves here: nobody signs up by themselves, and its pages have our frame."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.conf import settings
from django.http import HttpRequest

from eyelevel.kernel import clock
from eyelevel.kernel.pages import static
from eyelevel.public.views.enter import ENTERED_AT

FRESH_SECONDS = 600


class Accounts(DefaultAccountAdapter):
    """allauth's hooks."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        return False

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Whoever has just come in by a one-time link sets a password and a second factor without being asked again."""
        entered = self.request.session.get(ENTERED_AT, 0.0)
        if clock.real_now().timestamp() - entered < FRESH_SECONDS:
            return False
        return bool(super().is_reauthentication_required(app=app, **more))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The peer that the shell saw; forwarded headers were judged there."""
        return str(request.META.get("REMOTE_ADDR", ""))


def frame(_request: HttpRequest) -> dict[str, Any]:
    """What the frame of the account pages needs."""
    return {
        "company": settings.ENV.company,
        "sheets": [static(f"css/{name}.css") for name in ("tokens", "base", "parts", "screens")],
        "icon": static("icon.svg"),
    }


class Dressed(forms.renderers.DjangoTemplates):
    """Django's form renderer, with our class on every field that takes text."""

    def render(self, template_name: str, context: Any, request: HttpRequest | None = None) -> str:
        widget = context.get("widget")
        if widget is not None and widget.get("type") not in {"checkbox", "radio", "hidden"}:
            widget["attrs"] = {**widget.get("attrs", {}), "class": "input"}
        return super().render(template_name, context, request)
