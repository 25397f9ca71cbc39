"""The account on Bluesky that answers for the company: connected by an app password, tried before it is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from eyelevel.channels import source_actions as actions
from eyelevel.channels.bluesky import leave
from eyelevel.channels.bluesky.xrpc import DIRECTORY, ENTRY, Account, Refusal, Session, call, log_in
from eyelevel.channels.contract import Departure, Receipt
from eyelevel.channels.models import Source
from eyelevel.kernel import http
from eyelevel.kernel.keys import KeysRefused

MOST_DID = 120  # our own posts are named by it, within 200 signs


class NoLogin(ValueError):
    """The server did not let us in, in its words."""


def try_login(*, handle: str, password: str, host: str, directory: str = DIRECTORY) -> Session:
    """Log in once. Raises NoLogin."""
    account = Account(
        identifier=handle.lstrip("@"), password=password, host=host, directory=directory,
        allowed=tuple(settings.ENV.allow_addresses),
    )  # fmt: skip
    try:
        session = log_in(account)
    except (Refusal, http.Forbidden, http.Unreachable, http.TooMuch) as error:
        raise NoLogin(str(error)) from error
    if not session.did.startswith("did:") or len(session.did) > MOST_DID:
        raise NoLogin("the server names no usable account")
    return session


def account_of(source: Source) -> Account:
    """Raises KeysRefused for a password of another installation."""
    return Account(
        identifier=source.options["did"], password=actions.revealed(source), host=source.address,
        directory=source.options.get("directory", DIRECTORY), allowed=tuple(settings.ENV.allow_addresses),
    )  # fmt: skip


def leave_on_bluesky(departure: Departure, *, now: Callable[[], datetime]) -> Receipt:
    """One try by the account that the answer was approved for, if it still speaks."""
    source = Source.objects.filter(
        kind=Source.Kind.ACCOUNT, ended_at=None, paused_at=None, options__did=departure.sender
    ).first()
    if source is None:
        return Receipt(state="later", detail=f"the account {departure.sender} is not connected now", at=now())
    try:
        return leave.leave(departure, account=account_of(source), now=now)
    except KeysRefused as error:
        return Receipt(state="later", detail=str(error), at=now())


def did_of(handle: str, *, host: str = "") -> str:
    """The account behind a handle, as its network names it; "" where there is none. Raises where nobody answers."""
    query = {"handle": handle.removeprefix("@")}
    allowed = tuple(settings.ENV.allow_addresses)
    try:
        found = call(host or ENTRY, "com.atproto.identity.resolveHandle", query=query, allowed=allowed)
    except Refusal as refusal:
        if refusal.status == 400:
            return ""
        raise
    did = str(found.get("did", ""))
    return did if did.startswith("did:") and len(did) <= MOST_DID else ""
