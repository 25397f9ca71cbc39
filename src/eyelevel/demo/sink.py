"""The other end of the demo's mail: what left the house lands here and is shown on /demo/post. Nothing goes further."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from aiosmtpd.smtp import SMTP, Envelope, Session

from eyelevel.kernel import clock

KEEP = 200


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail as its reader sees it. The demo reads only what this house itself has written."""

    at: datetime
    to: str
    sender: str
    subject: str
    text: str
    reply_to: str
    message_id: str
    references: str


landed: deque[Mail] = deque(maxlen=KEEP)


class _Sink:
    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        message = email.message_from_bytes(raw, policy=email.policy.default)
        body = message.get_body(("plain",))
        landed.appendleft(
            Mail(
                at=clock.now(), to=str(message["To"]), sender=str(message["From"]), subject=str(message["Subject"]),
                text=body.get_content() if body is not None else "", reply_to=str(message["Reply-To"] or ""),
                message_id=str(message["Message-ID"] or ""), references=str(message["References"] or ""),
            )
        )  # fmt: skip
        return "250 landed"


async def open_sink(port: int) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(_Sink(), hostname="demo", enable_SMTPUTF8=True, loop=loop), host="127.0.0.1", port=port
    )
