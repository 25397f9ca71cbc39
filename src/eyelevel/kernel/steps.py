"""Doing the steps that follow from facts: claim, work, commit effect and "done" together, or try again later.

A step may be run more than once (a process can die between work and commit), so works are idempotent; their effects
are committed in one transaction with the mark "done", so an effect happens once.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from django.db import close_old_connections, connection
from django.db.models import F, Q, QuerySet

from eyelevel.kernel import clock, facts, faults
from eyelevel.kernel.models import Step
from eyelevel.kernel.writer import write, write_later

LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 2.0
CLAIM = 64
THREADS = 3
LONGEST_NAP_SECONDS = 1.0

log = structlog.get_logger("steps")


def claim(*, now: datetime, real_now: datetime, most: int = CLAIM) -> list[Step]:
    """Take up to `most` due steps for LEASE; run inside `write`. Other workers skip what is taken.

    `now` is house time, for what is due; the lease counts in real time.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=real_now)
    due = Step.objects.filter(free, state=Step.State.WAITING, not_before__lte=now).order_by(
        "not_before", "id"
    )
    if connection.vendor == "postgresql":
        due = due.select_for_update(skip_locked=True, of=("self",))
    taken = list(due.select_related("fact")[:most])
    Step.objects.filter(pk__in=[step.pk for step in taken]).update(
        lease_until=real_now + LEASE, attempts=F("attempts") + 1
    )
    return taken


def finish(step: Step, effect: facts.Effect | None) -> None:
    """The effect and the mark "done", in the caller's transaction. A step finished elsewhere has no second effect."""
    done = Step.objects.filter(pk=step.pk, state=Step.State.WAITING).update(
        state=Step.State.DONE, lease_until=None, error=""
    )
    if done and effect is not None:
        effect()


def fail(step: Step, error: str, *, now: datetime) -> None:
    """Note the error; try again after 2, 4, 8 ... seconds, and after MOST_ATTEMPTS leave it to a person."""
    dead = step.attempts + 1 >= MOST_ATTEMPTS
    pause = timedelta(seconds=FIRST_PAUSE_SECONDS * 2**step.attempts)
    Step.objects.filter(pk=step.pk).update(
        state=Step.State.DEAD if dead else Step.State.WAITING,
        lease_until=None,
        not_before=now + pause,
        error=error[:2_000],
    )


def revive(step_id: int, *, by: str, now: datetime) -> bool:
    """A person asks to try a dead step again; `by` is the key of an actor. False where it is not dead any more."""
    again = Step.objects.filter(pk=step_id, state=Step.State.DEAD).update(
        state=Step.State.WAITING, attempts=0, not_before=now
    )
    if again:
        facts.record("step.revived", at=now, by=by, step=step_id)
    return bool(again)


def dead() -> QuerySet[Step]:
    """What was tried in vain and waits for a person, oldest first."""
    return Step.objects.filter(state=Step.State.DEAD).select_related("fact").order_by("id")


def begin(step: Step) -> Future[None]:
    """Do the work of one claimed step and hand its effect to the pen, without waiting for the commit.

    Never raises: the future holds what went wrong.
    """
    work = facts.work_named(step.name)
    try:
        if work is None:
            raise LookupError(f"no such step on the road: {step.name}")
        effect = work(step.fact)
        return write_later(lambda: finish(step, effect))
    except Exception as error:  # noqa: BLE001 -- the step runner: whatever it is, the step keeps it for a person
        broken: Future[None] = Future()
        broken.set_exception(error)
        return broken


def end(step: Step, outcome: Future[None]) -> None:
    """Wait for the commit of what was begun; errors are noted on the step, never raised."""
    error = outcome.exception()
    if error is None:
        return
    log.warning(
        "step failed", step=step.name, id=step.pk, attempt=step.attempts + 1, error=faults.told(repr(error))
    )
    write(fail, step, faults.told(f"{type(error).__name__}: {error}"), now=clock.now())


def do(step: Step) -> None:
    """Work one claimed step to its end."""
    end(step, begin(step))


def run_due(*, now: datetime | None = None) -> int:
    """Do everything that is due on this thread; returns how many steps were done. For tests and commands."""
    total = 0
    while taken := write(claim, now=now or clock.now(), real_now=clock.real_now()):
        for step in taken:
            do(step)
        total += len(taken)
    return total


class Runner:
    """Claims due steps and works them in a few threads until stopped; woken by commits, by itself once a second."""

    def __init__(self, *, threads: int = THREADS) -> None:
        self._bell = threading.Event()
        self._ended = threading.Event()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="step")
        self._thread = threading.Thread(target=self._run, name="steps", daemon=True)

    def start(self) -> None:
        facts.on_new_work(self._bell.set)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._bell.set()
        self._thread.join(10)
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._bell.wait(LONGEST_NAP_SECONDS)
            self._bell.clear()
            try:
                self._work_off()
            except Exception:  # the runner outlives a database that is away for a while
                log.exception("claiming failed")
            close_old_connections()
        connection.close()

    def _work_off(self) -> None:
        while not self._ended.is_set():
            taken = write_later(lambda: claim(now=clock.now(), real_now=clock.real_now())).result()
            if not taken:
                return
            for step, outcome in zip(taken, self._pool.map(begin, taken), strict=True):
                end(step, outcome)
