"""One guarded WebSocket: dialled to a judged address, bounded in size, and never waited on for ever."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from websockets.exceptions import InvalidHandshake, InvalidURI, WebSocketException
from websockets.sync.client import ClientConnection, connect

from eyelevel.channels.contract import SourceTrouble
from eyelevel.kernel import http

SECONDS_TO_OPEN = 10.0
SECONDS_BETWEEN_PINGS = 20.0


@contextmanager
def opened(url: str, *, allowed: tuple[str, ...], most: int) -> Iterator[ClientConnection]:
    """A connection whose messages have at most `most` bytes. Raises SourceTrouble for whatever goes wrong with it."""
    parts = urlsplit(url)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname or parts.username is not None:
        raise SourceTrouble("only ws:// and wss:// addresses without user names are listened to")
    secure = parts.scheme == "wss"
    try:
        port = parts.port or (443 if secure else 80)
        plain = http.dial(parts.hostname, port, seconds=SECONDS_TO_OPEN, allowed=allowed)
        with connect(
            url, sock=plain, ssl=ssl.create_default_context() if secure else None, compression=None, max_size=most,
            server_hostname=parts.hostname if secure else None, open_timeout=SECONDS_TO_OPEN, close_timeout=1,
            ping_interval=SECONDS_BETWEEN_PINGS, ping_timeout=SECONDS_BETWEEN_PINGS, proxy=None, max_queue=64,
            user_agent_header="Eyelevel",
        ) as socket:  # fmt: skip
            yield socket
    except (InvalidHandshake, InvalidURI) as error:
        raise SourceTrouble(f"it did not open a stream: {error}") from error
    except (WebSocketException, http.Forbidden, http.Unreachable, OSError, ValueError) as error:
        raise SourceTrouble(f"{type(error).__name__}: {error}") from error
