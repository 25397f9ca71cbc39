"""Reading an arrival by its channel, in a child process where one is running.

`children` is entered once by the house; without it (a test, a command) the same functions run in this process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from eyelevel.channels import parsing
from eyelevel.channels.contract import Letter, Limits, SourceTrouble, Unreadable
from eyelevel.channels.feed import read as feed
from eyelevel.channels.form import read as form
from eyelevel.channels.mail import read as mail
from eyelevel.channels.webhook import calls as webhook
from eyelevel.kernel.children import ChildDied, ChildRefused, Children, ChildrenStopped, ChildTimeout

SECONDS_PER_FEED = 5.0

_pool: Children | None = None


@contextmanager
def children() -> Iterator[None]:
    """Run the parsers in resident children until the block ends."""
    global _pool  # noqa: PLW0603 -- one house has one set of children
    _pool = parsing.start()
    try:
        yield
    finally:
        pool, _pool = _pool, None
        pool.stop()


def letter_of(*, channel: str, raw: bytes, envelope: dict[str, str]) -> Letter | Unreadable:
    """What stands in these bytes, or why it cannot be told."""
    limits = Limits()
    if channel == form.CHANNEL:
        return form.read(raw, envelope, limits)  # our own typed frame: nothing in it is interpreted
    if channel == webhook.CHANNEL:
        return webhook.read(
            raw, envelope, limits
        )  # typed and bounded JSON, signed by a system of the company
    if channel != "mail":
        return Unreadable(reason="no-reader", detail=f"no reader for channel {channel}")
    if _pool is None:
        return mail.read(raw, envelope, limits)
    return parsing.parse(_pool, adapter="mail", raw=raw, envelope=envelope, limits=limits)


def mail_of(raw: bytes) -> Letter | Unreadable:
    """What stands in a mail of a recording."""
    return letter_of(channel="mail", raw=raw, envelope={})


def feed_of(raw: bytes, given: dict[str, str]) -> bytes:
    """A packed Feed of these bytes. Raises SourceTrouble where reading took too long, too much, or broke the child."""
    task = feed.Task(raw=raw, url=given.get("url", ""), content_type=given.get("content_type", ""))
    packed = msgspec.msgpack.encode(task)
    if _pool is None:
        return feed.job(packed)
    try:
        return _pool.call(parsing.JOBS["feed"], packed, seconds=SECONDS_PER_FEED)
    except (ChildTimeout, ChildDied, ChildRefused, ChildrenStopped) as error:
        raise SourceTrouble(f"the feed could not be read: {error}") from error
