"""One concern of one person: who has it, who waits for whom, how it ended, and how cases were put together and apart."""

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
    waits for theirs. At most one of the two is set while the case is open. A case that was merged keeps its number and
    its addresses; they lead to `merged_into`.
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
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="swallowed")

    personal = ("person", "subject", "holder")
    plain = (
        "public_id", "channel", "opened_at", "last_word_at", "waiting_since", "asked_since", "first_human_word_at",
        "snoozed_until", "alarm_since", "closure", "helped_at", "merged_into",
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
    reason = models.CharField(
        max_length=8, blank=True
    )  # why it was handed on: rules.Reason; "" for taking it

    personal = ("giver", "taker", "note")
    plain = ("case", "at", "reason")


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


class Merge(Table):
    """That two cases became one: which posts moved, and how both stood before (`before`) and right after (`after`).

    Both hold `{"kept": state, "merged": state}`; states.py says what a state is. Undoing ends the row, it stays.
    """

    kept = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="merged_by")
    post_ids = models.JSONField(default=list)
    newest_post_id = models.BigIntegerField(default=0)  # of the kept case, before the others came
    before = models.JSONField()
    after = models.JSONField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    personal = ("before", "after", "by", "undone_by")
    plain = ("kept", "merged", "post_ids", "newest_post_id", "at", "undone_at")


class Split(Table):
    """That posts left a case for another one, which was opened for them (`opened`) or stood already."""

    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="splits")
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="split_from")
    opened = models.BooleanField()
    post_ids = models.JSONField(default=list)
    before = models.JSONField()
    after = models.JSONField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    personal = ("before", "after", "by", "undone_by")
    plain = ("source", "target", "opened", "post_ids", "at", "undone_at")


class Link(Table):
    """That two cases have to do with each other; nothing moves, so it may join cases of different persons."""

    class Kind(models.TextChoices):
        RELATED = "related"
        DUPLICATE = "duplicate"  # `one` says the same as `other`
        FOLLOWS = "follows"  # `one` follows from `other`

    one = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_by")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    personal = ("note", "by", "removed_by")
    plain = ("one", "other", "kind", "at", "removed_at")


class BulkAct(Table):
    """One act on many cases, taken back as one."""

    class Verb(models.TextChoices):
        HAND = "hand"
        SNOOZE = "snooze"
        CLOSE = "close"
        REOPEN = "reopen"

    verb = models.CharField(max_length=8, choices=Verb.choices)
    taker = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    until = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    personal = ("taker", "by", "undone_by")
    plain = ("verb", "until", "at", "undone_at")


class BulkPart(Table):
    """One case of a bulk act: its state before and after, and whether undoing put it back (None: not undone)."""

    act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="parts")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="bulk_parts")
    before = models.JSONField()
    after = models.JSONField()
    put_back = models.BooleanField(null=True)

    personal = ("before", "after")
    plain = ("act", "case", "put_back")


class Asking(Table):
    """A question to somebody without a seat, about one case. `post_ids` are the posts that they may read.

    `valid_until` is real time, because it guards; all else is house time. Of the link only a hash is kept.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="askings")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=320)
    language = models.CharField(max_length=5)
    question = models.TextField()
    post_ids = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=200)
    answered_at = models.DateTimeField(null=True)
    overdue_since = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    personal = ("by", "name", "address", "language", "question", "message_id", "withdrawn_by")
    plain = (
        "case", "post_ids", "asked_at", "valid_until", "token_hash", "answered_at", "overdue_since", "withdrawn_at",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["case"], condition=~models.Q(overdue_since=None), name="asking_overdue")
        ]


class AskedAnswer(Table):
    """What somebody without a seat answered: an internal note, and how it came. `event` makes a repeat the same answer."""

    class Way(models.TextChoices):
        LINK = "link"
        MAIL = "mail"

    asking = models.ForeignKey(Asking, on_delete=models.CASCADE, related_name="answers")
    post_id = models.BigIntegerField(unique=True)
    way = models.CharField(max_length=4, choices=Way.choices)
    event = models.CharField(max_length=80)
    at = models.DateTimeField()

    plain = ("asking", "post_id", "way", "event", "at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asking", "event"], name="one_answer_per_sending")]


import eyelevel.cases.deciding_models  # noqa: E402, F401 -- the tables of this room that need these
