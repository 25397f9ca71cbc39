"""How many arrivals per second are acknowledged, each of them committed with FULL before the ack.

    python -m bench.acks --door smtp --senders 16 --seconds 60
    python -m bench.acks --door form --senders 16 --seconds 60

SMTP senders keep one connection each, pipeline MAIL, RCPT and DATA (RFC 2920) where the server offers it, and wait for
the answer to each mail; form senders post one form after the other over a kept connection. Bodies have 2 KB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sqlite3
import string
import time
import urllib.request
from urllib.parse import urlencode

from bench.house import House, house, machine, quantile

BODY_BYTES = 2_000


def text(seed: int) -> str:
    chance = random.Random(seed)
    words = ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 11))) for _ in range(400)]
    return "\r\n".join(" ".join(words[start : start + 10]) for start in range(0, 400, 10))[:BODY_BYTES]


async def smtp_sender(one: House, number: int, until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", one.smtp)

    async def answer() -> bytes:
        while True:
            line = await reader.readline()
            if line[3:4] != b"-":
                return line

    await answer()
    writer.write(b"EHLO bench\r\n")
    await answer()
    body, count = text(number), 0
    while time.monotonic() < until:
        count += 1
        mail = (
            f"From: s{number}@bench.example\r\nTo: service@nordlicht.example\r\nSubject: bench {number}-{count}\r\n"
            f"Message-ID: <{number}-{count}@bench.example>\r\nAuto-Submitted: auto-generated\r\n\r\n{body}\r\n.\r\n"
        ).encode()
        began = time.monotonic()
        writer.write(
            f"MAIL FROM:<s{number}@bench.example>\r\nRCPT TO:<service@nordlicht.example>\r\nDATA\r\n".encode()
        )
        for expected in (b"250", b"250", b"354"):
            line = await answer()
            if not line.startswith(expected):
                raise RuntimeError(f"expected {expected!r}, got {line!r}")
        writer.write(mail)
        line = await answer()
        if not line.startswith(b"250"):
            raise RuntimeError(f"not kept: {line!r}")
        took.append(time.monotonic() - began)
    writer.close()


def form_token(one: House) -> str:
    page = urllib.request.urlopen(f"{one.url}/contact/?lang=en", timeout=10).read().decode()
    found = re.search(r'name="token" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the form has no token")
    return found[1]


async def form_sender(one: House, number: int, until: float, took: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
    tokens = await asyncio.to_thread(lambda: [form_token(one)])
    body, count = text(number), 0
    while time.monotonic() < until:
        count += 1
        fields = {
            "token": tokens[0],
            "once": f"{number}-{count}",
            "subject": f"bench {number}-{count}",
            "text": body,
        }
        content = urlencode(fields).encode()
        head = (
            f"POST /contact/ HTTP/1.1\r\nHost: 127.0.0.1:{one.port}\r\nOrigin: {one.url}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        began = time.monotonic()
        writer.write(head.encode() + content)
        status = await reader.readline()
        length = 0
        while (line := await reader.readline()) not in {b"\r\n", b""}:
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        await reader.readexactly(length)
        if b" 200 " not in status:
            raise RuntimeError(f"not kept: {status!r}")
        took.append(time.monotonic() - began)
    writer.close()


async def measure(one: House, *, door: str, senders: int, seconds: float) -> list[float]:
    took: list[float] = []
    until = time.monotonic() + seconds
    sender = smtp_sender if door == "smtp" else form_sender
    await asyncio.gather(*(sender(one, number, until, took) for number in range(senders)))
    return took


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--door", choices=["smtp", "form"], default="smtp")
    options.add_argument("--senders", type=int, default=16)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with house() as one:
        began = time.monotonic()
        took = asyncio.run(measure(one, door=given.door, senders=given.senders, seconds=given.seconds))
        lasted = time.monotonic() - began
        kept = (
            sqlite3.connect(f"file:{one.home}/eyelevel.sqlite3?mode=ro", uri=True)
            .execute("SELECT count(*) FROM channels_arrival")
            .fetchone()[0]
        )
    result = {
        "door": given.door, "senders": given.senders, "seconds": round(lasted, 1), "acks": len(took), "kept": kept,
        "acks_per_s": round(len(took) / lasted), "p50_ms": round(quantile(took, 0.5) * 1000, 1),
        "p99_ms": round(quantile(took, 0.99) * 1000, 1), "machine": machine(),
    }  # fmt: skip
    print(json.dumps(result) if given.json else "\n".join(f"{key}: {value}" for key, value in result.items()))


if __name__ == "__main__":
    main()
