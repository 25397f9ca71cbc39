"""What the company knows and says in writing: articles, every version of them, and the doubts about them."""

from __future__ import annotations

from django.db import models

from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.tables import Table
from eyelevel.people.models import Staff


class Article(Table):
    """One thing that the company knows. `latest` counts the versions, `published` is the number of the one that counts."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    class Audience(models.TextChoices):
        PUBLIC = "public"
        COLLEAGUES = "colleagues"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    title = models.CharField(max_length=200)  # of the latest version
    language = models.CharField(max_length=5, default="de")
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.COLLEAGUES)
    owner = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    look_again_on = models.DateField(null=True)  # the date of doubt
    latest = models.PositiveIntegerField(default=1)
    published = models.PositiveIntegerField(
        null=True
    )  # stays null until the first publishing, and while withdrawn
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    personal = ("owner",)
    plain = (
        "public_id", "title", "language", "state", "audience", "look_again_on", "latest", "published", "made_at", "changed_at",
    )  # fmt: skip

    class Meta:
        indexes = [
            models.Index(fields=["state", "audience", "language"]),
            models.Index(fields=["changed_at", "id"]),
        ]


class Version(Table):
    """An article as it read once. Never changed, so it can be compared and quoted."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    sources = models.JSONField(default=list)  # addresses of the web, "post:17" for a word in a case
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)  # what changed

    personal = ("by",)
    plain = ("article", "number", "title", "text", "sources", "at", "note")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_version_per_number")]


class Keyword(Table):
    """A word of a published version, so that articles near a text are found without reading all of them."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="keywords")
    word = models.CharField(max_length=64)

    plain = ("version", "word")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "version"], name="one_keyword_per_version")]


class Doubt(Table):
    """Why an article should be looked at again: its day has come, a colleague says so, or an answer said otherwise."""

    class Kind(models.TextChoices):
        DATE = "date"
        COLLEAGUE = "colleague"
        ANSWER = "answer"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="doubts")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=1_000, blank=True)
    sentence = models.TextField(blank=True)  # of the article
    answer_sentence = models.TextField(blank=True)
    post_id = models.BigIntegerField(null=True)  # of the answer
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    settled_note = models.CharField(max_length=300, blank=True)

    personal = ("by", "reason", "answer_sentence", "settled_by", "settled_note")
    plain = ("article", "kind", "at", "sentence", "post_id", "settled_at")

    class Meta:
        indexes = [
            models.Index(
                fields=["article"], condition=models.Q(settled_at=None), name="open_doubts_by_article"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "post_id", "sentence"], condition=models.Q(kind="answer"), name="one_doubt_per_answer",
            )
        ]  # fmt: skip
