"""The house with a source that a test holds in its hand: lists of words come in by a Unix socket, one thread each.

    python -m tests.stories.feeding all|listen SOCKET

Each line is one call of the ear, `{"take": [words]}`, or makes a watch, `{"watch": query, "opens_cases": bool}`; it is
answered once that is committed, with "kept", the number of the watch, or the name of the refusal.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from pathlib import Path

import msgspec

from eyelevel.server import cli


def answer(line: bytes) -> str:
    from eyelevel.channels.contract import Overheard
    from eyelevel.kernel import clock
    from eyelevel.kernel.writer import NotKept, Overloaded, write
    from eyelevel.listening import actions
    from eyelevel.server.house import the_ear

    asked = json.loads(line)
    if "watch" in asked:
        made = write(
            actions.make_watch, name=asked["watch"][:50], query=asked["watch"], opens_cases=asked["opens_cases"], by="staff:1",
            now=clock.now(),
        )  # fmt: skip
        return str(made.pk)
    try:
        the_ear().take(msgspec.convert(asked["take"], list[Overheard]))
    except (NotKept, Overloaded) as error:
        return type(error).__name__
    return "kept"


def serve(path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=talk, args=(connection,), daemon=True).start()


def talk(connection: socket.socket) -> None:
    with connection, connection.makefile("rwb") as stream:
        for line in stream:
            stream.write(answer(line).encode() + b"\n")
            stream.flush()


def main() -> None:
    which, path = sys.argv[1], Path(sys.argv[2])
    lock = cli._prepare()
    from eyelevel.server import house, welcome

    async def feed(_stop) -> None:
        threading.Thread(target=serve, args=(path,), daemon=True).start()

    parts = house.Parts() if which == "all" else house.Parts(web=False, work=False)
    ready = welcome.say if which == "all" else lambda: print("listening", flush=True)
    house.run(parts, ready=ready, beside=feed)
    del lock


if __name__ == "__main__":
    main()
