"""Mailboxes read by IMAP IDLE: bytes out, kept raw, and only then marked as seen."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import connection

from eyelevel.channels import actions as channels
from eyelevel.channels.contract import RawArrival
from eyelevel.channels.doors import account_name, mailbox_of
from eyelevel.channels.mail.imap import Fetched, Mailbox, MailboxRefused, MailboxUnreachable
from eyelevel.channels.models import Account
from eyelevel.kernel import clock
from eyelevel.kernel.writer import NotKept, Overloaded, write
from eyelevel.server.env import MailboxEnv

CHANNEL = "mail"
FIRST_PAUSE_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 300.0
IDLE_SECONDS = 60.0

log = structlog.get_logger("mailbox")


def keep_fetched(env: MailboxEnv, fetched: Fetched) -> None:
    """The raw mail and how far we have read, in one transaction; only after it the mail is marked as seen."""
    now = clock.now()
    arrival = RawArrival(
        channel=CHANNEL, source=account_name(env), external_id=f"{fetched.uid_validity}:{fetched.uid}",
        raw=fetched.raw, received_at=now, envelope={"oversize": "yes"} if fetched.oversize else {},
    )  # fmt: skip
    shelved = channels.shelve(arrival)
    cursor = {"uid_validity": fetched.uid_validity, "uid": fetched.uid}

    def both() -> None:
        channels.keep(arrival, shelved=shelved)
        channels.account_is_well(channel=CHANNEL, name=account_name(env), now=now, cursor=cursor)

    write(both)


class Reader:
    """One mailbox in one thread, from `start` to `stop`; trouble is noted on the account's page and tried again."""

    def __init__(self, env: MailboxEnv) -> None:
        self._env = env
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=account_name(env), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(2)

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._ended.is_set():
            try:
                self._read()
                pause = FIRST_PAUSE_SECONDS
            except (MailboxUnreachable, MailboxRefused, NotKept, Overloaded, OSError) as error:
                self._note(error)
                self._ended.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        connection.close()

    def _note(self, error: Exception) -> None:
        log.warning("mailbox trouble", account=account_name(self._env), error=str(error))
        try:
            write(
                channels.account_failed, channel=CHANNEL, name=account_name(self._env), now=clock.now(),
                error=str(error),
            )  # fmt: skip
        except (NotKept, Overloaded):
            log.warning("could not note it", account=account_name(self._env))

    def _read(self) -> None:
        with mailbox_of(self._env) as box:
            while not self._ended.is_set():
                self._fetch(box)
                box.idle(IDLE_SECONDS)

    def _fetch(self, box: Mailbox) -> None:
        row = Account.objects.filter(channel=CHANNEL, name=account_name(self._env)).first()
        cursor = row.cursor if row is not None else {}
        for fetched in box.fetch_new(int(cursor.get("uid", 0)), cursor.get("uid_validity")):
            keep_fetched(self._env, fetched)
            box.mark_seen(fetched.uid)
        write(channels.account_is_well, channel=CHANNEL, name=account_name(self._env), now=clock.now())


def readers() -> Sequence[Reader]:
    return [Reader(env) for env in settings.ENV.mailboxes]
