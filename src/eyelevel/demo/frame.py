"""Rendering the demo's own pages in the frame of the public ones."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    common = {"company": settings.ENV.company, "retention_days": settings.ENV.retention_days}
    return render(request, f"{template}.html", common | context, using="jinja2")
