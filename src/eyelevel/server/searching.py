"""The search index as operators see it: made again by a command, its lag in /metrics and in `eyelevel doctor`."""

from __future__ import annotations

from collections.abc import Callable

from eyelevel.kernel import clock
from eyelevel.kernel.search import indexer, providers, reads

EVERY = 10_000
LATE_SECONDS = 60.0


def make_again() -> bool:
    """Rebuild every index on this thread, saying how far it has come; False where another process keeps one of them."""
    for using in providers.databases():
        if not indexer.hold(using=using):
            return False
        count = indexer.rebuild(using=using, told=_teller(using))
        print(f"{using}: {count} things read, the index is whole", flush=True)
    return True


def _teller(using: str) -> Callable[[int], None]:
    said = 0

    def tell(count: int) -> None:
        nonlocal said
        if count - said >= EVERY:
            said = count
            print(f"{using}: {count} things read", flush=True)

    return tell


def lags() -> dict[str, reads.Lag]:
    """How far behind the index of each database is."""
    return {using: reads.lag(now=clock.now(), using=using) for using in providers.databases()}


def in_words(using: str, lag: reads.Lag) -> str:
    """One line for the terminal."""
    if lag.filling:
        return f"search ({using}): the index is being filled, older things may not be found yet"
    if lag.seconds > LATE_SECONDS:
        return f"search ({using}): {lag.behind} changes behind for {lag.seconds:.0f} s; does `eyelevel serve` run?"
    return f"search ({using}): the index is up to date"
