"""A house that really runs, in processes of its own, for the stories: real ports, real mail, a real browser session."""

from __future__ import annotations

import email
import email.policy
import html
import os
import re
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "service@nordlicht.example"
PATIENCE = 30.0
PASSWORD = "drei Wochen Stille"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], object], *, why: str, seconds: float = PATIENCE) -> object:
    """What `what` returns once it is true. Fails with `why` where that does not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:g} s in vain: {why}")


class _PostsOn(urllib.request.HTTPRedirectHandler):
    """A 307 is posted again, as browsers do."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if code == 307:
            return urllib.request.Request(newurl, data=req.data, headers=dict(req.headers))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Browser:
    """Somebody with a browser: cookies, forms, an Origin."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _PostsOn()
        )
        self.status = 0
        self.at = ""

    def get(self, path: str, *, expect: int = 200) -> str:
        return self._open(urllib.request.Request(self.base + path), expect)

    def post(self, path: str, *, expect: int = 200, origin: str | None = None, **fields: str) -> str:
        headers = {"Origin": origin or self.base}
        body = urlencode(fields).encode()
        return self._open(urllib.request.Request(self.base + path, data=body, headers=headers), expect)

    def _open(self, request: urllib.request.Request, expect: int) -> str:
        try:
            with self._opener.open(request, timeout=30) as answer:
                self.status, self.at, body = answer.status, answer.url, answer.read()
        except urllib.error.HTTPError as error:
            self.status, body = error.code, error.read()
        text = body.decode("utf-8")
        assert self.status == expect, (
            f"{request.full_url}: {self.status}, expected {expect}\n{plain(text)[:800]}"
        )
        return text

    def case_about(self, words: str) -> int:
        """The number of the case with these words, once the search finds it."""

        def look() -> int | None:
            found = re.search(
                r'data-case="(\d+)"', self.get("/desk/search/?" + urlencode({"q": f"{words} kind:case"}))
            )
            return int(found[1]) if found else None

        return int(str(wait_for(look, why=f"no case about {words}")))


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


class _Sink:
    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 landed"


@dataclass
class Running:
    """The running house: where its doors are, and what it has sent."""

    home: Path
    port: int
    smtp: int
    sink: _Sink
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    database: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in self.logs)

    def browser(self, number: int = 0) -> Browser:
        return Browser(f"http://127.0.0.1:{self.ports[number] if self.ports else self.port}")

    def mail(
        self, *, sender: str, subject: str, text: str, to: str = ADDRESS, name: str = "", **headers: str
    ) -> str:
        """Send a mail into the house; returns its Message-ID."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = (
            f"{name} <{sender}>" if name else sender,
            to,
            subject,
        )
        message["Message-ID"] = headers.pop(
            "message_id", f"<{time.monotonic_ns()}@{sender.rpartition('@')[2]}>"
        )
        for key, value in headers.items():
            message[key.replace("_", "-")] = value
        message.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=20) as server:
            server.sendmail(sender, [to], message.as_bytes())
        return str(message["Message-ID"])

    def sent_to(self, address: str, *, count: int = 1) -> list[email.message.EmailMessage]:
        """The mails that this address got, once there are so many."""

        def look() -> list[email.message.EmailMessage]:
            found = [mail for mail in self.sink.mails if address in str(mail["To"])]
            return found if len(found) >= count else []

        return wait_for(look, why=f"{count} mails to {address}")  # type: ignore[return-value]

    def owner(self) -> Browser:
        """Ruth Hansen becomes the first owner by the one-time link on the terminal."""
        found = wait_for(lambda: re.findall(r"/setup/\?token=(\S+)", self.log()), why="no set-up link")
        token = found[-1]  # type: ignore[index]
        browser = self.browser()
        browser.get(f"/setup/?token={token}")
        browser.post(
            "/setup/", token=token, name="Ruth Hansen", mail="ruth@nordlicht.example", password=PASSWORD
        )
        return browser

    def colleague(self, name: str, *, by: Browser, role: str = "agent", number: int = 0) -> Browser:
        """The owner gives a colleague a seat; the colleague enters by the one-time link."""
        mail = name.split(maxsplit=1)[0].lower() + "@nordlicht.example"
        page = by.post("/desk/house/", name=name, mail=mail, role=role)
        token = re.search(r"/enter/\?token=([\w-]+)", page)
        assert token, plain(page)[:500]
        browser = self.browser(number)
        browser.post("/enter/", token=token[1])
        return browser

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def start(
    running: Running, *command: str, port: int, smtp: int, module: str = "eyelevel.server.cli", **more: str
) -> subprocess.Popen[bytes]:
    """One process of the house; `module` is what runs, by default the command line."""
    log = running.home.parent / f"{running.home.name}-{len(running.logs)}.log"
    running.logs.append(log)
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("EYELEVEL_", "DJANGO_"))
    }
    environment |= {
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "EYELEVEL_HOME": str(running.home), "EYELEVEL_PORT": str(port),
        "EYELEVEL_SMTP_IN_PORT": str(smtp), "EYELEVEL_MAIL_ADDRESS": ADDRESS, "EYELEVEL_COMPANY": "Nordlicht Mobil",
        "EYELEVEL_UNDO_SECONDS": "0.5", **{f"EYELEVEL_{key.upper()}": value for key, value in more.items()},
    }  # fmt: skip
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *command], env=environment, stdout=file, stderr=file,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    running.processes.append(process)
    return process


def wait_until_open(running: Running, process: subprocess.Popen[bytes], port: int) -> None:
    def answers() -> bool:
        assert process.poll() is None, running.log()[-4000:]
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
                return True
        except OSError:
            return False

    wait_for(answers, why="the house did not open", seconds=60)


@contextmanager
def sink() -> Iterator[tuple[_Sink, int]]:
    """A mail server that keeps what it gets."""
    one = _Sink()
    controller = Controller(one, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True)
    controller.start()
    try:
        yield one, controller.port
    finally:
        controller.stop()


@contextmanager
def house(**more: str) -> Iterator[Running]:
    """A fresh house: one process on SQLite; on PostgreSQL (EYELEVEL_DATABASE) a database of its own."""
    with tempfile.TemporaryDirectory(prefix="eyelevel-story-") as folder, sink() as (kept, sink_port):
        running = Running(home=Path(folder) / "home", port=free_port(), smtp=free_port(), sink=kept)
        running.home.mkdir()
        settings = {
            "smtp_out_host": "127.0.0.1", "smtp_out_port": str(sink_port), "smtp_out_tls": "none", "demo": "true",
            **({"database": address} if (address := fresh_database()) else {}), **more,
        }  # fmt: skip
        running.database = settings.get("database", "")
        try:
            process = start(running, "serve", port=running.port, smtp=running.smtp, **settings)
            wait_until_open(running, process, running.port)
            yield running
        finally:
            running.stop()


def fresh_database() -> str:
    """A new database beside the one that the test run uses; nothing on SQLite."""
    address = os.environ.get("EYELEVEL_DATABASE", "")
    if not address:
        return ""
    import psycopg

    name = f"story_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    base, _, _ = address.rpartition("/")
    return f"{base}/{name}"
