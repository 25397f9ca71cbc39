"""The public keys of this installation, for people and for programs: to hold a signed file against."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from eyelevel.kernel.signing import public_keys
from eyelevel.public.pages import page
from eyelevel.public.transcript import grouped
from eyelevel.transcript import keys, signed


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    rows = [
        {"fingerprint": grouped(signed.fingerprint(one.key)), "retired_at": one.retired_at}
        for one in public_keys(settings.KEYS)
    ]
    return page(request, "keys", keys=rows)


@require_safe
def listed(_request: HttpRequest) -> HttpResponse:
    known = [keys.Known(key=one.key, retired_at=one.retired_at) for one in public_keys(settings.KEYS)]
    env = settings.ENV
    answer = JsonResponse(keys.listed(known, name=env.company, address=env.public_url))
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
