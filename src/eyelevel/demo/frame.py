"""Rendering the demo's own pages in the frame of the public ones."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"{template}.html", {"company": settings.ENV.company} | context, using="jinja2")
