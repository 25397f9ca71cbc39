"""Handing out strangers' bytes: always to be saved, never to be shown inside our pages."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse


def download(content: bytes, *, name: str) -> HttpResponse:
    """The bytes as a file to save: no type that a browser would open, no script, no frame, no sniffing."""
    answer = HttpResponse(content, content_type="application/octet-stream")
    ascii_name = "".join(
        sign if (sign.isascii() and sign.isalnum()) or sign in "-_. " else "_" for sign in name
    )[:100]
    answer["Content-Disposition"] = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name[:200], safe='')}"
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
