"""The second factors of a login: an app for one-time codes, passkeys, recovery codes. allauth keeps their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from eyelevel.kernel.keys import KeysRefused
from eyelevel.people.models import Login

PURPOSE = "second-factor"
CONCEALED = (
    "c1:"  # before what the keys of this installation conceal; secrets of a former version stand without it
)
HELD_IN = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, kw_only=True)
class Factors:
    """What this login has besides its password; recovery codes alone open nothing for good."""

    app: bool
    passkeys: int
    codes_left: int

    @property
    def strong(self) -> bool:
        return self.app or self.passkeys > 0


def of(login: Login) -> Factors:
    rows = list(Authenticator.objects.filter(user=login))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return Factors(
        app=any(row.type == Authenticator.Type.TOTP for row in rows),
        passkeys=sum(row.type == Authenticator.Type.WEBAUTHN for row in rows),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
    )


def open_the_desk(login: Login) -> bool:
    """Is there a strong one? The last of them cannot be removed, so who once was let in need not be asked again."""
    return Authenticator.objects.filter(user=login, type__in=STRONG).exists()


def may_remove(factor: Authenticator) -> bool:
    """The last strong factor stays until another one is set. Locks the login, so that two removals cannot cross."""
    Login.objects.select_for_update().filter(pk=factor.user_id).first()
    others = Authenticator.objects.filter(user=factor.user_id, type__in=STRONG).exclude(pk=factor.pk)
    return others.exists()


def concealed(secret: str) -> str:
    """The secret of an app or the seed of recovery codes as it stands in the table."""
    return CONCEALED + str(settings.KEYS.conceal(PURPOSE, secret))


def revealed(stored: str) -> str:
    """Raises KeysRefused where another installation concealed it."""
    if not stored.startswith(CONCEALED):
        return stored
    return str(settings.KEYS.reveal(PURPOSE, stored.removeprefix(CONCEALED)))


def conceal_all() -> int:
    """What a former version, or a file of another house, left in clear; returns how many rows. Twice is once."""
    with transaction.atomic():
        rows = Authenticator.objects.select_for_update().filter(type__in=HELD_IN).order_by("pk")
        return sum(_changed(row, HELD_IN[Authenticator.Type(row.type)]) for row in rows)


def _changed(row: Authenticator, name: str) -> bool:
    data = _with(row.data, name, lambda stored: stored if stored.startswith(CONCEALED) else concealed(stored))
    if data == row.data:
        return False
    Authenticator.objects.filter(pk=row.pk).update(data=data)
    return True


def in_clear(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The data of a factor for a house with other keys. What our own keys do not open stays as it is: no code fits it."""
    name = HELD_IN.get(Authenticator.Type(kind))
    try:
        return data if name is None else _with(data, name, revealed)
    except KeysRefused:
        return data


def _with(data: dict[str, Any], name: str, change: Callable[[str], str]) -> dict[str, Any]:
    made = dict(data)
    if isinstance(made.get(name), str):
        made[name] = change(made[name])
    if isinstance(made.get("migrated_codes"), list):
        made["migrated_codes"] = [change(code) for code in made["migrated_codes"]]
    return made
