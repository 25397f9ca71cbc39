"""Who speaks: persons with their handles, staff with their seats, logins without rights of their own."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.tables import Table


class Logins(BaseUserManager["Login"]):
    def create_user(self, email: str, password: str | None = None) -> Login:
        login = self.model(email=self.normalize_email(email).lower())
        login.set_password(password)
        login.save(using=self._db)
        return login


class Login(AbstractBaseUser, Table):
    """Proof of who sits at the keyboard. It carries no rights: a Staff row that points to it does."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Logins] = Logins()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    personal = ("email", "password", "last_login")
    plain = ("is_active", "created_at")


class Staff(Table):
    """A colleague with a seat at the desk. The name is what customers read: a human name."""

    class Role(models.TextChoices):
        AGENT = "agent"
        SUPERVISOR = "supervisor"
        OPERATOR = "operator"

    login = models.OneToOneField(Login, on_delete=models.SET_NULL, null=True, related_name="staff")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AGENT)
    language = models.CharField(max_length=5, default="de")
    theme = models.CharField(max_length=5, default="auto")
    left_at = models.DateTimeField(null=True)

    personal = ("login", "name", "language", "theme")
    plain = ("role", "left_at")


class Person(Table):
    """Somebody outside who speaks with us, under a name or a pseudonym of their choice."""

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, blank=True)
    first_seen_at = models.DateTimeField()

    personal = ("public_id", "name", "language", "first_seen_at")


class Handle(Table):
    """A name on a channel: one mail address, one telephone number, one pseudonym."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="handles")
    channel = models.CharField(max_length=40)
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    verified_at = models.DateTimeField(null=True)
    undeliverable_since = models.DateTimeField(null=True)

    personal = ("person", "channel", "address", "name", "verified_at", "undeliverable_since")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="one_handle_per_address")]


class ServiceHours(Table):
    """When somebody answers: one row per span of a weekday (0 = Monday), in the zone of the installation."""

    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    plain = ("weekday", "opens", "closes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["weekday", "opens"], name="one_span_per_opening"),
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="closes_after_opens"
            ),
        ]


class Absence(Table):
    """A colleague is away on whole days of the house's calendar, both included; `deputy` keeps their promises meanwhile."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    deputy = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # back earlier, or not away at all

    personal = ("staff", "first_day", "last_day", "deputy", "noted_by", "noted_at", "withdrawn_at")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="away_for_a_day_or_more"
            ),
        ]
        indexes = [
            models.Index(fields=["last_day"], condition=models.Q(withdrawn_at=None), name="absences_by_end")
        ]


class FirstOwnerToken(Table):
    """The one-time token that makes the first operator; only its hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    plain = ("token_hash", "used_at")


class LoginLink(Table):
    """A one-time login link printed on the operator's terminal (demo, locked-out owner); only its hash is kept."""

    login = models.ForeignKey(Login, on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    personal = ("login",)
    plain = ("token_hash", "expires_at", "used_at")


class SeatSession(Table):
    """One browser in which a colleague is logged in. Named by the hash of its session's key; no address is kept."""

    session_hash = models.CharField(max_length=40, unique=True)
    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    personal = ("session_hash", "login", "device", "began_at", "seen_at")


class LeftOut(Table):
    """An author on an open network who asked not to be heard; until `since` is set it is only asked for, not proven.

    `name` is what they are called there, folded; `key` is what the network itself calls them, where that is known.
    """

    network = models.CharField(max_length=40)
    name = models.CharField(max_length=320, blank=True)
    key = models.CharField(max_length=320, blank=True)
    code = models.CharField(max_length=40, blank=True)  # said in public by this author, it proves the wish
    asked_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    by = models.CharField(
        max_length=40, blank=True
    )  # the actor who set it; "author" where the code proved it

    personal = ("network", "name", "key", "code", "asked_at", "since", "by")

    class Meta:
        indexes = [models.Index(fields=["code"], name="left_out_code")]


class Mandate(Table):
    """The written frame of one colleague: what they may decide themselves, from when, on whose word. Sums in euro cents.

    A frame never changes: another one is a new version, the former stays readable, and a decision names the version
    under which it was taken.
    """

    class Shown(models.TextChoices):
        NOTHING = ""  # customers read the name alone
        WHAT = "what"  # and about what this colleague may decide
        AMOUNTS = "amounts"  # and up to how much

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="mandates")
    version = models.PositiveIntegerField()
    goodwill_case = models.PositiveBigIntegerField(default=0)
    goodwill_month = models.PositiveBigIntegerField(default=0)
    contracts = models.BooleanField(default=False)
    deadline_days = models.PositiveIntegerField(default=0)
    publishes = models.BooleanField(default=True)
    shown = models.CharField(max_length=8, choices=Shown.choices, blank=True, default=Shown.NOTHING)
    since = models.DateTimeField()
    written_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    personal = ("staff", "written_by")
    plain = (
        "version", "goodwill_case", "goodwill_month", "contracts", "deadline_days", "publishes", "shown", "since",
        "written_at",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "version"], name="one_frame_per_version")]
