"""How allauth behaves here: nobody signs up by themselves, and its pages have our frame."""

from __future__ import annotations

import base64
import secrets
from typing import Any
from urllib.parse import urlsplit

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from eyelevel.kernel import clock
from eyelevel.kernel.keys import KeysRefused
from eyelevel.kernel.pages import static
from eyelevel.kernel.writer import write
from eyelevel.people import factors, sessions
from eyelevel.people.asking import asked, note_session, session_hash
from eyelevel.people.models import Login
from eyelevel.public.views.enter import ENTERED_AT

log = structlog.get_logger("accounts")
FRESH_SECONDS = 600
KNOWN_SECONDS = 180 * 24 * 3600
HOUSE_RATE = {"login_house": "120/m/key"}
"""How many passwords of unknown browsers the whole house checks: each costs the writer about 50 ms of hashing."""


class Accounts(DefaultAccountAdapter):
    """allauth's hooks."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many attempts. Wait five minutes; a passkey opens the desk at once."
        ),
        "email_password_mismatch": _("Mail address and password do not belong together."),
        "incorrect_password": _("That is not your password."),
    }

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

    def is_safe_url(self, url: str | None) -> bool:
        """After the login only to a page of ours: allauth would also lead to other ports of allowed names."""
        return bool(url) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Slow guessing: per peer and per account (allauth), and for unknown browsers in the whole house."""
        super().pre_authenticate(request, **credentials)
        if not known_to(request, str(credentials.get("email", ""))) and not ratelimit.consume(
            request, app="allauth.account", action="login_house", key="house", config=HOUSE_RATE
        ):
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Attempts count per account; those of a browser that has been in before count apart, so that a stranger who
        guesses does not keep the owner out.
        """
        email = str(credentials.get("email", "")).lower()
        return f"{email}:{known_to(request, email)}"

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        request.session.set_expiry(None)  # the one of an unfinished passkey login was short
        note_session(request, user)

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> Any:
        response = super().post_login(request, user, **more)
        response.set_cookie(
            KNOWN, signing.dumps([user.pk, user.get_session_auth_hash()[:16], secrets.token_hex(8)], salt=KNOWN),
            max_age=KNOWN_SECONDS, secure=settings.SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip
        return response

    def set_password(self, user: Any, password: str) -> None:
        """A new password ends every other session."""
        super().set_password(user, password)
        end_other_sessions(self.request, user)


KNOWN = "__Host-known" if settings.SECURE else "known"


def known_to(request: HttpRequest, email: str) -> str:
    """A name for this browser, where it has been in as this login under its present password; otherwise nothing."""
    try:
        whose, password_mark, name = signing.loads(
            request.COOKIES.get(KNOWN, ""), salt=KNOWN, max_age=KNOWN_SECONDS
        )
    except (signing.BadSignature, ValueError):
        return ""
    login = Login.objects.filter(email=email.lower(), is_active=True).first() if email else None
    if login is None or whose != login.pk or password_mark != login.get_session_auth_hash()[:16]:
        return ""
    return str(name)


def end_other_sessions(request: HttpRequest, login: object) -> None:
    """Whatever proved who sits there has changed: only this browser stays."""
    assert isinstance(login, Login)
    actor = asked(request).actor
    write(sessions.end, login, now=clock.now(), by=actor.key, keep=session_hash(request))


class Factors(DefaultMFAAdapter):
    """allauth's hooks for second factors. A passkey belongs to the name in public_url, whatever a request says."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That did not fit. Try once more."),
        "cannot_delete_authenticator": _("This is your last second factor. Set another one first."),
    }

    def encrypt(self, text: str) -> str:
        """Secrets of apps and seeds of recovery codes stand in the table only under the keys of this installation."""
        return factors.concealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Under other keys no code fits: the owner lets that colleague in by `eyelevel login-link`."""
        try:
            return factors.revealed(encrypted_text)
        except KeysRefused:
            log.warning("a second factor was concealed by another installation")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return factors.may_remove(authenticator)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        named = urlsplit(settings.ENV.public_url).hostname
        asked_for = str(context.request.get_host()).partition(":")[0]
        return {"id": named or asked_for, "name": settings.ENV.company}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 -- allauth's signature
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1}


def frame(_request: HttpRequest) -> dict[str, Any]:
    """What the frame of the account pages needs."""
    return {
        "company": settings.ENV.company,
        "sheets": [static(f"css/{name}.css") for name in ("tokens", "base", "parts", "screens")],
        "icon": static("icon.svg"),
        "passkey_script": static("js/passkey.js"),
    }


class Dressed(forms.renderers.DjangoTemplates):
    """Django's form renderer, with our class on every field that takes text."""

    def render(self, template_name: str, context: Any, request: HttpRequest | None = None) -> str:
        widget = context.get("widget")
        if widget is not None and widget.get("type") not in {"checkbox", "radio", "hidden"}:
            widget["attrs"] = {**widget.get("attrs", {}), "class": "input"}
        return super().render(template_name, context, request)
