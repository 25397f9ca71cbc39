"""The pages of allauth for passkeys and second factors, where the house asks for more than allauth does.

A passkey proves a device and, by finger, face or PIN, the person: user verification is always required. Whoever removes
a second factor has perhaps lost a device, so every other session ends.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from allauth.core.internal import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.views import DeactivateTOTPView
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
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
MOST_ANSWER = 20_000  # signs; with an attestation certificate about 5,000


MALFORMED = (ValueError, TypeError, KeyError, AttributeError, struct.error)
"""What the library raises on an answer of another shape; allauth expects some of them only."""


class AnswerField(forms.JSONField):
    """The answer of a browser, bounded before it is parsed."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > MOST_ANSWER:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            parsed = super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if not isinstance(parsed, dict) or not isinstance(parsed.get("response"), dict):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return parsed


class NewPasskey(AddWebAuthnForm):
    """Always with user verification, so there is nothing to tick."""

    passwordless = None  # type: ignore[assignment] # Django's way to leave out a field of the form above
    name = forms.CharField(label=_("Name, as you will know it again"), required=False, max_length=MOST_NAME)
    credential: forms.JSONField = AnswerField()

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned


class RenamedPasskey(EditWebAuthnForm):
    name = forms.CharField(label=_("Name, as you will know it again"), max_length=MOST_NAME)


class _Proof(forms.Form):
    """For the forms that check a passkey: what is malformed is simply no proof."""

    credential: forms.JSONField = AnswerField()

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc] # a mixin over allauth's forms
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class LoginProof(_Proof, LoginWebAuthnForm):
    pass


class SecondProof(_Proof, AuthenticateWebAuthnForm):
    pass


class RenewedProof(_Proof, ReauthenticateWebAuthnForm):
    pass


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
