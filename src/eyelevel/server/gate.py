"""The gate behind the mail doors: arrivals that come while the pen is busy are kept by one action together.

Nobody waits for company: the first goes at once, and whatever came meanwhile goes next. A batch that fails is tried one
by one, so that one arrival never takes its neighbours along.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import DatabaseError

from eyelevel.channels import actions as channels
from eyelevel.channels.contract import RawArrival
from eyelevel.channels.mail.intake import CannotKeep
from eyelevel.kernel import writer

MOST_WAITING = 5_000
MOST_TOGETHER = 256
AT_ONCE = 2  # one is being written while the other waits for the pen


@dataclass(frozen=True)
class _Waits:
    arrival: RawArrival
    shelved: str
    kept: asyncio.Future[int]


class Gate:
    """Lives on the event loop; `keep` answers after the commit."""

    def __init__(self) -> None:
        self._waiting: list[_Waits] = []
        self._flying: set[asyncio.Task[None]] = set()

    async def keep(self, arrival: RawArrival) -> int:
        """The row of a committed arrival. Raises CannotKeep where that did not work."""
        if len(self._waiting) >= MOST_WAITING:
            raise CannotKeep(f"{MOST_WAITING} arrivals are waiting")
        try:
            shelved = await asyncio.to_thread(channels.shelve, arrival) if channels.is_large(arrival) else ""
        except OSError as error:
            raise CannotKeep(str(error)) from error
        one = _Waits(arrival, shelved, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._send()
        return await one.kept

    def _send(self) -> None:
        while self._waiting and len(self._flying) < AT_ONCE:
            batch, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
            task = asyncio.create_task(self._carry(batch))
            self._flying.add(task)
            task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        self._send()

    async def _carry(self, batch: Sequence[_Waits]) -> None:
        try:
            ids = await _written([(one.arrival, one.shelved) for one in batch])
        except CannotKeep as error:
            for one in batch:
                _refuse(one, error)
        except Exception as error:  # noqa: BLE001 -- one of them is at fault: which one shows when they go singly
            await self._apart(batch, error)
        else:
            for one, row in zip(batch, ids, strict=True):
                if not one.kept.done():
                    one.kept.set_result(row)

    async def _apart(self, batch: Sequence[_Waits], error: Exception) -> None:
        if len(batch) == 1:
            _refuse(batch[0], CannotKeep(f"{type(error).__name__}: {error}"))
            return
        for one in batch:
            await self._carry([one])


def _refuse(one: _Waits, error: CannotKeep) -> None:
    if not one.kept.done():
        one.kept.set_exception(error)


async def _written(arrivals: Sequence[tuple[RawArrival, str]]) -> list[int]:
    action = partial(channels.keep_all, arrivals)
    pen = writer.installed()
    try:
        if pen is None:
            return await asyncio.to_thread(writer.write, action)
        return await asyncio.wrap_future(pen.submit(action))
    except (writer.NotKept, writer.Overloaded, OSError) as error:
        raise CannotKeep(str(error)) from error
    except DatabaseError as error:
        if len(arrivals) == 1:
            raise CannotKeep(str(error)) from error
        raise
