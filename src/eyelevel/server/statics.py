"""Static files as they were when the house began: read once, held in memory.

An update writes over the files while the house runs. What is served must go on fitting its length and the pages that ask for
it, so a new edition comes with the next start, whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from whitenoise import WhiteNoise
from whitenoise.responders import Response, StaticFile


class HeldFile(StaticFile):
    """One file, with its bytes. Parts of it cannot be asked for: all are small."""

    def __init__(self, path: str, headers: Any, **more: Any) -> None:
        super().__init__(path, headers, **more)  # type: ignore[no-untyped-call] # of the library
        self._content = Path(path).read_bytes()

    def get_response(self, method: str, request_headers: Mapping[str, Any]) -> Any:
        whole = {name: value for name, value in request_headers.items() if name != "HTTP_RANGE"}
        answer = super().get_response("HEAD" if method == "GET" else method, whole)  # type: ignore[no-untyped-call] # of the library
        if method != "GET" or answer.status != 200:
            return answer
        return Response(answer.status, answer.headers, BytesIO(self._content))  # type: ignore[no-untyped-call] # of the library


class Statics(WhiteNoise):
    """WhiteNoise with files that are held."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> HeldFile:
        headers = Headers([])
        self.add_mime_headers(headers, path, url)  # type: ignore[no-untyped-call] # of the library
        self.add_cache_headers(headers, path, url)  # type: ignore[no-untyped-call] # of the library
        return HeldFile(path, headers.items(), stat_cache=stat_cache)
