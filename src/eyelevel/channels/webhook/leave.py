"""One webhook on its way: signed by Standard Webhooks, through the guarded client, judged by the status that comes back.

A webhook may be repeated, because its id stays the same; so a connection that breaks means "later", never "unknown".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from eyelevel.channels.contract import Departure, Receipt
from eyelevel.kernel import hooks
from eyelevel.kernel.http import Bounds, Forbidden, TooMuch, Unreachable, fetch, retry_after

CHANNEL = "webhook"
GONE = "410 gone: the receiver wants no more of these"
BOUNDS = Bounds(size=64 * 1024, seconds=15.0, redirects=0)


def leave(
    departure: Departure,
    *,
    url: str,
    secrets: Sequence[str],
    allowed: Iterable[str],
    now: Callable[[], datetime],
) -> Receipt:
    """Post the body as it was written when the fact happened, signed for this very try."""
    body, stamp = departure.text.encode(), int(now().timestamp())
    headers = {
        "Content-Type": "application/json",
        hooks.ID: departure.message_id,
        hooks.TIMESTAMP: str(stamp),
        hooks.SIGNATURE: hooks.sign(
            secrets=secrets, message_id=departure.message_id, timestamp=stamp, body=body
        ),
    }
    try:
        answer = fetch(url, method="POST", headers=headers, body=body, bounds=BOUNDS, allowed=allowed)
    except Forbidden as error:
        return Receipt(state="refused", detail=str(error), at=now())
    except (Unreachable, TooMuch) as error:
        return Receipt(state="later", detail=str(error), at=now())
    if 200 <= answer.status < 300:
        return Receipt(state="delivered", detail=str(answer.status), at=now())
    if answer.status == 410:
        return Receipt(state="refused", detail=GONE, at=now())
    wait = retry_after(answer.headers, now=now())
    again = now() + wait if wait is not None and answer.status in {429, 503} else None
    return Receipt(state="later", detail=f"answered {answer.status}", at=now(), again_at=again)
