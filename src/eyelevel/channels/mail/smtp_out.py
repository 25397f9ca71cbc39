"""Handing one message to the operator's mail server, and saying truthfully what came of it.

The moment that matters is the end of DATA: before it nothing was accepted, after it everything may have been.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from eyelevel.channels.contract import Departure, Receipt
from eyelevel.channels.mail.write import compose

SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Relay:
    """The mail server that takes our mail."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: Literal["tls", "starttls", "none"] = "starttls"


def leave(departure: Departure, *, relay: Relay, now: Callable[[], datetime]) -> Receipt:
    """One try. Connection trouble and 4xx are "later", 5xx is "refused", silence after the last byte is "unknown"."""
    if not relay.host:
        return Receipt(
            state="later", detail="no outgoing mail server is set (EYELEVEL_SMTP_OUT_HOST)", at=now()
        )
    try:
        raw = compose(departure, now=now())
    except ValueError as error:
        return Receipt(state="refused", detail=f"cannot be written as a mail: {error}", at=now())
    try:
        with _connected(relay) as server:
            state, detail = _hand_over(server, departure, raw)
    except smtplib.SMTPResponseException as error:
        state, detail = _judged(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        state, detail = "later", f"{type(error).__name__}: {error}"
    return Receipt(state=state, detail=detail, at=now())


def greet(relay: Relay) -> None:
    """Connect, log in and say goodbye. Raises OSError or smtplib.SMTPException with what went wrong."""
    with _connected(relay) as server:
        server.noop()


State = Literal["delivered", "refused", "later", "unknown"]


def _connected(relay: Relay) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if relay.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(relay.host, relay.port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(relay.host, relay.port, timeout=SECONDS)
    server.ehlo_or_helo_if_needed()
    if relay.tls == "starttls":
        server.starttls(context=context)
    if relay.user:
        server.login(relay.user, relay.password)
    return server


def _hand_over(server: smtplib.SMTP, departure: Departure, raw: bytes) -> tuple[State, str]:
    server.ehlo_or_helo_if_needed()
    sender = "" if departure.automatic else departure.sender  # RFC 3834: nobody bounces a notice back at us
    for code, answer in (
        server.mail(sender),
        *(server.rcpt(address) for address in (*departure.to, *departure.carbon_copies)),
    ):
        if code >= 400:
            return _judged(code, answer)
    try:
        code, answer = server.data(raw)
    except smtplib.SMTPDataError as error:
        return _judged(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        return "unknown", f"the connection broke before the server answered: {error}"
    return ("delivered", _text(answer)) if code == 250 else _judged(code, answer)


def _judged(code: int, answer: bytes | str) -> tuple[State, str]:
    return ("refused" if 500 <= code < 600 else "later"), f"{code} {_text(answer)}"


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
