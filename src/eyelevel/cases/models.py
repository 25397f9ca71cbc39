"""One concern of one person: who has it, who waits for whom, and how it ended."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.tables import Table
from eyelevel.people.models import Person, Staff


class Closure(Table):
    """That a case was closed, by whom and when; reopening ends the closure, the row stays."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="closures")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)

    personal = ("by",)
    plain = ("case", "at", "reopened_at")


class Case(Table):
    """One concern of one person. The number that people quote is the id; addresses use the public id.

    `waiting_since` is the first word of the person that we have not answered; `asked_since` is our last word that
    waits for theirs. At most one of the two is set while the case is open.
    """

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases", null=True)
    subject = models.CharField(max_length=300)
    channel = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    last_word_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    asked_since = models.DateTimeField(null=True)
    first_human_word_at = models.DateTimeField(null=True)
    holder = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="holds")
    snoozed_until = models.DateTimeField(null=True)
    alarm_since = models.DateTimeField(null=True)
    closure = models.OneToOneField(Closure, on_delete=models.PROTECT, null=True, related_name="+")
    helped_at = models.DateTimeField(null=True)

    personal = ("person", "subject", "holder")
    plain = (
        "public_id", "channel", "opened_at", "last_word_at", "waiting_since", "asked_since", "first_human_word_at",
        "snoozed_until", "alarm_since", "closure", "helped_at",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(
                fields=["waiting_since", "id"], condition=models.Q(closure=None), name="case_open_waiting"
            ),
            models.Index(
                fields=["holder", "waiting_since"], condition=models.Q(closure=None), name="case_held"
            ),
            models.Index(fields=["alarm_since"], condition=~models.Q(alarm_since=None), name="case_alarm"),
            models.Index(fields=["last_word_at", "id"], name="case_last_word"),
            models.Index(fields=["person", "opened_at"], name="case_person"),
        ]


class Hand(Table):
    """Who gave the case to whom, when and with which word: hand-overs are counted, and the note is not lost."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hands")
    giver = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    taker = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    personal = ("giver", "taker", "note")
    plain = ("case", "at")


class ReceiptCode(Table):
    """The code by which a person follows a case; only its hash is kept."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="codes")
    code_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    plain = ("case", "code_hash", "created_at")


class Presence(Table):
    """Which colleague looks at a case or writes in it right now (real time; older than a minute counts for nothing)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="present")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    seen_at = models.DateTimeField()
    wrote_at = models.DateTimeField(null=True)

    personal = ("staff",)
    plain = ("case", "seen_at", "wrote_at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="one_presence_per_colleague")]
