"""What the terminal says when the house is open, and the links it hands out there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from eyelevel.kernel import clock
from eyelevel.kernel.writer import write

LINK_IS_VALID = timedelta(hours=24)


def base_url() -> str:
    from django.conf import settings

    env = settings.ENV
    return env.public_url or f"http://{'127.0.0.1' if env.host in {'', '0.0.0.0'} else env.host}:{env.port}"  # noqa: S104


def say() -> None:
    """Print the addresses; without an owner, the one-time link that makes one."""
    from django.conf import settings

    from eyelevel.people import actions as people
    from eyelevel.people import reads

    print(f"Eyelevel is open: {base_url()}/", flush=True)
    if not reads.has_owner():
        token = write(people.new_owner_token)
        print(f"No owner yet. Open this once to become it: {base_url()}/setup/?token={token}", flush=True)
        if settings.ENV.host not in {"127.0.0.1", "::1", "localhost"}:
            print(
                "Bound to loopback until then; start again afterwards to listen on the set address.",
                flush=True,
            )


def login_link(email: str) -> str:
    """A one-time address that logs this login in. Raises Login.DoesNotExist."""
    from eyelevel.people import actions as people
    from eyelevel.people.models import Login

    login = Login.objects.get(email=email.lower())
    token = write(people.new_login_link, login, now=clock.real_now(), valid=LINK_IS_VALID)
    return f"{base_url()}/enter/?token={token}"


def print_login_link(email: str, *, prepare: Callable[[], Any]) -> int:
    """For the operator on the machine; on SQLite the running house must be stopped first."""
    lock = prepare()
    from eyelevel.people.models import Login

    try:
        print(login_link(email))
    except Login.DoesNotExist:
        print(f"There is no login {email}.")
        return 1
    finally:
        del lock
    return 0
