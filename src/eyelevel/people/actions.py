"""Getting to know people, and giving colleagues their seats."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, time, timedelta

from eyelevel.kernel import facts
from eyelevel.people import sessions
from eyelevel.people.models import FirstOwnerToken, Handle, Login, LoginLink, Person, ServiceHours, Staff

A_DAY = timedelta(hours=24)


class TokenRefused(ValueError):
    """The one-time token is unknown, used or too old."""


def meet(*, channel: str, address: str, name: str, language: str, now: datetime) -> Handle:
    """The handle of whoever speaks from this address, with a person behind it. Never joins people by name."""
    handle = Handle.objects.select_related("person").filter(channel=channel, address=address).first()
    if handle is not None:
        if name and not handle.name:
            Handle.objects.filter(pk=handle.pk, name="").update(name=name)
            Person.objects.filter(pk=handle.person_id, name="").update(name=name)
        return handle
    person = Person.objects.create(name=name, language=language, first_seen_at=now)
    return Handle.objects.create(person=person, channel=channel, address=address, name=name)


def meet_pseudonym(*, name: str, language: str, now: datetime) -> Person:
    """Somebody who gave no address: a person of their own, reachable by their receipt code."""
    return Person.objects.create(name=name, language=language, first_seen_at=now)


def seat(*, login: Login | None, name: str, role: str, language: str, now: datetime, by: str) -> Staff:
    """Give a colleague a seat at the desk."""
    staff = Staff.objects.create(login=login, name=name, role=role, language=language)
    facts.record("staff.seated", at=now, by=by, things=["staff"], staff=staff.pk, role=role)
    return staff


def change_role(staff: Staff, *, role: str, now: datetime, by: str) -> None:
    Staff.objects.filter(pk=staff.pk).update(role=role)
    facts.record("staff.access_changed", at=now, by=by, things=["staff"], staff=staff.pk, role=role)


def leave(staff: Staff, *, now: datetime, by: str) -> None:
    """The seat ends: its login stops working at once, what was said under its name stays."""
    Staff.objects.filter(pk=staff.pk).update(left_at=now)
    if staff.login_id is not None:
        Login.objects.filter(pk=staff.login_id).update(is_active=False)
        sessions.forget(staff.login_id)
    facts.record("staff.access_changed", at=now, by=by, things=["staff"], staff=staff.pk, role="")


def new_owner_token() -> str:
    """A one-time token that makes the first operator; a new one ends the former."""
    token = secrets.token_urlsafe(24)
    FirstOwnerToken.objects.filter(used_at=None).delete()
    FirstOwnerToken.objects.create(token_hash=_hashed(token))
    return token


def become_owner(*, token: str, name: str, email: str, password: str, language: str, now: datetime) -> Staff:
    """Make the first operator. Raises TokenRefused."""
    if FirstOwnerToken.objects.filter(token_hash=_hashed(token), used_at=None).update(used_at=now) != 1:
        raise TokenRefused("this set-up token is unknown or was used")
    login = Login.objects.create_user(email, password)
    return seat(login=login, name=name, role=Staff.Role.OPERATOR, language=language, now=now, by="setup")


def new_login_link(login: Login, *, now: datetime, valid: timedelta) -> str:
    """A one-time token that logs this login in; printed on the operator's terminal, never mailed."""
    token = secrets.token_urlsafe(24)
    LoginLink.objects.create(login=login, token_hash=_hashed(token), expires_at=now + valid)
    return token


def use_login_link(token: str, *, now: datetime) -> Login:
    """Raises TokenRefused where it is unknown, used or expired."""
    link = (
        LoginLink.objects.select_related("login")
        .filter(token_hash=_hashed(token), expires_at__gt=now)
        .first()
    )
    if link is None or LoginLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now) != 1:
        raise TokenRefused("this link was used or is too old")
    return link.login


def set_service_hours(spans: list[tuple[int, time, time]], *, now: datetime, by: str) -> None:
    """Replace the service hours: (weekday with 0 = Monday, opens, closes), local time."""
    ServiceHours.objects.all().delete()
    ServiceHours.objects.bulk_create(
        [ServiceHours(weekday=weekday, opens=opens, closes=closes) for weekday, opens, closes in spans]
    )
    facts.record("hours.changed", at=now, by=by, things=["hours"])


def set_preferences(staff: Staff, *, language: str, theme: str) -> None:
    Staff.objects.filter(pk=staff.pk).update(language=language, theme=theme)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
