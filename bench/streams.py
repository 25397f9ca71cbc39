"""Many open pages on one process: what each stream costs, and how soon all of them are told what changed.

    python -m bench.streams --streams 5000 --events 20

Streams are opened in waves by one session over loopback; then an event is made every half second (a note in the case
that all of them watch) and each stream notes when its line came. The client runs on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import time
import urllib.request

from bench.house import House, house, machine, quantile, tree_pss_mb

WAVE = 200
PAUSE_SECONDS = 0.5


class Desk:
    """A colleague with one case, by HTTP."""

    def __init__(self, one: House) -> None:
        self.base = one.url
        self._jar = urllib.request.HTTPCookieProcessor()
        self._browser = urllib.request.build_opener(self._jar)
        log = (one.home.parent / f"{one.home.name}.log").read_text()
        token = re.findall(r"/setup/\?token=(\S+)", log)[-1]
        self.post(
            "/setup/", f"token={token}&name=Mira&mail=mira@nordlicht.example&password=drei+Wochen+Stille"
        )
        self.number = int(
            self.post("/desk/cases/new/", "subject=Scan&name=Jana&mail=&heard=Hallo")
            .rstrip("/")
            .rpartition("/")[2]
        )

    def post(self, path: str, body: str) -> str:
        """Where the post leads to."""
        return self._sent(path, body)[1]

    def read(self, path: str, body: str) -> str:
        """The page that a post is answered with."""
        return self._sent(path, body)[0]

    def _sent(self, path: str, body: str) -> tuple[str, str]:
        request = urllib.request.Request(self.base + path, data=body.encode(), headers={"Origin": self.base})
        with self._browser.open(request, timeout=30) as answer:
            return answer.read().decode(), str(answer.url).partition("#")[0]

    @property
    def cookie(self) -> str:
        return "; ".join(f"{one.name}={one.value}" for one in self._jar.cookiejar)


async def open_stream(one: House, desk: Desk, told: list[float]) -> asyncio.Task[None]:
    """Open one stream; its reader notes in `told` when a line came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
    writer.write(
        f"GET /events?things=case:{desk.number} HTTP/1.1\r\nHost: 127.0.0.1:{one.port}\r\nCookie: {desk.cookie}\r\n\r\n".encode()
    )
    status = await reader.readline()
    if b" 200 " not in status:
        raise RuntimeError(f"no stream: {status!r}")
    while (await reader.readline()) not in {b"\r\n", b""}:
        pass
    return asyncio.create_task(_listen(reader, writer, told))


async def _listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, told: list[float]) -> None:
    while line := await reader.readline():
        if line.startswith(b"data:"):
            told.append(time.monotonic())
    writer.close()


async def measure(one: House, desk: Desk, *, streams: int, events: int) -> dict[str, object]:
    before = sum(tree_pss_mb(one.process.pid).values())
    told: list[float] = []
    readers: list[asyncio.Task[None]] = []
    for start in range(0, streams, WAVE):
        wave = min(WAVE, streams - start)
        readers += await asyncio.gather(*(open_stream(one, desk, told) for _ in range(wave)))
    await asyncio.sleep(2)
    after = sum(tree_pss_mb(one.process.pid).values())
    waits: list[float] = []
    for number in range(events):
        told.clear()
        began = time.monotonic()
        await asyncio.to_thread(desk.post, f"/desk/cases/{desk.number}/notes/", f"text=Notiz+{number}")
        deadline = time.monotonic() + 20
        while len(told) < streams and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        waits += [at - began for at in told]
        await asyncio.sleep(PAUSE_SECONDS)
    for reader in readers:
        reader.cancel()
    return {
        "streams": streams, "events": events, "delivered": len(waits), "expected": streams * events,
        "kb_each": round((after - before) * 1024 / streams, 1), "p50_ms": round(quantile(waits, 0.5) * 1000),
        "p99_ms": round(quantile(waits, 0.99) * 1000), "machine": machine(),
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--streams", type=int, default=5_000)
    options.add_argument("--events", type=int, default=20)
    given = options.parse_args()
    with house(EYELEVEL_DEMO="true") as one:
        desk = Desk(one)
        print(json.dumps(asyncio.run(measure(one, desk, streams=given.streams, events=given.events))))


if __name__ == "__main__":
    main()
