"""Everything that was said in dialogue, once: words from outside, our answers, notes, calls, letters."""

from __future__ import annotations

from django.db import models

from eyelevel.channels.models import Arrival
from eyelevel.kernel.ids import new_public_id
from eyelevel.kernel.tables import Table
from eyelevel.people.models import Handle, Person, Staff


class Thread(Table):
    """Posts that belong together on their own channel: one mail thread, one public conversation."""

    channel = models.CharField(max_length=40)
    root = models.CharField(max_length=500, blank=True)

    plain = ("channel", "root")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "root"], condition=~models.Q(root=""), name="one_thread_per_root"
            )
        ]


class Post(Table):
    """One word in the dialogue. `case_id` is a plain number: the room above knows what a case is."""

    class Kind(models.TextChoices):
        HEARD = "in"  # a person spoke to us
        ANSWER = "out"  # we spoke to a person
        NOTE = "note"  # internal, for colleagues
        CALL = "call"  # what was said on the phone, noted by a colleague: counts as our statement

    class Openness(models.TextChoices):
        DIALOGUE = "dialogue"
        INTERNAL = "internal"
        PUBLIC = "public"

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    openness = models.CharField(max_length=10, choices=Openness.choices, default=Openness.DIALOGUE)
    channel = models.CharField(max_length=40)
    at = models.DateTimeField()
    case_id = models.BigIntegerField(null=True)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="posts", null=True)
    arrival = models.OneToOneField(Arrival, on_delete=models.PROTECT, related_name="post", null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts", null=True)
    handle = models.ForeignKey(Handle, on_delete=models.PROTECT, related_name="posts", null=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="posts", null=True)
    author_name = models.CharField(max_length=200, blank=True)
    verified = models.BooleanField(default=False)
    automatic = models.BooleanField(default=False)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    full_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    message_id = models.CharField(max_length=500, blank=True)
    references = models.JSONField(default=list)
    recipients = models.JSONField(default=list)
    url = models.CharField(max_length=1000, blank=True)
    remarks = models.JSONField(default=list)

    personal = (
        "person", "handle", "staff", "author_name", "subject", "text", "full_text", "html", "message_id",
        "references", "recipients", "url", "arrival",
    )  # fmt: skip
    plain = (
        "public_id", "kind", "openness", "channel", "at", "case_id", "thread", "verified", "automatic", "language",
        "remarks",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "message_id"],
                condition=models.Q(kind="in", openness="public") & ~models.Q(message_id=""),
                name="one_public_word_once",
            )
        ]
        indexes = [
            models.Index(fields=["case_id", "at", "id"]),
            models.Index(fields=["person", "at"]),
            models.Index(fields=["message_id"], condition=~models.Q(message_id=""), name="post_message_id"),
        ]


class Attachment(Table):
    """A file that came with a post: its bytes stand in the store under their hash, the name is for display only."""

    public_id = models.CharField(max_length=26, unique=True, default=new_public_id)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    personal = ("post", "name", "digest")
    plain = ("public_id", "media_type", "size")


class Evidence(Table):
    """That a colleague kept a public word as it stood: every field of it, and the SHA-256 of exactly these bytes."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="evidence")
    exact = models.TextField()
    digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    personal = ("post", "exact", "kept_by")
    plain = ("digest", "kept_at")


class Version(Table):
    """Former words of a post, which its author edited where it stood; `replaced_at` ends the time in which they stood."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField()
    replaced_at = models.DateTimeField()

    personal = ("post", "text")
    plain = ("replaced_at",)

    class Meta:
        ordering = ("replaced_at", "id")
