"""The front page, and who reads what people write."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from eyelevel.public.pages import page


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    return page(request, "front")


@require_safe
def readers(request: HttpRequest) -> HttpResponse:
    return page(request, "readers")
