"""What the ear is asked to notice (Watch), and what it noticed (Heard): lean rows without a person behind them.

Watches live with everything that people decide. What is overheard lives in a file of its own on SQLite: no key of it
points out of that file, and watches are named there by plain numbers.
"""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.databases import HEARD
from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.tables import Table


class Watch(Table):
    """A question to everything that is heard, in the watch language (listening/language.py): one column of the radar."""

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    name = models.CharField(max_length=120)
    query = models.TextField()
    place = models.PositiveIntegerField(default=0)  # order of the columns on the radar
    opens_cases = models.BooleanField(default=False)  # a match becomes a case by itself
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    too_many_at = models.DateTimeField(null=True)  # when it last wanted more cases than a minute may bring

    plain = (
        "public_id", "name", "query", "place", "opens_cases", "made_at", "changed_at", "paused_at", "ended_at",
        "too_many_at",
    )  # fmt: skip


class Heard(Table):
    """A public word that a watch matched. It names its author as the network does; nobody becomes a person by it."""

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    network = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    external_id = models.CharField(max_length=500)
    author = models.CharField(max_length=320, blank=True)
    author_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    heard_at = models.DateTimeField()
    language = models.CharField(max_length=5, blank=True)
    parent = models.CharField(max_length=500, blank=True)
    root = models.CharField(max_length=500, blank=True)
    repeats = models.CharField(max_length=500, blank=True)
    marks = models.JSONField(default=list)
    edited_at = models.DateTimeField(null=True)
    post_public_id = models.CharField(max_length=26, blank=True)  # the post that it became
    case_number = models.BigIntegerField(null=True)  # and the case of that post, for the radar's link

    file = HEARD
    personal = ("author", "author_name", "text", "url", "external_id", "parent", "root", "repeats")
    plain = (
        "public_id", "network", "source", "at", "heard_at", "language", "marks", "edited_at", "post_public_id",
        "case_number",
    )  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "external_id"], name="one_word_heard_once")]
        indexes = [
            models.Index(fields=["heard_at", "id"], name="heard_when"),
            models.Index(fields=["author"], name="heard_author"),
        ]


class Match(Table):
    """That a watch matched a word. `at` is when it was heard; `author` is a keyed hash, for counting people."""

    watch_id = models.BigIntegerField()
    heard = models.ForeignKey(Heard, on_delete=models.CASCADE, related_name="matches")
    at = models.DateTimeField()
    author = models.BigIntegerField()

    file = HEARD
    personal = ("author",)
    plain = ("watch_id", "heard", "at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watch_id", "heard"], name="one_match_per_word")]
        indexes = [models.Index(fields=["watch_id", "at", "id"], name="match_newest")]


class Tally(Table):
    """How much a watch matched in one hour: words, and a sketch of how many people said them (listening/people.py)."""

    watch_id = models.BigIntegerField()
    hour = models.DateTimeField()
    words = models.BigIntegerField(default=0)
    people = models.BinaryField()

    file = HEARD
    plain = ("watch_id", "hour", "words", "people")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["watch_id", "hour"], name="one_tally_per_hour")]


class Hearing(Table):
    """What the ears of the house did with one network, counted since the beginning; each process adds what is its own."""

    network = models.CharField(max_length=40, unique=True)
    heard = models.BigIntegerField(default=0)  # words taken from a source, edits and deletes among them
    matched = models.BigIntegerField(default=0)  # of these, words that a watch matched
    withheld = models.BigIntegerField(
        default=0
    )  # whose author asked not to be indexed: counted, nothing else
    refused = models.BigIntegerField(default=0)  # without a name of their own, or with one that is too long
    lost = models.BigIntegerField(default=0)  # on which the engine broke, even alone
    lost_name = models.CharField(max_length=500, blank=True)  # the newest of them, for a person to look at
    at = models.DateTimeField()

    file = HEARD
    personal = ("lost_name",)
    plain = ("network", "heard", "matched", "withheld", "refused", "lost", "at")
