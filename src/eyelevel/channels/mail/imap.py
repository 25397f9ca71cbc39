"""A mailbox read by IMAP IDLE (RFC 3501, RFC 2177), for bytes only: nothing is parsed here.

The caller stores the raw mail durably and only then marks it as seen.
"""

from __future__ import annotations

import imaplib
import re
import select
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal

SECONDS = 30.0
MOST_BYTES = 40 * 1024 * 1024
LONGEST_IDLE_SECONDS = 29 * 60.0  # RFC 2177: servers may log out after 30 minutes
_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)", re.IGNORECASE)


class MailboxUnreachable(RuntimeError):
    """No connection, or it broke."""


class MailboxRefused(RuntimeError):
    """The server said no: wrong password, no such folder."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """One mail as bytes; `oversize` where only its beginning was taken."""

    uid: int
    uid_validity: int
    raw: bytes
    oversize: bool


@dataclass(kw_only=True)
class Mailbox:
    """One account; use as a context manager."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    tls: Literal["tls", "starttls", "none"] = "tls"
    folder: str = "INBOX"
    _server: imaplib.IMAP4 | None = field(default=None, repr=False)
    _validity: int = 0

    def __enter__(self) -> Mailbox:
        try:
            self._connect()
        except imaplib.IMAP4.error as error:
            raise MailboxRefused(f"{self.host}: {error}") from error
        except OSError as error:
            raise MailboxUnreachable(f"{self.host}:{self.port}: {error}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._server is not None:
            try:
                self._server.logout()
            except (OSError, imaplib.IMAP4.error):
                self._server.shutdown()
            self._server = None

    def _connect(self) -> None:
        context = ssl.create_default_context()
        if self.tls == "tls":
            self._server = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=SECONDS)
        else:
            self._server = imaplib.IMAP4(self.host, self.port, timeout=SECONDS)
        if self.tls == "starttls":
            self._server.starttls(context)
        self._server.login(self.user, self.password)
        state, answer = self._server.select(_quoted(self.folder))
        if state != "OK":
            raise MailboxRefused(f"{self.host}: no folder {self.folder}: {answer!r}")
        _, validity = self._server.response("UIDVALIDITY")
        self._validity = int(validity[0]) if validity and validity[0] else 0

    def _ask(self, *words: str) -> list[bytes | tuple[bytes, bytes]]:
        """One UID command. Raises MailboxUnreachable or MailboxRefused."""
        assert self._server is not None
        try:
            state, answer = self._server.uid(*words)
        except imaplib.IMAP4.abort as error:
            raise MailboxUnreachable(str(error)) from error
        except imaplib.IMAP4.error as error:
            raise MailboxRefused(str(error)) from error
        except OSError as error:
            raise MailboxUnreachable(str(error)) from error
        if state != "OK":
            raise MailboxRefused(f"{words[0]}: {answer!r}")
        return [line for line in answer if line is not None]

    def fetch_new(self, after_uid: int, uid_validity: int | None) -> Iterator[Fetched]:
        """The mails above `after_uid`, oldest first; all of them where the folder was made anew (UIDVALIDITY)."""
        first = after_uid + 1 if uid_validity == self._validity else 1
        lines = self._ask("SEARCH", f"UID {first}:*")
        uids = [int(word) for line in lines if isinstance(line, bytes) for word in line.split()]
        for uid in sorted(one for one in uids if one >= first):  # "7:*" also names the last mail when it is below 7
            raw, size = self._fetch(uid)
            if raw is not None:
                yield Fetched(uid=uid, uid_validity=self._validity, raw=raw, oversize=size > len(raw))

    def _fetch(self, uid: int) -> tuple[bytes | None, int]:
        lines = self._ask("FETCH", str(uid), f"(UID RFC822.SIZE BODY.PEEK[]<0.{MOST_BYTES}>)")
        for line in lines:
            if isinstance(line, tuple) and _UID.search(line[0]):
                size = _SIZE.search(line[0])
                return line[1], int(size[1]) if size else len(line[1])
        return None, 0  # expunged between search and fetch

    def mark_seen(self, uid: int) -> None:
        self._ask("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def idle(self, seconds: float) -> bool:
        """Wait for news up to `seconds` (at most 29 minutes); True when the server has something new."""
        server = self._server
        assert server is not None
        if "IDLE" not in server.capabilities:
            time.sleep(min(seconds, 20.0))
            return True
        try:
            return _idle(server, min(seconds, LONGEST_IDLE_SECONDS))
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxUnreachable(str(error)) from error


def _idle(server: imaplib.IMAP4, seconds: float) -> bool:
    """IDLE by hand: imaplib of Python 3.11 knows no such command."""
    tag = server._new_tag()  # type: ignore[attr-defined] # noqa: SLF001
    server.send(tag + b" IDLE\r\n")
    if not server.readline().startswith(b"+"):
        raise OSError("the server refused IDLE")
    news = False
    deadline = time.monotonic() + seconds
    while not news and (left := deadline - time.monotonic()) > 0:
        if _waiting(server) or select.select([server.sock], [], [], left)[0]:
            line = server.readline()
            if not line:
                raise OSError("the server closed the connection")
            news = line.startswith(b"* ") and line.rstrip().endswith((b"EXISTS", b"RECENT"))
    server.send(b"DONE\r\n")
    while not server.readline().startswith(tag):
        pass
    return news


def _waiting(server: imaplib.IMAP4) -> bool:
    """Is there a line in the buffers already, where select cannot see it?"""
    pending = getattr(server.sock, "pending", None)
    buffered = getattr(server, "_file", None) or getattr(server, "file", None)
    server.sock.setblocking(False)
    try:
        return bool(pending and pending()) or bool(buffered and buffered.peek(1))
    except (OSError, ValueError):
        return False
    finally:
        server.sock.settimeout(SECONDS)


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
