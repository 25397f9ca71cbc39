"""The second factors of a login: an app for one-time codes, passkeys, recovery codes. allauth keeps their tables."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from eyelevel.people.models import Login

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
