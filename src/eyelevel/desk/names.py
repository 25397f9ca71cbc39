"""How channels, roles, remarks, reasons and states are called at the desk. See WORDS.md."""

from __future__ import annotations

import re
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eyelevel.cases.actions import NOT_THE_PERSON
from eyelevel.cases.asking import NOT_THE_ASKED, TOO_LATE
from eyelevel.cases.models import Link
from eyelevel.cases.reads import Shelf
from eyelevel.cases.rules import Obstacle
from eyelevel.channels import ways
from eyelevel.channels.contract import FEED_GONE, RECORDING_OVER
from eyelevel.desk import troubles
from eyelevel.moving.rules import HELD
from eyelevel.outbox.models import Sending
from eyelevel.people.models import Handle
from eyelevel.posts.actions import FAILED_SENDER, REACHES_NOBODY
from eyelevel.posts.importing import IMPORTED
from eyelevel.posts.overheard import EVIDENCE
from eyelevel.posts.withdrawn import DELETED
from eyelevel.word.comparing import Kind
from eyelevel.word.reach import Near

Tone = Literal["", "good", "warn", "bad"]
ENTERED_BY = "entered-by:"


def channel(name: str) -> str:
    return {
        "mail": _("by mail"), "form": _("by form"), "phone": _("by phone"), "letter": _("by letter"),
        "paste": _("on the net"), "note": _("note"), "receipt": _("on the receipt page"),
        "guest": _("by the link"),
        "bluesky": _("on Bluesky"), "feed": _("in a feed"), "replay": _("replayed"), "webhook": _("by webhook"),
    }.get(name, name)  # fmt: skip


def to_whom(handle: Handle) -> str:
    """One choice of the composer: who gets the answer, and by which way."""
    if handle.channel == ways.BLUESKY:
        return _("%(name)s, publicly on Bluesky") % {"name": handle.name or handle.address}
    return _("%(name)s <%(address)s> by mail") % {"name": handle.name, "address": handle.address}


def shelf(name: Shelf) -> str:
    return {
        "now": _("Now"), "mine": _("Mine"), "unassigned": _("Nobody’s"), "alarms": _("Alarms"),
        "snoozed": _("Put off"), "closed": _("Closed"), "promises": _("Promises"),
    }[name]  # fmt: skip


def role(name: str) -> str:
    return {"agent": _("agent"), "supervisor": _("supervisor"), "operator": _("operator")}.get(name, name)


def silence(why: str) -> str:
    """Why the language model said nothing; empty where it did."""
    return {
        "unreachable": _("it does not answer in time"), "refused": _("it refuses the question"),
        "unusable": _("what it said is no list of quotes"), "busy": _("it is answering a colleague, ask again"),
    }.get(why, "")  # fmt: skip


def near(why: Near) -> str:
    """Why a statement counts that was not made to this person alone; empty where it was."""
    return {
        "person": "", "article": "", "number": _("to somebody else, about the same number"), "linked": _("on a linked case"),
        "public": _("in public"), "others": _("to somebody else"),
    }[why]  # fmt: skip


def objection(kind: Kind) -> str:
    return {
        "date": _("another date"), "amount": _("another amount"), "yes_no": _("the opposite"),
        "status": _("another status"), "cause": _("another cause"), "responsibility": _("somebody else’s task"),
        "policy": _("another rule"), "quantity": _("another number"), "place": _("another place"),
    }[kind]  # fmt: skip


def remark(code: str) -> tuple[Tone, str]:
    """A remark of a reader or a room as a mark: its tone and its words."""
    name, _sep, rest = code.partition(":")
    if code.startswith(ENTERED_BY):
        return "", _("entered by %(name)s") % {"name": rest}
    known: dict[str, tuple[Tone, str]] = {
        FAILED_SENDER: ("bad", _("the sender’s server says: not from this address")),
        NOT_THE_PERSON: ("warn", _("not from the known address: unverified")),
        NOT_THE_ASKED: ("bad", _("not from the address that was asked: unverified")),
        REACHES_NOBODY: ("bad", _("reaches nobody: no address is known, and nobody has a code for the receipt page")),
        TOO_LATE: ("warn", _("came after the question had ended")),
        IMPORTED: ("", _("imported from an archive")),
        EVIDENCE: ("", _("evidence, not a word of the person of this case")),
        "re-timed": ("warn", _("its time is made up: the collection has none")),
        "replayed": ("", _("replayed")),
        "no-date": ("", _("names no date; this is when it was heard")),
        "edited": ("", _("edited by its author")),
        "passed-on": ("", _("passed on")),
        "base64-broken": ("warn", _("part of it was damaged on the way")),
        "charset-unknown": ("", _("unknown character set, read as well as possible")),
        "signs-replaced": ("", _("some signs could not be read")),
        "cut-when-heard": ("", _("very long text, only its beginning was kept")),
        DELETED: ("warn", _("deleted by its author")),
        "delivery-delayed": ("warn", _("a delivery is delayed")),
        "empty": ("", _("nothing is written in it")),
        "encrypted": ("warn", _("encrypted: we cannot read it")),
        "no-sender": ("warn", _("names no sender")),
        "several-senders": ("warn", _("names several senders")),
        "header-cut": ("", _("a very long header was cut")),
        "headers-cut": ("", _("too many headers, the rest was left out")),
        "oversize-cut": ("warn", _("too large, only its beginning was fetched")),
        "parts-cut": ("warn", _("too many parts; some are only in the raw mail")),
        "recipients-cut": ("", _("too many recipients, the rest was left out")),
        "subject-cut": ("", _("long subject cut")),
        "text-cut": ("warn", _("long text cut; the whole stands in the raw mail")),
        "too-deep": ("warn", _("nested too deep; the rest stands in the raw mail")),
    }  # fmt: skip
    return known.get(name, ("", code))


def obstacle(why: Obstacle) -> str:
    """Why two cases cannot become one."""
    return {
        "itself": _("This is the same case."),
        "merged-already": _("One of the two was merged already. Look at the case that it is in now."),
        "other-person": _(
            "These cases belong to two persons. Merged, one would read the other’s words on the receipt page. Link them instead."
        ),
        "keep-the-known": _("Nobody knows whose this case is. Keep the other one, whose person is known."),
        "somebody-follows": _(
            "Nobody knows whose case it is, but somebody holds a code for it and would read along. Link them instead."
        ),
    }[why]  # fmt: skip


def link(kind: str, *, forth: bool) -> str:
    """How a linked case is called, seen from `one` (forth) or from `other`."""
    if kind == Link.Kind.DUPLICATE:
        return _("says the same as") if forth else _("is said again in")
    if kind == Link.Kind.FOLLOWS:
        return _("follows from") if forth else _("is followed by")
    return _("has to do with")


def unreadable(reason: str) -> str:
    return {
        "too-large": _("too large"), "time": _("took too long to read"), "memory": _("needed too much memory"),
        "crash": _("broke the reader"), "syntax": _("not a message"), "too-deep": _("nested too deep"),
        "empty": _("nothing came"), "no-reader": _("no reader for this channel"),
    }.get(reason, reason)  # fmt: skip


def state(name: str) -> tuple[Tone, str]:
    """A sending's state."""
    known: dict[str, tuple[Tone, str]] = {
        Sending.State.WAITING: ("warn", _("waits")),
        Sending.State.DELIVERED: ("good", _("delivered")),
        Sending.State.UNDELIVERED: ("bad", _("came back undelivered")),
        Sending.State.UNKNOWN: ("bad", _("perhaps delivered")),
        Sending.State.DEAD: ("bad", _("not delivered")),
        Sending.State.WITHDRAWN: ("", _("taken back")),
    }
    return known.get(name, ("", name))


def last_word(text: str) -> str:
    """What the other side said at last, or why we hold it."""
    return _("held by a move: the former house may have sent it") if text == HELD else troubles.said(text)


def is_held(text: str) -> bool:
    """Does it stand still because the house moved?"""
    return text == HELD


def step(name: str) -> str:
    """What work of the house does, in words."""
    return {
        "posts.read_arrival": _("read what came in"), "moving.mails.read_again": _("read an imported mail again"),
        "cases.open_or_join": _("find the case of a post, or open one"), "answers.take_bounce": _("understand a returned mail"),
        "posts.withdrawn.mark_deleted": _("mark what its author deleted"), "cases.overheard.forget_title": _("take back the title of a case whose word was deleted"),
        "cases.overheard.open_wanted": _("open a case for a public word"),
        "listening.became.mark_became": _("note on the radar what became of a word"),
        "listening.leaving.forget_author": _("delete what was kept of somebody who asked not to be heard"),
        "people.left_out.lapse": _("forget a wish that was not proven"), "answers.acknowledge": _("say that a letter has arrived"),
        "cases.raise_silence_alarm": _("raise the silence alarm"), "cases.wake": _("bring back a case that was put off"),
        "cases.bulk.wake_together": _("bring back cases that were put off together"), "cases.asking.remind": _("remind of a question"),
        "cases.asking.take_reply": _("take in the answer to a question"), "word.promises.remind": _("remind of a promise"),
        "word.promises.lapse": _("note that a promise was not kept"), "hooks.decisions.carry_out": _("carry out a decision"),
        "answers.foretelling.foretell": _("tell a person that a promise will be late"),
        "word.standing_in.begin": _("hand promises to whoever stands in"), "knowledge.doubts.fall_due": _("note that an article must be looked at again"),
        "answers.articles.compare": _("hold an answer against the articles"), "word.canned.learn": _("learn what an answer consists of"), "word.canned.learn_all": _("learn what earlier answers consist of"),
    }.get(name, name)  # fmt: skip


def door(kind: str, where: str) -> str:
    return {
        "form": _("Form on our page"), "smtp-in": _("Mail by SMTP"), "lmtp-in": _("Mail by LMTP"),
        "imap": _("Mailbox"), "smtp-out": _("Outgoing mail"),
    }[kind] + (f" {where}" if where else "")  # fmt: skip


def source(kind: str) -> str:
    return {
        "bluesky": _("Bluesky, all of it"), "firehose": _("One Bluesky server"), "feed": _("A feed or a blog"),
        "mastodon": _("A tag on Mastodon"), "replay": _("A recording"), "webhook": _("A webhook"),
        "bluesky-account": _("An account on Bluesky that answers"),
    }.get(kind, kind)  # fmt: skip


def source_remark(remark: str) -> str:
    return (
        _("it has no times of its own: they are drawn by chance")
        if remark == "re-timed"
        else troubles.said(remark)
    )


def source_end(why: str) -> str:
    """Why a source says no more: a colleague's word, or what its adapter said when there was no more to come."""
    if not why:
        return _("ended by a colleague")
    over = re.fullmatch(RECORDING_OVER.replace("%d", r"(\d+)"), why)
    if over:
        count = int(over[1])
        return ngettext(
            "the recording is over: %(num)s entry", "the recording is over: %(num)s entries", count
        ) % {"num": count}
    return _("the feed is gone for good (410)") if why == FEED_GONE else why


def fault(part: str, words: str) -> str:
    """What is wrong with a source that was typed."""
    said = {
        "name": _("Give it a name."), "address": _("This address does not answer as it should."),
        "file": _("There is no such recording."), "number": _("One of the numbers is none, or out of bounds."),
        "login": _("The login did not work: check handle, app password and server."), "kind": _("Choose what to connect."), "tag": _("A tag is one word of letters and digits."),
    }[part]  # fmt: skip
    return f"{said} {troubles.said(words)}".strip()
