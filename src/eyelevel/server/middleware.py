"""What every page gets: headers that forbid, a check of where a change comes from, and who asks."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from eyelevel.kernel.policy import STRANGER, Refused
from eyelevel.kernel.writer import NotKept, Overloaded
from eyelevel.outbox.actions import NoLongerWaiting
from eyelevel.people import factors
from eyelevel.people import reads as people
from eyelevel.people.asking import asked, note_session, session_hash
from eyelevel.people.models import Login
from eyelevel.public import pages
from eyelevel.server.shell import API

Next = Callable[[HttpRequest], HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OF_MACHINES = ("/hooks/", API)  # no cookie counts there: a signature or a token proves each call
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types fragment"
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

log = structlog.get_logger("web")


def headers(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if settings.SECURE:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def our_name(get_response: Next) -> Next:
    """Serves only under names of ours: another site whose name leads to this machine gets nothing here.

    Monitors ask by any address, so the two questions about health are left out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path not in {"/healthz", "/readyz"}:
            try:
                request.get_host()
            except DisallowedHost:
                return pages.refusal(request, status=400)
        return get_response(request)

    return middleware


def comes_from_here(request: HttpRequest) -> bool:
    """Did our own page send this? Browsers say so in Sec-Fetch-Site or Origin; a request with neither has no cookie's
    power here, because every form that a browser can send carries at least Origin or Referer.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(origin)
    ours = {request.get_host(), urlsplit(settings.ENV.public_url).netloc} - {""}
    return parts.scheme in {"http", "https"} and parts.netloc in ours


def same_origin(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or request.path.startswith(OF_MACHINES) or comes_from_here(request):
            return get_response(request)
        return pages.refusal(request, status=403)

    return middleware


def actor(get_response: Next) -> Next:
    """Sets request.actor and request.seat, and the language: a colleague's own, else what the visitor asks for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        known = asked(request)
        if request.path.startswith(API):
            known.seat, known.actor = None, STRANGER
            with translation.override("en"):
                return get_response(request)
        known.seat = people.seat_of(request.user) if isinstance(request.user, Login) else None
        known.actor = people.actor_of(known.seat)
        if known.seat is not None:
            _note(request)
        wanted = request.POST.get("lang") if request.method == "POST" else request.GET.get("lang")
        own = known.seat.language if known.seat else translation.get_language_from_request(request)
        with translation.override(wanted if wanted in {"de", "en"} else own):
            if known.seat and _needs_second_factor(request):
                if request.path.startswith("/desk/"):
                    return HttpResponseRedirect(reverse("mfa_index"))
                known.actor = STRANGER
            return get_response(request)

    return middleware


def _needs_second_factor(request: HttpRequest) -> bool:
    """A seat counts only with a second factor, but for setting one up; the demo's one-time links stand in for it."""
    if settings.ENV.demo or request.path.startswith("/account/") or not isinstance(request.user, Login):
        return False
    return not factors.open_the_desk(request.user)


_noted: dict[str, float] = {}
MOST_NOTED = 10_000
COARSE_SECONDS = 300.0  # when somebody was last here; no finer, it is nobody's business


def _note(request: HttpRequest) -> None:
    """Note that this session is used, once in a while. Where nothing can be kept now, reading still goes on."""
    if not isinstance(request.user, Login) or not request.session.session_key:
        return
    session, moment = session_hash(request), time.monotonic()
    if moment - _noted.get(session, -COARSE_SECONDS) < COARSE_SECONDS:
        return
    if len(_noted) >= MOST_NOTED:
        _noted.clear()
    with contextlib.suppress(NotKept, Overloaded):
        note_session(request, request.user)
        _noted[session] = moment


def refusals(get_response: Next) -> Next:
    """Turns our refusals into pages: what is not yours to see is not there; what cannot be kept comes again."""

    class Middleware:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
            if isinstance(error, Refused):
                return pages.refusal(request, status=403 if asked(request).actor.is_staff else 404)
            if isinstance(error, Overloaded | NotKept):
                log.error("not kept", path=request.path, error=str(error))
                response = pages.refusal(request, status=503)
                response.headers["Retry-After"] = "10"
                return response
            if isinstance(error, NoLongerWaiting):
                return pages.refusal(request, status=409)
            return None

    return Middleware()
