"""Rendering the public pages, and what is said when something cannot be done."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

log = structlog.get_logger("web")


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """One public page; every one of them knows the company."""
    return render(
        request,
        f"public/{template}.html",
        {"company": settings.ENV.company} | context,
        status=status,
        using="jinja2",
    )


def refusal(request: HttpRequest, *, status: int, number: str = "") -> HttpResponse:
    """The page for what did not work: what happened and what to do, nothing about the inside of the house."""
    said = {
        400: (_("That could not be understood"), _("The request had another form than this page sends. Go back and try again.")),
        403: (_("That is not allowed"), _("Either this belongs to somebody else, or it came from another website. Go back to our page and send it from there.")),
        404: (_("There is nothing here"), _("Perhaps the address has a typing error, or this is not for your eyes.")),
        405: (_("Not in this way"), _("This address is meant for a form on our page.")),
        409: (_("Too late"), _("It has left already, or a colleague was faster. Go back and look again.")),
        413: (_("That is too large"), _("Send a smaller file, or less text at once.")),
        500: (_("That was our mistake"), _("Something broke on our side. What you sent before is kept. Please try again.")),
        503: (_("Not now"), _("We cannot keep anything safely at this moment. Nothing was lost; please send it again in a minute.")),
    }  # fmt: skip
    title, text = said[status]
    at_desk = request.path.startswith("/desk/")
    return page(request, "refusal", status=status, title=title, text=text, number=number, at_desk=at_desk)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return refusal(request, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return refusal(request, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    return refusal(request, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """Only a number leaves the house; the log has the rest under it."""
    number = secrets.token_hex(4)
    log.error("page broke", path=request.path, number=number)
    return refusal(request, status=500, number=number)
