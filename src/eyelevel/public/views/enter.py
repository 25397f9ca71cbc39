"""Becoming the first owner, and one-time login links. Served on the writer thread: logging in writes a session."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login as log_in
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from eyelevel.kernel import addresses, clock, text
from eyelevel.people import actions as people
from eyelevel.people import reads
from eyelevel.people.asking import note_session
from eyelevel.people.models import Login
from eyelevel.public import forms
from eyelevel.public.pages import page, refusal

ENTERED_AT = "entered_at"  # when a one-time link opened this session; server/accounts.py reads it
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _token(request: HttpRequest) -> str:
    return (request.POST.get("token") or request.GET.get("token") or "")[:200]


def _seat(request: HttpRequest, login: Login) -> None:
    log_in(request, login, backend=BACKEND)
    request.session[ENTERED_AT] = clock.real_now().timestamp()
    note_session(request, login)


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """GET shows a button, so that a link preview does not use the link up; POST logs in."""
    if request.method != "POST":
        return page(request, "enter", token=_token(request), problem="")
    try:
        login = people.use_login_link(_token(request), now=clock.real_now())
    except people.TokenRefused:
        problem = _("This link was used or is too old. Ask for a new one.")
        return page(request, "enter", status=410, token="", problem=problem)
    _seat(request, login)
    wants_password = not login.has_usable_password() and not settings.ENV.demo
    return HttpResponseRedirect(reverse("account_set_password" if wants_password else "desk"))


@sensitive_post_parameters("password", "token")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The first owner; afterwards this page is gone."""
    if reads.has_owner():
        return refusal(request, status=404)
    if request.method != "POST":
        return _setup_form(request, problem="")
    try:
        owner = _become_owner(request)
    except (forms.Wrong, addresses.NoAddress, ValidationError) as error:
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return _setup_form(request, problem=words, status=400)
    if owner is not None:
        _seat(request, owner)
    return HttpResponseRedirect(reverse("mfa_index"))


def _become_owner(request: HttpRequest) -> Login | None:
    name = text.one_line(request.POST.get("name", ""), 120)
    email = addresses.address_of(request.POST.get("mail", ""))
    password = request.POST.get("password", "")
    if not name or not email:
        raise forms.Wrong(_("A name and a mail address are needed."))
    validate_password(password)
    try:
        seat = people.become_owner(
            token=_token(request), name=name, email=email, password=password, now=clock.now(),
            language="en" if (translation.get_language() or "").startswith("en") else "de",
        )  # fmt: skip
    except people.TokenRefused as refused:
        raise forms.Wrong(
            _("This link was used or is not the newest. The terminal shows a new one at each start.")
        ) from refused
    return seat.login


def _setup_form(request: HttpRequest, *, problem: str, status: int = 200) -> HttpResponse:
    get: Any = request.POST.get
    return page(
        request,
        "setup",
        status=status,
        token=_token(request),
        problem=problem,
        name=get("name", ""),
        mail=get("mail", ""),
    )
