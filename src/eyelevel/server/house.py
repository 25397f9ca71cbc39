"""One running house: what is started in which order, and stopped in the reverse order.

`serve` runs everything in one process (SQLite, or a small PostgreSQL installation); `web`, `worker` and `listen` are its
parts for PostgreSQL.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
import uvicorn
from django.conf import settings
from django.db import DatabaseError, connection, connections

from eyelevel.channels import actions as channels
from eyelevel.channels import bluesky_accounts as accounts
from eyelevel.channels import reading
from eyelevel.channels.contract import Departure, Leaves, RawArrival, Receipt
from eyelevel.channels.doors import relay
from eyelevel.channels.form import leave as receipt_page
from eyelevel.channels.mail import intake, smtp_out
from eyelevel.channels.webhook.leave import CHANNEL as WEBHOOK
from eyelevel.hooks.actions import leave_by_hook
from eyelevel.hooks.teller import Teller
from eyelevel.kernel import clock, push, steps, writer
from eyelevel.kernel.notices import Notified
from eyelevel.kernel.search import indexer
from eyelevel.listening.ear import Ear
from eyelevel.outbox.lanes import Lanes
from eyelevel.server import archives, control, mailboxes, moves
from eyelevel.server.ears import Ears
from eyelevel.server.guard import Guarded, most_connections
from eyelevel.server.hub import Hub
from eyelevel.server.pages import wsgi
from eyelevel.server.shell import Shell
from eyelevel.server.streams import Events, still_allowed
from eyelevel.transcript import press
from eyelevel.word import rules

PAGE_THREADS = 4
PAGES_WAITING = 128
MOST_CONNECTIONS = 12_000

log = structlog.get_logger("house")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Which parts of the house this process runs."""

    web: bool = True
    work: bool = True
    listen: bool = True


def leave_by_mail(departure: Departure) -> Receipt:
    return smtp_out.leave(departure, relay=relay(), now=clock.real_now)


def leave_on_the_page(departure: Departure) -> Receipt:
    return receipt_page.leave(departure, now=clock.real_now)


def leave_by_webhook(departure: Departure) -> Receipt:
    return leave_by_hook(departure, now=clock.real_now)


def leave_on_bluesky(departure: Departure) -> Receipt:
    return accounts.leave_on_bluesky(departure, now=clock.real_now)


DOORS: dict[str, Leaves] = {
    "mail": leave_by_mail, receipt_page.CHANNEL: leave_on_the_page, WEBHOOK: leave_by_webhook,
    "bluesky": leave_on_bluesky,
}  # fmt: skip


async def keep(arrival: RawArrival) -> int:
    """Commit one raw arrival; raises intake.CannotKeep where that did not work."""
    try:
        shelved = await asyncio.to_thread(channels.shelve, arrival) if channels.is_large(arrival) else ""
        pen = writer.installed()
        if pen is None:
            return await asyncio.to_thread(writer.write, channels.keep, arrival, shelved=shelved)
        return int(await asyncio.wrap_future(pen.submit_together(channels.keep_all, (arrival, shelved))))
    except (writer.NotKept, writer.Overloaded, OSError, DatabaseError, UnicodeError) as error:
        raise intake.CannotKeep(str(error)) from error


def mail_domains() -> frozenset[str]:
    env = settings.ENV
    return frozenset(one.lower() for one in env.smtp_in_domains or [env.mail_address.rpartition("@")[2]])


@contextlib.contextmanager
def pen() -> Iterator[None]:
    """On SQLite the writer thread; on PostgreSQL each caller writes on its own connection."""
    if connection.vendor != "sqlite":
        yield
        return
    connections.close_all()
    thread = writer.Writer()
    thread.start()
    writer.install(thread)
    try:
        yield
    finally:
        writer.install(None)
        thread.stop()


class Works(Protocol):
    """Something that goes on in threads of its own."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


@contextlib.contextmanager
def work() -> Iterator[None]:
    """Steps, outbox, mailboxes and the index: everything that goes on without a visitor."""
    runner = steps.Runner()
    lanes = Lanes(doors=DOORS, now=clock.real_now, besides=WEBHOOK)
    hooks = Lanes(doors=DOORS, now=clock.real_now, only=WEBHOOK)
    commands = control.Control(settings.HOME, moves.JOBS | archives.JOBS)
    workers: list[Works] = [
        runner, lanes, hooks, Teller(), *mailboxes.readers(), *indexer.keepers(), commands,
    ]  # fmt: skip
    for one in workers:
        one.start()
    try:
        yield
    finally:
        for one in reversed(workers):
            one.stop()


_ear: Ear | None = None


def the_ear() -> Ear:
    """The ear of this process. Raises LookupError where none listens here."""
    if _ear is None:
        raise LookupError("this process does not listen")
    return _ear


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """The ear, and beside it whatever brings it words. Stopped before the pen, so that the last words are kept."""
    global _ear  # noqa: PLW0603 -- one house has one ear
    _ear = Ear()
    _ear.start()
    ears = Ears(_ear.take)
    ears.start()
    try:
        yield
    finally:
        ears.stop()
        ear, _ear = _ear, None
        ear.stop()


class Server(uvicorn.Server):
    """Uvicorn without its own signal handling: the house is stopped as a whole."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def open_house(
    parts: Parts, *, ready: Callable[[], None], stop: asyncio.Event, opened: asyncio.Event
) -> None:
    """Run until `stop` is set; `opened` is set once everything listens and `ready` has spoken."""
    if not parts.web:
        await asyncio.to_thread(ready)
        opened.set()
        await stop.wait()
        return
    hub = Hub(asyncio.get_running_loop())
    push.listen(hub.announce)
    others = Notified(push.CHANNEL, lambda _raw, payload: hub.announce(*push.told_in(payload)))
    async with doors():
        shell = Shell(
            wsgi, events=Events(hub), threads=PAGE_THREADS, waiting=PAGES_WAITING,
            most_body=settings.ENV.max_upload + 1024 * 1024, trusted=frozenset(settings.ENV.trusted_proxies),
        )  # fmt: skip
        server = Server(configuration(shell, host=await asyncio.to_thread(bound_to)))
        watching = asyncio.create_task(hub.watch_access(still_allowed))
        serving = asyncio.create_task(server.serve())
        if connection.vendor == "postgresql":
            others.start()
        await started(server, serving)
        await asyncio.to_thread(ready)
        opened.set()
        await stop.wait()
        server.should_exit = True
        hub.end_all()
        await serving
        watching.cancel()
        others.stop()
        shell.close()
        push.forget_listeners()


def configuration(shell: Shell, *, host: str) -> uvicorn.Config:
    return uvicorn.Config(
        shell, host=host, port=settings.ENV.port, log_config=None, access_log=False, proxy_headers=False,
        server_header=False, lifespan="off", ws="none", timeout_graceful_shutdown=5, limit_concurrency=most_connections(MOST_CONNECTIONS),
        http=Guarded,
    )  # fmt: skip


def bound_to() -> str:
    """The address to listen on: loopback until an owner exists, whatever the settings say."""
    from eyelevel.people import reads as people

    return str(settings.ENV.host) if people.has_owner() else "127.0.0.1"


async def started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started:
        if serving.done():
            serving.result()
            raise OSError(f"cannot listen on port {settings.ENV.port}: it is taken, or needs more rights")
        await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def doors() -> AsyncIterator[None]:
    """The mail doors that are set up."""
    env = settings.ENV
    common: dict[str, Any] = {
        "host": env.smtp_in_host, "keep": keep, "domains": mail_domains(), "now": clock.now,
    }  # fmt: skip
    open_doors: list[asyncio.Server] = []
    if env.smtp_in_port:
        open_doors.append(await intake.open_door(port=env.smtp_in_port, **common))
    if env.lmtp_in_port:
        open_doors.append(await intake.open_door(port=env.lmtp_in_port, lmtp=True, **common))
    try:
        yield
    finally:
        for door in open_doors:
            door.close()


Task = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


def run(parts: Parts, *, ready: Callable[[], None], beside: Task | None = None) -> None:
    """Run the house until TERM or Ctrl-C. `beside` runs along (the demo's story) and ends with it."""
    import signal

    async def main() -> None:
        stop, opened = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)

        async def run_along() -> None:
            await opened.wait()
            if beside is not None:
                await beside(stop)

        along = asyncio.create_task(run_along())
        await open_house(parts, ready=ready, stop=stop, opened=opened)
        along.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await along

    with contextlib.ExitStack() as stack:
        stack.enter_context(pen())
        if parts.listen or parts.work:
            stack.enter_context(reading.children())
        stack.enter_context(press.children())
        if parts.listen:
            stack.enter_context(listening())
        if parts.work:
            stack.enter_context(work())
        threading.Thread(target=rules.warm, name="dictionaries", daemon=True).start()
        import uvloop

        uvloop.run(main())
    log.info("stopped", threads=threading.active_count())
