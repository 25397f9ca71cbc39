"""The one client that makes outgoing requests. It checks the address that it dials, not the name that it was given.

A name may point anywhere and may point elsewhere a moment later, so the check sits in the connect: every address of a
name must be a public one, and the socket goes to exactly the address that was checked. Time, size and redirects are
bounded; nothing is decompressed.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore2
from httpcore2 import SOCKET_OPTION, NetworkBackend, NetworkStream

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What is not the public internet, by the IANA registries of special-purpose addresses (RFC 6890 and its updates).
_NO_IPV4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    )
)  # fmt: skip
_PUBLIC_IPV6 = IPv6Network("2000::/3")
_NO_IPV6 = tuple(
    IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
)
A_DAY = timedelta(days=1)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PIECE = 16 * 1024  # bytes that are written at once


class Forbidden(RuntimeError):
    """Not an address of the public internet, or no web address at all; nothing was dialled."""


class Unreachable(RuntimeError):
    """Nobody answered, in time or at all."""


class TooMuch(RuntimeError):
    """The answer is larger, slower or redirected more often than allowed."""


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Limits of one request: bytes of the answer, seconds in all, redirects followed."""

    size: int = 2 * 1024 * 1024
    seconds: float = 10.0
    redirects: int = 3


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back; header names in lower case, the body as it was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def is_public(address: Address) -> bool:
    """Is this address one of the public internet? Addresses that wrap another one (mapped, 6to4, NAT64) are not."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NO_IPV4)
    if address.scope_id is not None or address not in _PUBLIC_IPV6:
        return False
    return not any(address in network for network in _NO_IPV6)


class Timed(NetworkStream):
    """A connection that ends with the whole request: whoever sends a byte now and then does not make it longer."""

    def __init__(self, inner: NetworkStream, *, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    def _left(self, timeout: float | None) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TooMuch("it took too long")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """In pieces: the time for one piece is the time for a peer that takes it byte by byte."""
        for start in range(0, len(buffer), PIECE):
            self._inner.write(buffer[start : start + PIECE], self._left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._left(timeout))
        return Timed(inner, deadline=self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class Guard(NetworkBackend):
    """Dials only public addresses and those that the operator named."""

    def __init__(self, allowed: Iterable[str], *, deadline: float) -> None:
        self._allowed = tuple(ip_network(one) for one in allowed)
        self._deadline = deadline
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Connect to the first address of the name, after all of them were judged. Raises Forbidden or Unreachable."""
        addresses = judged(host, port, allowed=self._allowed)
        left = max(0.1, self._deadline - time.monotonic())
        wait = left if timeout is None else min(left, timeout)
        stream = self._inner.connect_tcp(str(addresses[0]), port, wait, local_address, socket_options)
        return Timed(stream, deadline=self._deadline)


def judged(host: str, port: int, *, allowed: Iterable[Network] = ()) -> list[Address]:
    """All addresses of a name, once each of them was found public or allowed. Raises Forbidden or Unreachable."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host[:100]!r} has no address") from error
    addresses = [ip_address(str(entry[4][0])) for entry in found]
    networks = tuple(allowed)
    for address in addresses:
        if not is_public(address) and not any(address in network for network in networks):
            raise Forbidden(f"{host[:100]!r} is {address}, which is not an address of the public internet")
    return addresses


def retry_after(headers: Mapping[str, str], *, now: datetime, most: timedelta = A_DAY) -> timedelta | None:
    """How long the other side asks us to wait, by Retry-After (RFC 9110: seconds, or a date), from nothing to `most`; None
    where it does not say.
    """
    given = headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit() and len(given) < 9:
        wait = timedelta(seconds=int(given))
    else:
        try:
            at = parsedate_to_datetime(given)
        except (ValueError, TypeError, OverflowError):
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return max(timedelta(0), min(wait, most))


def leads_inside(url: str, *, allowed: Iterable[str] = ()) -> bool:
    """Does this address name, without any name service, a machine that would never be dialled? For a clear word at once:
    a name that leads inside is found out when it is dialled.
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        host = "127.0.0.1"
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return False
    networks = [ip_network(one) for one in allowed]
    addresses = [ip_address(str(entry[4][0])) for entry in found]
    return any(
        not is_public(address) and not any(address in network for network in networks)
        for address in addresses
    )


def dial(host: str, port: int, *, seconds: float, allowed: Iterable[str] = ()) -> socket.socket:
    """A connected TCP socket to exactly the address that was judged, for protocols beside HTTP.

    Raises Forbidden or Unreachable.
    """
    addresses = judged(host, port, allowed=[ip_network(one) for one in allowed])
    try:
        return socket.create_connection((str(addresses[0]), port), timeout=seconds)
    except OSError as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error


def fetch(
    url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b"",
    bounds: Bounds | None = None, allowed: Iterable[str] = (),
) -> Answer:  # fmt: skip
    """One request, with its redirects. `allowed` names networks of the operator's own ("10.1.0.0/16").

    Raises Forbidden, Unreachable or TooMuch.
    """
    limits = bounds or Bounds()
    deadline = time.monotonic() + limits.seconds
    sent, here, allowed = dict(headers or {}), url, tuple(allowed)
    for _ in range(limits.redirects + 1):
        answer = _once(here, method, sent, body, limits=limits, deadline=deadline, allowed=allowed)
        target = answer.headers.get("location")
        if answer.status not in REDIRECTS or not target:
            return answer
        following = urljoin(here, target)
        if urlsplit(following)[:2] != urlsplit(here)[:2]:  # scheme and place: not to others, and not in clear
            sent = {
                name: value for name, value in sent.items() if name.lower() not in {"authorization", "cookie"}
            }
        if answer.status in {301, 302, 303} and method != "HEAD":
            method, body = "GET", b""
        here = following
    raise TooMuch(f"more than {limits.redirects} redirects")


def _once(
    url: str, method: str, headers: Mapping[str, str], body: bytes, *, limits: Bounds, deadline: float,
    allowed: tuple[str, ...],
) -> Answer:  # fmt: skip
    checked = _checked(url)
    wait = max(0.1, deadline - time.monotonic())
    timeouts = {"connect": wait, "read": wait, "write": wait, "pool": wait}
    fields = {
        "Host": urlsplit(checked).netloc,
        "Accept-Encoding": "identity",
        "User-Agent": "Eyelevel",
        **headers,
    }
    try:
        with (
            httpcore2.ConnectionPool(network_backend=Guard(allowed, deadline=deadline)) as pool,
            pool.stream(
                method, checked, headers=list(fields.items()), content=body, extensions={"timeout": timeouts}
            ) as stream,
        ):
            named = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in stream.headers
            }
            if named.get("content-encoding", "identity") != "identity":
                raise TooMuch("the answer is packed although that was not asked for")
            content = _bounded(stream.iter_stream(), limits.size, deadline)
            return Answer(status=stream.status, headers=named, body=content, url=checked)
    except (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, OSError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error


def _checked(url: str) -> str:
    """The address without user, fragment and odd forms. Raises Forbidden."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Forbidden("this is no web address") from error
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or "%" in host:
        raise Forbidden("only http and https addresses without user names are fetched")
    try:
        name = host if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Forbidden("this is no host name") from error
    shown = f"[{name}]" if ":" in name else name
    place = shown if port is None else f"{shown}:{port}"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(sign <= " " or sign >= "\x7f" for sign in path):
        raise Forbidden("spaces and control signs do not belong into an address")
    return f"{parts.scheme}://{place}{path}"


def _bounded(chunks: Iterable[bytes], most: int, deadline: float) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > most:
            raise TooMuch(f"more than {most} bytes")
        if time.monotonic() > deadline:
            raise TooMuch("it took too long")
    return bytes(content)
