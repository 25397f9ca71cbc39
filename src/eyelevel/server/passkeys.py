"""The pages of allauth for passkeys and second factors, where the house asks for more than allauth does.

A passkey proves a device and, by finger, face or PIN, the person: user verification is always required. Whoever removes
a second factor has perhaps lost a device, so every other session ends.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.core.internal import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django import forms
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from eyelevel.server.accounts import end_other_sessions

CHALLENGE_SECONDS = 300
CHALLENGES = {"passkey_challenge": "30/m/ip"}
"""Each challenge is a short session in the database; more of them only fill it."""
MOST_NAME = 60


class NewPasskey(AddWebAuthnForm):
    """Always with user verification, so there is nothing to tick."""

    passwordless = None  # type: ignore[assignment] # Django's way to leave out a field of the form above
    name = forms.CharField(label=_("Name, as you will know it again"), required=False, max_length=MOST_NAME)


class RenamedPasskey(EditWebAuthnForm):
    name = forms.CharField(label=_("Name, as you will know it again"), max_length=MOST_NAME)


class _Options:
    """What the browser needs for the ceremony, as JSON for an attribute: our pages have no inline script."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc] # a mixin over a view
        if "js_data" in context:
            data = context["js_data"]
            context["options"] = json.dumps(
                data.get("request_options") or data["creation_options"], cls=DjangoJSONEncoder
            )
        return context


class Add(_Options, AddWebAuthnView):
    pass


class Authenticate(_Options, AuthenticateView):
    pass


class Reauthenticate(_Options, ReauthenticateWebAuthnView):
    pass


class LogIn(LoginWebAuthnView):
    """GET hands out a challenge that ends soon."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not ratelimit.consume(
            request, app="allauth.mfa", action="passkey_challenge", config=CHALLENGES, limit_get=True
        ):
            return ratelimit.respond_429(request)
        answer: HttpResponse = super().get(request, *args, **kwargs)
        if request.session.modified:
            request.session.set_expiry(CHALLENGE_SECONDS)
        return answer


class RemovePasskey(RemoveWebAuthnView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            form.add_error(None, get_adapter().validation_error("cannot_delete_authenticator"))
            answer: HttpResponse = self.form_invalid(form)
            return answer
        answer = super().form_valid(form)
        end_other_sessions(self.request, self.request.user)
        return answer


class RemoveApp(DeactivateTOTPView):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        end_other_sessions(self.request, self.request.user)
        return answer


add = Add.as_view()
authenticate = Authenticate.as_view()
reauthenticate = Reauthenticate.as_view()
log_in = LogIn.as_view()
remove = RemovePasskey.as_view()
remove_app = RemoveApp.as_view()
