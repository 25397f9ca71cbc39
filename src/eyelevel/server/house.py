"""One running house: what is started in which order, and stopped in the reverse order.

`serve` runs everything in one process (SQLite, or a small PostgreSQL installation); `web` and `worker` are its two
halves for PostgreSQL.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
import uvicorn
from django.conf import settings
from django.db import DatabaseError, connection

from eyelevel.channels import actions as channels
from eyelevel.channels import reading
from eyelevel.channels.contract import Departure, Leaves, RawArrival, Receipt
from eyelevel.channels.mail import intake, smtp_out
from eyelevel.kernel import clock, push, steps, writer
from eyelevel.outbox.lanes import Lanes
from eyelevel.server import mailboxes
from eyelevel.server.hub import Hub
from eyelevel.server.notify import Notifications
from eyelevel.server.pages import wsgi
from eyelevel.server.shell import Shell
from eyelevel.server.streams import Events, still_allowed

PAGE_THREADS = 4
PAGES_WAITING = 128

log = structlog.get_logger("house")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Which halves of the house this process runs."""

    web: bool = True
    work: bool = True


def relay() -> smtp_out.Relay:
    env = settings.ENV
    return smtp_out.Relay(
        host=env.smtp_out_host, port=env.smtp_out_port, user=env.smtp_out_user,
        password=env.smtp_out_password.get_secret_value(), tls=env.smtp_out_tls,
    )  # fmt: skip


def leave_by_mail(departure: Departure) -> Receipt:
    return smtp_out.leave(departure, relay=relay(), now=clock.real_now)


DOORS: dict[str, Leaves] = {"mail": leave_by_mail}


async def keep(arrival: RawArrival) -> int:
    """Commit one raw arrival; raises intake.CannotKeep where that did not work."""
    try:
        shelved = await asyncio.to_thread(channels.shelve, arrival) if large(arrival) else ""
        action = partial(channels.keep, arrival, shelved=shelved)
        pen = writer.installed()
        if pen is None:
            return await asyncio.to_thread(writer.write, action)
        return await asyncio.wrap_future(pen.submit(action))
    except (writer.NotKept, writer.Overloaded, OSError, DatabaseError) as error:
        raise intake.CannotKeep(str(error)) from error


def large(arrival: RawArrival) -> bool:
    return len(arrival.raw) > channels.MOST_INLINE_BYTES


def mail_domains() -> frozenset[str]:
    env = settings.ENV
    return frozenset(one.lower() for one in env.smtp_in_domains or [env.mail_address.rpartition("@")[2]])


@contextlib.contextmanager
def pen() -> Any:
    """On SQLite the writer thread; on PostgreSQL each caller writes on its own connection."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.close()
    thread = writer.Writer()
    thread.start()
    writer.install(thread)
    try:
        yield
    finally:
        writer.install(None)
        thread.stop()


@contextlib.contextmanager
def work() -> Any:
    """Steps, outbox and mailboxes: everything that goes on without a visitor."""
    runner = steps.Runner()
    lanes = Lanes(doors=DOORS, now=clock.real_now)
    readers = mailboxes.readers()
    for one in (runner, lanes, *readers):
        one.start()
    try:
        yield
    finally:
        for one in (*readers, lanes, runner):
            one.stop()


class Server(uvicorn.Server):
    """Uvicorn without its own signal handling: the house is stopped as a whole."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


async def open_house(parts: Parts, *, ready: Callable[[], None], stop: asyncio.Event) -> None:
    """Run until `stop` is set."""
    if not parts.web:
        ready()
        await stop.wait()
        return
    hub = Hub(asyncio.get_running_loop())
    push.listen(hub.announce)
    notifications = Notifications(hub.announce) if connection.vendor == "postgresql" else None
    async with doors():
        shell = Shell(
            wsgi, events=Events(hub), threads=PAGE_THREADS, waiting=PAGES_WAITING,
            most_body=settings.ENV.max_upload + 1024 * 1024,
        )  # fmt: skip
        server = Server(configuration(shell))
        watching = asyncio.create_task(hub.watch_access(still_allowed))
        serving = asyncio.create_task(server.serve())
        if notifications:
            notifications.start()
        await started(server, serving)
        ready()
        await stop.wait()
        server.should_exit = True
        hub.end_all()
        await serving
        watching.cancel()
        if notifications:
            notifications.stop()
        shell.close()
        push.forget_listeners()


def configuration(shell: Shell) -> uvicorn.Config:
    return uvicorn.Config(
        shell, host=bound_to(), port=settings.ENV.port, log_config=None, access_log=False, proxy_headers=False,
        server_header=False, lifespan="off", ws="none", timeout_graceful_shutdown=5, limit_concurrency=12_000,
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


Task = Callable[[asyncio.Event], Awaitable[None]]


def run(parts: Parts, *, ready: Callable[[], None], beside: Task | None = None) -> None:
    """Run the house until TERM or Ctrl-C. `beside` runs along (the demo's story) and ends with it."""
    import signal

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
        along = asyncio.create_task(beside(stop)) if beside else None
        await open_house(parts, ready=ready, stop=stop)
        if along:
            along.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await along

    with contextlib.ExitStack() as stack:
        stack.enter_context(pen())
        if parts.work:
            stack.enter_context(reading.children())
            stack.enter_context(work())
        import uvloop

        uvloop.run(main())
    log.info("stopped", threads=threading.active_count())
