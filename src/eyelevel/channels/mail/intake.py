"""The mail door: SMTP and LMTP for bytes only. 250 goes out after the raw mail is committed, never before.

Nothing is parsed here. What is too large, too many or for somebody else is refused before it is read.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from eyelevel.channels.contract import Limits, RawArrival

CHANNEL = "mail"
SECONDS_OF_SILENCE = 120
MOST_RECIPIENTS = 50
MOST_CONNECTIONS = 500

Keep = Callable[[RawArrival], Awaitable[Any]]
log = structlog.get_logger("mail")


class CannotKeep(RuntimeError):
    """The arrival could not be committed; the sender is told to come again."""


class Door:
    """aiosmtpd's handler: checks the recipient's domain, keeps the bytes, answers."""

    def __init__(
        self, *, keep: Keep, domains: frozenset[str], now: Callable[[], datetime], source: str
    ) -> None:
        self._keep, self._domains, self._now, self._source = keep, domains, now, source

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd names its hooks so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.rpartition("@")[2].lower() not in self._domains:
            return "550 5.7.1 we do not relay"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        arrival = self._arrival(session, envelope)
        try:
            await self._keep(arrival)
        except CannotKeep as error:
            log.warning("not kept", error=str(error))
            return "452 4.3.1 cannot keep it now, come again"
        return "250 2.0.0 kept"

    def _arrival(self, session: Session, envelope: Envelope) -> RawArrival:
        raw = (
            envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
        )
        sender, recipients = envelope.mail_from or "", ",".join(envelope.rcpt_tos)
        digest = hashlib.sha256(b"\0".join((sender.encode(), recipients.encode(), raw))).hexdigest()
        peer = str(session.peer[0]) if isinstance(session.peer, tuple) else "local"
        return RawArrival(
            channel=CHANNEL,
            source=self._source,
            external_id=digest,
            raw=raw,
            received_at=self._now(),
            envelope={"mail_from": sender, "rcpt_to": recipients, "peer": peer},
        )


async def open_door(
    *, host: str, port: int, keep: Keep, domains: frozenset[str], now: Callable[[], datetime], lmtp: bool = False,
    limits: Limits | None = None,
) -> asyncio.Server:  # fmt: skip
    """Listen for mail. Raises OSError where the port is taken."""
    size = (limits or Limits()).raw
    kind = LMTP if lmtp else SMTP
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        door = Door(keep=keep, domains=domains, now=now, source="lmtp" if lmtp else "smtp")
        return kind(
            door, data_size_limit=size, enable_SMTPUTF8=True, ident="eyelevel", hostname="eyelevel",
            timeout=SECONDS_OF_SILENCE, loop=loop,
        )  # fmt: skip

    return await loop.create_server(session, host=host, port=port, backlog=MOST_CONNECTIONS)
