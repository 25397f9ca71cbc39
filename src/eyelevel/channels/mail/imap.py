"""A mailbox read over IMAP4rev1 (RFC 3501) with IDLE (RFC 2177): bytes out, nothing parsed, nothing deleted.

A small line protocol of our own, because the standard library's client has no IDLE before 3.14 and cannot go on after
a time-out. Every wait has an end and every answer a bound. The caller stores the bytes before it calls `mark_seen`.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import time
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from eyelevel.channels.contract import Limits

SECONDS = 60.0  # for one answer
MOST_IDLE_SECONDS = 29 * 60.0  # RFC 2177: servers may log us out after 30 minutes
MOST_IN_LINE = 1024 * 1024
CHUNK = 64 * 1024
NEWS = re.compile(rb"\* [0-9]+ (?:EXISTS|RECENT)", re.IGNORECASE)
LITERAL = re.compile(rb"\{([0-9]{1,12})\+?\}$")
UID = re.compile(rb"\bUID ([0-9]{1,10})\b", re.IGNORECASE)
SIZE = re.compile(rb"\bRFC822\.SIZE ([0-9]{1,12})\b", re.IGNORECASE)
VALIDITY = re.compile(rb"\[UIDVALIDITY ([0-9]{1,10})\]", re.IGNORECASE)


class MailboxUnreachable(RuntimeError):
    """No connection, a broken one, or silence: trying again later may help."""


class MailboxRefused(RuntimeError):
    """The server said no: user, password, folder or its own fault; a person should look."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """One mail as the server gave it. `oversize`: only the first limits.raw bytes are here.

    `refused`: the server would not give it out; `raw` is empty, and the caller keeps that so that a person sees it.
    """

    uid: int
    uid_validity: int
    raw: bytes
    oversize: bool = False
    refused: str = ""


@dataclass(frozen=True)
class _Answer:
    """One untagged line, the bytes of its first literal and whether they were cut."""

    line: bytes
    literal: bytes | None
    cut: bool


class _Wire:
    """Lines and literals over one socket, each wait bounded."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._buffer = bytearray()

    def send(self, content: bytes) -> None:
        try:
            self.connection.settimeout(SECONDS)
            self.connection.sendall(content)
        except OSError as error:
            raise MailboxUnreachable(f"the connection broke while writing: {error}") from error

    def line(self, seconds: float = SECONDS) -> bytes:
        """The next line without its end. Raises TimeoutError after `seconds`; what came so far is kept for the next call."""
        ends_at = time.monotonic() + seconds
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            if len(self._buffer) > MOST_IN_LINE:
                raise MailboxUnreachable(f"a line of more than {MOST_IN_LINE} bytes")
            searched = len(self._buffer)
            self._fill(ends_at - time.monotonic())
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        return line

    def exactly(self, size: int, *, most: int) -> bytes:
        """The next `size` bytes, of which the first `most` are kept and the rest is read past."""
        kept, left = bytearray(), size
        while left:
            if not self._buffer:
                self._fill_or_fail()
            take = min(left, len(self._buffer))
            kept += self._buffer[: min(take, max(0, most - len(kept)))]
            del self._buffer[:take]
            left -= take
        return bytes(kept)

    def close(self) -> None:
        with suppress(OSError):
            self.connection.close()

    def wrap(self, context: ssl.SSLContext, host: str) -> None:
        if self._buffer:
            raise MailboxRefused("the server spoke before TLS began")  # bytes of somebody in the middle
        try:
            self.connection = context.wrap_socket(self.connection, server_hostname=host)
        except OSError as error:
            raise MailboxUnreachable(f"TLS did not come about: {error}") from error

    def _fill_or_fail(self) -> None:
        try:
            self._fill(SECONDS)
        except TimeoutError as error:
            raise MailboxUnreachable(f"silence for {SECONDS:g} s in the middle of a mail") from error

    def _fill(self, seconds: float) -> None:
        if seconds <= 0:
            raise TimeoutError
        try:
            self.connection.settimeout(seconds)
            content = self.connection.recv(CHUNK)
        except TimeoutError:
            raise
        except OSError as error:
            raise MailboxUnreachable(f"the connection broke: {error}") from error
        if not content:
            raise MailboxUnreachable("the server closed the connection")
        self._buffer += content


class Mailbox:
    """One folder of one account, opened by `with`. For one thread."""

    def __init__(
        self, *, host: str, port: int, user: str, password: str, tls: Literal["tls", "starttls", "none"] = "tls",
        folder: str = "INBOX", limits: Limits | None = None, context: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self._host, self._port, self._user, self._password = host, port, user, password
        self._tls, self._folder, self._limits = tls, folder, limits or Limits()
        self._context = context
        self._wire: _Wire | None = None
        self._tags = 0
        self._news = False
        self._can_idle = False
        self.uid_validity = 0

    def __enter__(self) -> Self:
        """Connect, log in and open the folder. Raises MailboxUnreachable or MailboxRefused."""
        try:
            self._open()
        except (MailboxUnreachable, MailboxRefused):
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            with suppress(MailboxUnreachable, MailboxRefused):
                self._command("LOGOUT")
        self._close()

    def fetch_new(self, after_uid: int, uid_validity: int | None) -> Iterator[Fetched]:
        """The mails with a higher UID, oldest first; all of them where the server numbered the folder anew.

        Raises MailboxUnreachable or MailboxRefused. Other calls are allowed between two mails.
        """
        after = after_uid if uid_validity in {None, self.uid_validity} else 0
        self._news = False
        found = array("Q")
        for answer in self._command(f"UID FETCH {after + 1}:* (UID)"):
            uid = _number(UID, answer.line)
            if uid > after:  # "n:*" always names the last mail, even below n
                found.append(uid)
        for uid in sorted(set(found)):
            fetched = self._fetch(uid)
            if fetched is not None:
                yield fetched

    def mark_seen(self, uid: int) -> None:
        """Set the flag Seen. Only after the bytes are kept for good."""
        self._command(f"UID STORE {uid:d} +FLAGS.SILENT (\\Seen)")

    def idle(self, seconds: float) -> bool:
        """Wait until something new may be there, at most `seconds`; True where the server said so.

        Renewed every 29 minutes. A server without IDLE is asked once, at the end of the wait.
        """
        ends_at = time.monotonic() + seconds
        while not self._news and (left := ends_at - time.monotonic()) > 0:
            if self._can_idle:
                self._idle_once(min(left, MOST_IDLE_SECONDS))
            else:
                self._listen(min(left, MOST_IDLE_SECONDS))
                self._command("NOOP")
        return self._news

    def _open(self) -> None:
        context = self._context or ssl.create_default_context()
        try:
            connection = socket.create_connection((self._host, self._port), timeout=SECONDS)
        except OSError as error:
            raise MailboxUnreachable(f"{self._host}:{self._port} does not answer: {error}") from error
        self._wire = _Wire(connection)
        if self._tls == "tls":
            self._wire.wrap(context, self._host)
        greeting = self._line()
        if not greeting.upper().startswith((b"* OK", b"* PREAUTH")):
            raise MailboxRefused(f"the server greets with {_shown(greeting)}")
        if self._tls == "starttls":
            self._command("STARTTLS")
            self._wire.wrap(context, self._host)
        if not greeting.upper().startswith(b"* PREAUTH"):
            self._log_in()
        self._select()

    def _log_in(self) -> None:
        content = f"\0{self._user}\0{self._password}"
        if self._user.isascii() and self._password.isascii():
            self._command(f"LOGIN {_quoted(self._user)} {_quoted(self._password)}", shown="LOGIN")
            return
        coded = base64.b64encode(content.encode("utf-8"))  # RFC 4616: LOGIN has no signs beyond ASCII
        self._command("AUTHENTICATE PLAIN", shown="AUTHENTICATE", continuation=coded)

    def _select(self) -> None:
        told = [answer.line.upper() for answer in self._command("CAPABILITY")]
        self._can_idle = any(b"IDLE" in line.split() for line in told)
        answers = self._command(f"SELECT {_quoted(modified_utf7(self._folder))}")
        self.uid_validity = max((_number(VALIDITY, answer.line) for answer in answers), default=0)
        self._news = False

    def _fetch(self, uid: int) -> Fetched | None:
        """One mail, None where it is gone. Always by a partial fetch: the size that a server tells may be wrong."""
        most = self._limits.raw
        try:
            answers = self._command(f"UID FETCH {uid:d} (UID RFC822.SIZE BODY.PEEK[]<0.{most:d}>)")
        except MailboxRefused as error:
            return Fetched(uid=uid, uid_validity=self.uid_validity, raw=b"", refused=str(error))
        for answer in answers:
            if answer.literal is not None:
                size = _number(SIZE, answer.line)
                oversize = answer.cut or (size > most and len(answer.literal) >= most)
                return Fetched(uid=uid, uid_validity=self.uid_validity, raw=answer.literal, oversize=oversize)
        return None

    def _idle_once(self, seconds: float) -> None:
        tag = self._send("IDLE")
        line = self._line()
        while not line.startswith(b"+"):
            if line.startswith(tag):
                raise MailboxRefused(f"IDLE: {_shown(line)}")
            self._notice(line)
            line = self._line()
        self._listen(seconds)
        self._wired().send(b"DONE\r\n")
        self._finish(tag, "IDLE")

    def _listen(self, seconds: float) -> None:
        """Take what the server says by itself, until there is news or the time is over."""
        ends_at = time.monotonic() + seconds
        while not self._news:
            try:
                self._notice(self._wired().line(ends_at - time.monotonic()))
            except TimeoutError:
                return

    def _command(self, words: str, *, shown: str = "", continuation: bytes = b"") -> list[_Answer]:
        tag = self._send(words)
        return self._finish(tag, shown or words, continuation)

    def _send(self, words: str) -> bytes:
        self._tags += 1
        tag = b"e%d" % self._tags
        self._wired().send(tag + b" " + words.encode("ascii") + b"\r\n")
        return tag + b" "

    def _finish(self, tag: bytes, shown: str, continuation: bytes = b"") -> list[_Answer]:
        """Everything untagged up to the end of the command. Raises MailboxRefused for NO and BAD."""
        answers: list[_Answer] = []
        while True:
            answer = self._answer()
            if answer.line.startswith(tag):
                word = answer.line[len(tag) :]
                if word[:2].upper() != b"OK":
                    raise MailboxRefused(f"{shown}: {_shown(word)}")
                return answers
            if answer.line.startswith(b"+"):
                self._wired().send(continuation + b"\r\n")
            else:
                self._notice(answer.line, leaving=shown == "LOGOUT")
                answers.append(answer)

    def _answer(self) -> _Answer:
        line, first, cut = self._line(), None, False
        while found := LITERAL.search(line):
            size = int(found[1])
            most = self._limits.raw if first is None else 0
            content = self._wired().exactly(size, most=most)
            if first is None:
                first, cut = content, size > most
            line = line[: found.start()] + self._line()
            if len(line) > MOST_IN_LINE:
                raise MailboxUnreachable(f"an answer of more than {MOST_IN_LINE} bytes")
        return _Answer(line, first, cut)

    def _notice(self, line: bytes, *, leaving: bool = False) -> None:
        if NEWS.match(line):
            self._news = True
        if line.upper().startswith(b"* BYE") and not leaving:
            raise MailboxUnreachable(f"the server says good-bye: {_shown(line)}")

    def _line(self) -> bytes:
        try:
            return self._wired().line()
        except TimeoutError as error:
            raise MailboxUnreachable(f"silence for {SECONDS:g} s") from error

    def _wired(self) -> _Wire:
        if self._wire is None:
            raise MailboxUnreachable("the mailbox is not open")
        return self._wire

    def _close(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None


def _number(pattern: re.Pattern[bytes], line: bytes) -> int:
    found = pattern.search(line)
    return int(found[1]) if found else 0


def _quoted(text: str) -> str:
    if any(sign < " " or sign == "\x7f" for sign in text):
        raise MailboxRefused("a user, password or folder with control signs")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def modified_utf7(name: str) -> str:
    """A folder's name as RFC 3501, 5.1.3 wants it: "Entwürfe" is "Entw&APw-rfe"."""
    return "".join(
        piece.replace("&", "&-") if piece.isascii() else _shifted(piece)
        for piece in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", name)
    )


def _shifted(piece: str) -> str:
    coded = base64.b64encode(piece.encode("utf-16-be", "replace")).decode("ascii")
    return "&" + coded.rstrip("=").replace("/", ",") + "-"


def _shown(line: bytes) -> str:
    return line[:200].decode("utf-8", "replace")
