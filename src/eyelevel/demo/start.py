"""`eyelevel demo`: a house in a folder of its own, with a company, its people and their story."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import time as clock_time
from pathlib import Path
from typing import Any, Protocol

from eyelevel.demo.people import ADDRESS, COLLEAGUES, COMPANY

PREFIX = "EYELEVEL_"
DEFAULT_PORT = 8460
OPENS, CLOSES = clock_time(8, 0), clock_time(18, 0)


class Opens(Protocol):
    """Runs a house: `ready` is called when its doors are open, `beside` runs along with it."""

    def __call__(
        self, *, ready: Callable[[], None], beside: Callable[[asyncio.Event], Awaitable[None]]
    ) -> None: ...


def run(
    *, data: str | None, port: int | None, speed: float, story: bool, hear: str, prepare: Callable[[], Any],
    opens: Callable[[], Opens], began: float,
) -> int:  # fmt: skip
    """Open the demo until TERM or Ctrl-C; a folder that nobody named is removed afterwards.

    With `hear` (a question in the watch language) nothing is told: the radar listens to Bluesky for it.
    """
    home = Path(data).resolve() if data else Path(tempfile.mkdtemp(prefix="eyelevel-demo-"))
    sink_port = _free_port()
    _settle_environment(home, port=port, sink_port=sink_port, story=story)
    lock = prepare()
    try:
        demo = _Demo(speed=speed, story=story, hear=hear, sink_port=sink_port, began=began)
        opens()(ready=demo.say_ready, beside=demo.play)
    finally:
        if lock is not None:
            lock.close()
        if not data:
            shutil.rmtree(home, ignore_errors=True)
    return 0


def _settle_environment(home: Path, *, port: int | None, sink_port: int, story: bool) -> None:
    wanted = {
        "HOME": str(home), "PORT": str(port if port is not None else _free_port(DEFAULT_PORT)), "HOST": "127.0.0.1",
        "DEMO": "true", "COMPANY": COMPANY if story else "Our company", "MAIL_ADDRESS": ADDRESS,
        "SMTP_IN_PORT": str(_free_port()), "SMTP_OUT_HOST": "127.0.0.1", "SMTP_OUT_PORT": str(sink_port),
        "SMTP_OUT_TLS": "none",
    }  # fmt: skip
    os.environ.update({PREFIX + name: value for name, value in wanted.items()})


def _free_port(wish: int = 0) -> int:
    """A free port on loopback; the wished one where it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wish))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Demo:
    """What runs beside the house: the mail sink and the story."""

    def __init__(self, *, speed: float, story: bool, hear: str, sink_port: int, began: float) -> None:
        self._speed, self._story, self._sink_port, self._began = speed, story, sink_port, began
        self._hear, self._fresh = hear, False

    def say_ready(self) -> None:
        """Print where to go. Called when the doors are open."""
        from django.conf import settings

        from eyelevel.people.reads import has_owner

        base = f"http://127.0.0.1:{settings.ENV.port}"
        print(f"\n{settings.ENV.company}: open after {time.monotonic() - self._began:.1f} s", flush=True)
        self._fresh = self._story and not has_owner()
        if self._story:
            _say_links(base, seat_everybody())
        else:
            _say_owner_link(base)
        print(f"  The radar             {base}/desk/radar/")
        print(f"  Write as a customer   {base}/contact/")
        print(f"  Mail that has left    {base}/demo/post/")
        print(
            f"  SMTP intake           127.0.0.1:{settings.ENV.smtp_in_port} for {settings.ENV.mail_address}"
        )
        print("Ctrl-C ends everything.", flush=True)

    async def play(self, stop: asyncio.Event) -> None:
        from eyelevel.demo import sink

        server = await sink.open_sink(self._sink_port)
        try:
            if self._fresh and self._hear:
                await asyncio.to_thread(self._listen)
            elif self._fresh:
                await self._tell(stop)
            await stop.wait()
        finally:
            server.close()

    async def _tell(self, stop: asyncio.Event) -> None:
        from django.conf import settings

        from eyelevel.demo import story
        from eyelevel.demo.visitor import Visitor

        base = f"http://127.0.0.1:{settings.ENV.port}"
        visitors = {}
        tokens = await asyncio.to_thread(_tokens)
        for key, token in tokens.items():
            visitors[key] = Visitor(base)
            await asyncio.to_thread(visitors[key].enter, token)
        stage = story.Stage(smtp_port=settings.ENV.smtp_in_port, base_url=base, visitors=visitors)
        await asyncio.to_thread(self._watch)
        with contextlib.suppress(asyncio.CancelledError):
            await story.tell(stage, speed=self._speed, stop=stop)
            await asyncio.to_thread(self._play)

    def _watch(self) -> None:
        from eyelevel.demo import net
        from eyelevel.kernel import clock
        from eyelevel.kernel.writer import write

        write(net.make_watches, now=clock.now())

    def _play(self) -> None:
        """What the net says meanwhile; it goes on beside the desk for a minute and a half."""
        from django.conf import settings

        from eyelevel.demo import net
        from eyelevel.kernel import clock
        from eyelevel.kernel.writer import write

        net.write_recording(settings.HOME / "replay", starts=clock.now(), speed=self._speed)
        write(net.play, now=clock.now())

    def _listen(self) -> None:
        from eyelevel.demo import net
        from eyelevel.kernel import clock
        from eyelevel.kernel.writer import write

        write(net.hear, self._hear, now=clock.now())


def seat_everybody() -> dict[str, str]:
    """The demo's colleagues with their seats, once, and a one-time token for each."""
    from eyelevel.kernel.writer import write
    from eyelevel.people.reads import has_owner

    if not has_owner():
        write(_seat_all)
    return _tokens()


def _seat_all() -> None:
    from eyelevel.kernel import clock
    from eyelevel.people import actions
    from eyelevel.people.mandates import Written, write_frame
    from eyelevel.people.models import Login

    now = clock.now()
    seats = {}
    for one in COLLEAGUES:
        login = Login.objects.create_user(one.email)
        seats[one] = actions.seat(
            login=login, name=one.name, role=one.role, language=one.language, now=now, by="demo"
        )
    for one, seat in seats.items():
        written = Written(frame=one.frame, shown="what")
        write_frame(seat, written, since=now, by=seats[COLLEAGUES[-1]], now=now)
    actions.set_service_hours([(weekday, OPENS, CLOSES) for weekday in range(5)], now=now, by="demo")


def _tokens() -> dict[str, str]:
    from eyelevel.kernel import clock
    from eyelevel.kernel.writer import write
    from eyelevel.people import actions
    from eyelevel.people.models import Login

    logins = {login.email: login for login in Login.objects.all()}

    def make() -> dict[str, str]:
        now = clock.real_now()
        return {
            one.key: actions.new_login_link(logins[one.email], now=now, valid=actions.A_DAY)
            for one in COLLEAGUES
            if one.email in logins
        }

    return write(make)


def _say_links(base: str, tokens: dict[str, str]) -> None:
    print(f"  Start here            {base}/demo/")
    print("One-time login links:")
    for one in COLLEAGUES:
        print(f"  {one.name:<21} {base}/enter/?token={tokens[one.key]}")


def _say_owner_link(base: str) -> None:
    from eyelevel.kernel.writer import write
    from eyelevel.people import actions

    print(f"  Become the owner      {base}/setup/?token={write(actions.new_owner_token)}")
