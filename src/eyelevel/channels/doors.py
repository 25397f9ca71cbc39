"""The doors of the house as its settings name them, and trying one on request."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from eyelevel.channels.mail import smtp_out
from eyelevel.channels.mail.imap import Mailbox, MailboxRefused, MailboxUnreachable

OUTGOING = "smtp-out"


@dataclass(frozen=True, kw_only=True)
class Door:
    """One way in or out. `key` names it in addresses; `account` is its row of signs of life."""

    key: str
    kind: str  # smtp-in, lmtp-in, imap, smtp-out, form
    where: str
    account: str = ""
    testable: bool = False


def doors() -> list[Door]:
    """All that is set up, ways in first."""
    env = settings.ENV
    found = [Door(key="form", kind="form", where="/contact/")]
    if env.smtp_in_port:
        found.append(Door(key="smtp-in", kind="smtp-in", where=f"{env.smtp_in_host}:{env.smtp_in_port}"))
    if env.lmtp_in_port:
        found.append(Door(key="lmtp-in", kind="lmtp-in", where=f"{env.smtp_in_host}:{env.lmtp_in_port}"))
    found += [
        Door(
            key=f"imap-{number}",
            kind="imap",
            where=f"{box.user} @ {box.host}",
            account=account_name(box),
            testable=True,
        )
        for number, box in enumerate(env.mailboxes)
    ]
    where = f"{env.smtp_out_host}:{env.smtp_out_port}" if env.smtp_out_host else ""
    return [*found, Door(key=OUTGOING, kind=OUTGOING, where=where, testable=bool(where))]


def account_name(box: Any) -> str:
    return f"imap:{box.name}"


def mailbox_of(box: Any) -> Mailbox:
    return Mailbox(
        host=box.host, port=box.port, user=box.user, password=box.secret(), tls=box.tls, folder=box.folder
    )


def relay() -> smtp_out.Relay:
    """The mail server that takes our mail, as the settings name it."""
    env = settings.ENV
    return smtp_out.Relay(
        host=env.smtp_out_host, port=env.smtp_out_port, user=env.smtp_out_user,
        password=env.smtp_out_password.get_secret_value(), tls=env.smtp_out_tls,
    )  # fmt: skip


def try_door(key: str) -> str:
    """Connect and log in, change nothing; the trouble in the other side's words, or nothing where all is well.

    Raises KeyError for a door that cannot be tried.
    """
    try:
        if key == OUTGOING and settings.ENV.smtp_out_host:
            smtp_out.greet(relay())
            return ""
        box = {f"imap-{number}": box for number, box in enumerate(settings.ENV.mailboxes)}[key]
        with mailbox_of(box):
            return ""
    except (OSError, smtplib.SMTPException, MailboxRefused, MailboxUnreachable) as error:
        return f"{type(error).__name__}: {error}"
