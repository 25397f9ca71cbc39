"""Which body matches: the compiled one where many watches or many words call for it, until then and otherwise the plain one.

Compiling takes memory and seconds, so it happens beside the work, in a thread, and the plain body goes on until it is done.
Once it is there, changed watches get a small index of their own within milliseconds, while the large one is made anew beside.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from eyelevel.listening.engine import jit
from eyelevel.listening.engine.batch import Batch
from eyelevel.listening.engine.body import process
from eyelevel.listening.engine.hits import Hits
from eyelevel.listening.engine.index import build

if TYPE_CHECKING:
    from eyelevel.listening.engine.layered import Layered

MANY_WATCHES = 2_000  # below, the plain body takes 20,000 words a second and more; numba takes 125 MB
BUSY_SHARE = 0.25  # so much of its time spent on matching, over BUSY_SECONDS, also calls for it
BUSY_SECONDS = 10.0

Body = Literal["plain", "compiled", "plain: compiling", "plain: numba is missing", "plain: numba failed"]


class Engine:
    """The watches of now and the body that matches them. `process` and `learn` from one thread."""

    def __init__(self, *, many: int = MANY_WATCHES, clock: Callable[[], float] = time.monotonic) -> None:
        self.version: str | None = None
        self.body: Body = "plain"
        self._many, self._busy = many, Busy(clock)
        self._queries: Mapping[int, str] = {}
        self._plain = build({})
        self._fast: Layered | None = None
        self._made: Layered | None = None  # by the thread, for `process` to take over
        self._keep_in = ""
        self._preparing: threading.Thread | None = None

    @property
    def broken(self) -> tuple[int, ...]:
        """Watches that were not understood."""
        return self._fast.broken if self._fast else self._plain.broken

    def learn(self, version: str, queries: Mapping[int, str], *, keep_in: str = "") -> None:
        """From now on these watches. `keep_in`: a folder for compiled code, "" for none."""
        self._queries, self._keep_in = dict(queries), keep_in
        self._take_over()
        if self._fast:
            self._fast.learn(self._queries)
        else:
            self._plain = build(self._queries)
        self.version = version

    def process(self, batch: Batch) -> Hits:
        """Which watches match which word: the same from either body."""
        self._take_over()
        if self._fast:
            return self._fast.process(batch)
        with self._busy:
            hits = process(batch, self._plain)
        if self.body == "plain" and (len(self._plain) >= self._many or self._busy.much):
            self._prepare()
        return hits

    def ready(self) -> None:
        """Wait until what is being prepared is in use."""
        if self._preparing:
            self._preparing.join()
        self._take_over()
        if self._fast:
            self._fast.ready()

    def _prepare(self) -> None:
        if importlib.util.find_spec("numba") is None:
            self.body = "plain: numba is missing"
            return
        self.body = "plain: compiling"
        self._preparing = threading.Thread(target=self._compile, name="compiling", daemon=True)
        self._preparing.start()

    def _compile(self) -> None:
        queries = self._queries
        if self._keep_in:
            jit.keep_in(self._keep_in)
        try:
            from eyelevel.listening.engine.layered import Layered

            self._made = Layered(queries)
        except Exception as error:  # noqa: BLE001 -- whatever a compiler trips over on this machine: the plain body goes on
            print(f"the compiled body is not used: {error!r}", file=sys.stderr)  # noqa: T201 -- a child has no other voice
            self.body = "plain: numba failed"

    def _take_over(self) -> None:
        made, self._made = self._made, None
        if made is None:
            return
        made.learn(self._queries)  # they may have changed meanwhile
        self._fast, self._plain, self.body = made, build({}), "compiled"


class Busy:
    """How large a share of the time is spent inside of `with`, over the last seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self.much = clock, False
        self._since, self._spent, self._began = clock(), 0.0, 0.0

    def __enter__(self) -> None:
        self._began = self._clock()

    def __exit__(self, *_unused: object) -> None:
        now = self._clock()
        self._spent += now - self._began
        if now - self._since >= BUSY_SECONDS:
            self.much = self._spent >= BUSY_SHARE * (now - self._since)
            self._since, self._spent = now, 0.0
