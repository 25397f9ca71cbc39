"""Letters of former years: every one is accounted for, threads are cases, and nobody is told that they came."""

from __future__ import annotations

import mailbox
import os
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eyelevel.cases.models import Case
from eyelevel.channels.models import Arrival, Quarantine
from eyelevel.kernel import steps
from eyelevel.kernel.models import Fact
from eyelevel.moving import mailboxes, mails
from eyelevel.outbox.models import Sending
from eyelevel.people.models import Handle
from eyelevel.posts.models import Post
from tests.making import mail_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)
FROM = b"From jana@post.example Mon Sep 16 09:00:00 2019\n"


def letter(
    text, *, sender="Jana Petersen <jana@post.example>", to="service@nordlicht.example", day=16, **headers
):
    fields = {
        "From": sender,
        "To": to,
        "Subject": "Scan",
        "Date": f"Mon, {day} Sep 2019 10:00:00 +0200",
        **headers,
    }
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items() if value)
    return f"{head}\n{text}\n".encode()


QUESTION = letter("Mein Scan ist unlesbar.", Message_ID="<q@post.example>")
ANSWER = letter(
    "Wir sehen nach.", sender="Nordlicht <service+c-1-abcdefghijkmnpqr@nordlicht.example>", to="jana@post.example", day=17,
    Message_ID="<a@nordlicht.example>", In_Reply_To="<q@post.example>",
)  # fmt: skip
THANKS = letter("Danke!", day=18, Message_ID="<t@post.example>", In_Reply_To="<a@nordlicht.example>")
OTHER = letter(
    "Wo ist die Rechnung?",
    sender="leo@post.example",
    day=12,
    Subject="Rechnung",
    Message_ID="<o@post.example>",
)


def mbox(path, *letters):
    path.write_bytes(b"".join(FROM + one + b"\n" for one in letters))
    return path


def bring(place, *, tell=lambda done, total: None, **wish):
    return mails.bring(mails.Wish(place=Path(place), name="archive", **wish), now=NOW, tell=tell)


def look(place, **wish):
    return mails.look(
        mails.Wish(place=Path(place), name="archive", **wish), now=NOW, tell=lambda done, total: None
    )


def found(path, kind="mboxrd"):
    return [one.read(10**6) for one in mailboxes.letters(path, kind=kind)]


def test_a_thread_becomes_one_closed_case_with_the_times_of_then(tmp_path):
    counts = bring(mbox(tmp_path / "x", THANKS, ANSWER, QUESTION, OTHER))
    assert (counts.letters, counts.brought, counts.ours, counts.threads, counts.people) == (4, 4, 1, 2, 2)
    case = Case.objects.get(person__name="Jana Petersen")
    assert case.closure is not None
    assert case.waiting_since is None
    assert (case.opened_at.year, case.last_word_at.day, case.first_human_word_at.day) == (2019, 18, 17)
    posts = Post.objects.filter(case_id=case.pk).order_by("at")
    assert [(post.kind, post.text.strip()) for post in posts] == [
        ("in", "Mein Scan ist unlesbar."), ("out", "Wir sehen nach."), ("in", "Danke!"),
    ]  # fmt: skip
    assert Handle.objects.get(address="jana@post.example").person.first_seen_at.year == 2019


@pytest.mark.parametrize("as_open", [False, True])
def test_nobody_is_told_and_no_alarm_rings_for_a_letter_of_former_years(tmp_path, as_open):
    bring(mbox(tmp_path / "x", QUESTION, OTHER), as_open=as_open)
    steps.run_due()
    assert not Sending.objects.exists()
    assert Case.objects.exclude(alarm_since=None).exists() is as_open


def test_as_open_the_one_who_spoke_last_waits_for_the_other(tmp_path):
    bring(mbox(tmp_path / "x", QUESTION, ANSWER, OTHER), as_open=True)
    answered, asked = Case.objects.get(person__name="Jana Petersen"), Case.objects.get(subject="Rechnung")
    assert (answered.closure, answered.waiting_since, answered.asked_since.day) == (None, None, 17)
    assert asked.waiting_since.day == 12


def test_a_second_run_adds_only_what_is_new(tmp_path):
    bring(mbox(tmp_path / "x", QUESTION, ANSWER))
    counts = bring(mbox(tmp_path / "y", QUESTION, ANSWER, THANKS))
    assert (counts.known, counts.brought, counts.threads) == (2, 1, 0)
    assert Post.objects.count() == Arrival.objects.count() == 3


def test_a_run_that_dies_in_the_middle_goes_on_where_it_was(tmp_path, monkeypatch):
    many = [
        letter(f"Nr. {n}", sender=f"p{n}@post.example", Message_ID=f"<{n}@post.example>") for n in range(35)
    ]
    path = mbox(tmp_path / "x", *many)

    def die(done, _total):
        if done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(path, tell=die)
    assert 0 < Post.objects.count() < 35
    bring(path)
    assert Post.objects.count() == Case.objects.count() == 35


def test_what_came_by_another_door_before_is_not_doubled(tmp_path):
    live = mail_in("Mein Scan ist unlesbar.", sender="jana@post.example", Message_ID="<q@post.example>")
    counts = bring(mbox(tmp_path / "x", QUESTION, THANKS))
    assert (counts.known, counts.brought) == (1, 1)
    assert Post.objects.filter(message_id="<q@post.example>").get() == live


def test_a_stranger_who_copies_a_message_id_does_not_hide_a_letter(tmp_path):
    mail_in("Fälschung", sender="mallory@post.example", Message_ID="<q@post.example>")
    assert bring(mbox(tmp_path / "x", QUESTION)).brought == 1


def test_a_new_letter_of_today_opens_the_imported_case_again(tmp_path):
    bring(mbox(tmp_path / "x", QUESTION, ANSWER))
    mail_in(
        "Noch eine Frage",
        sender="jana@post.example",
        In_Reply_To="<a@nordlicht.example>",
        Message_ID="<n@post.example>",
    )
    case = Case.objects.get()
    assert case.closure is None
    assert case.waiting_since is not None


def test_our_letter_to_several_or_to_nobody_is_a_note_that_no_customer_sees(tmp_path):
    round_letter = letter(
        "An alle",
        sender="service@nordlicht.example",
        to="jana@post.example, leo@post.example",
        Message_ID="<r@nordlicht.example>",
    )
    counts = bring(mbox(tmp_path / "x", round_letter))
    post = Post.objects.get()
    assert (counts.ours, post.kind, post.openness, post.person) == (1, "note", "internal", None)


def test_another_address_of_ours_counts_when_it_is_named(tmp_path):
    info = letter(
        "Guten Tag",
        sender="info@nordlicht.example",
        to="jana@post.example",
        Message_ID="<i@nordlicht.example>",
    )
    assert bring(mbox(tmp_path / "x", info), our_addresses=("info@nordlicht.example",)).ours == 1
    assert Post.objects.get().kind == "out"


def test_what_cannot_be_read_lies_in_the_quarantine_and_can_be_retried_without_a_word_to_anybody(tmp_path):
    counts = bring(mbox(tmp_path / "x", QUESTION, b"\n"))
    assert (counts.unreadable, counts.brought) == (1, 1)
    entry = Quarantine.objects.get()
    from eyelevel.channels import actions as channels

    Arrival.objects.filter(pk=entry.arrival_id).update(raw=OTHER)
    channels.retry(entry, now=NOW, by="staff:1")
    steps.run_due()
    assert Post.objects.filter(subject="Rechnung").get().case_id
    entry.refresh_from_db()
    assert entry.resolution == "read"
    assert not Sending.objects.exists()
    assert Case.objects.filter(closure=None).count() == 0


def test_a_letter_from_the_future_or_without_a_date_is_not_of_tomorrow(tmp_path):
    future = letter("x", Date="Mon, 16 Sep 2190 10:00:00 +0200", Message_ID="<f@post.example>")
    bring(mbox(tmp_path / "x", future, letter("y", Date="", Message_ID="<g@post.example>")))
    assert all(post.at <= NOW for post in Post.objects.all())


def test_a_dry_run_counts_the_same_and_writes_nothing(tmp_path):
    path = mbox(tmp_path / "x", QUESTION, ANSWER, THANKS, OTHER, b"\n")
    counts = look(path)
    assert (counts.letters, counts.brought, counts.ours, counts.people, counts.unreadable) == (5, 4, 1, 2, 1)
    assert counts.threads == 2
    assert "empty" in counts.named[0]
    assert not Arrival.objects.exists()
    assert not Fact.objects.exists()


def test_a_letter_larger_than_the_house_reads_is_counted_and_named(tmp_path):
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.write(FROM + QUESTION + b"\n" + FROM + b"Subject: big\n\n")
        for _ in range(41):
            file.write((b"x" * 76 + b"\n") * (1024 * 1024 // 77))
        file.write(b"y" * 5_000_000 + b"\n\n" + FROM + OTHER)
    counts = bring(path)
    assert (counts.letters, counts.brought, counts.too_large) == (3, 2, 1)
    assert "at most" in counts.named[0]


def test_quoted_from_lines_come_back_as_they_were(tmp_path):
    path = mbox(tmp_path / "x", letter("Hallo\n>From hier an\n>>From dort an\n> From wem?"))
    assert b"Hallo\nFrom hier an\n>From dort an\n> From wem?" in found(path)[0]
    assert b"Hallo\nFrom hier an\n>>From dort an\n> From wem?" in found(path, "mboxo")[0]


def test_a_from_in_the_text_begins_no_letter(tmp_path):
    path = mbox(tmp_path / "x", letter("Guten Tag\n\nFrom Hamburg with love\n\nFrom me: nothing"), OTHER)
    assert len(found(path)) == 2


def test_our_reader_and_pythons_find_the_same_letters(tmp_path):
    path = mbox(tmp_path / "x", QUESTION, ANSWER, letter("a\n\n\nb\n>From c"), b"\n", OTHER)
    assert len(found(path)) == len(mailbox.mbox(path))


@pytest.mark.parametrize("content", [b"Subject: x\n\ny\n", b"PK\x03\x04", b"\0" * 5_000])
def test_a_file_that_is_no_mbox_is_refused(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(mailboxes.NoMailbox):
        bring(tmp_path / "x")


def maildir(place, *letters, folder="cur"):
    for name in ("cur", "new", "tmp"):
        (place / name).mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(letters):
        (place / folder / f"{number}.M1.host:2,S").write_bytes(one)
    return place


def test_a_maildir_is_read_with_its_folders_and_no_link_is_followed(tmp_path):
    place = maildir(tmp_path / "m", QUESTION)
    maildir(place, THANKS, folder="new")
    maildir(place / ".Sent", ANSWER)
    (place / "tmp" / "half").write_bytes(OTHER)
    (tmp_path / "secret").write_bytes(OTHER)
    (place / "cur" / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(place / "cur" / "pipe")
    counts = bring(place)
    assert (counts.letters, counts.brought, counts.ours, counts.threads) == (3, 3, 1, 1)


def test_real_replies_are_all_accounted_for(tmp_path):
    named = os.environ.get("EYELEVEL_DATA", "")
    if not named or not Path(named).is_dir():
        warnings.warn("EYELEVEL_DATA names no folder: the real replies were NOT imported", stacklevel=1)
        pytest.skip("NOT RUN: EYELEVEL_DATA names no folder with the mail_reply sets")
    raw = []
    for path in sorted(Path(named).glob("mail_reply_*/**/*")):
        if path.is_file() and path.suffix in {".txt", ".eml"} and path.name != "SOURCE.txt":
            content = path.read_bytes().replace(b"\r\n", b"\n")
            raw.append(content if path.suffix == ".eml" else letter("") + content)
    different = len(set(raw))
    counts = bring(maildir(tmp_path / "m", *raw))
    assert counts.letters == len(raw) > 100
    assert counts.brought + counts.unreadable + counts.known == counts.letters
    assert Arrival.objects.count() + (counts.known - (len(raw) - different)) == different
    assert not Sending.objects.exists()
    box = mailbox.mbox(tmp_path / "box")
    for one in raw:
        box.add(one)
    box.close()
    assert bring(tmp_path / "box").letters == len(raw)
