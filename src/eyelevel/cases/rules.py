"""Which case a word belongs to, and who waits for whom. Plain Python, no database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

TAG_SIGNS = 16  # 80 bits: an address that nobody guesses
_TOKEN = re.compile(r"(?P<number>[0-9]{1,12})-(?P<tag>[0-9a-z]{16})")


def token_of(*, number: int, tag: str) -> str:
    """What stands in the case address and in the subject: the number for people, the tag as proof."""
    return f"{number}-{tag}"


def read_token(token: str) -> tuple[int, str] | None:
    """Number and tag of a token, or None where it has another shape."""
    match = _TOKEN.fullmatch(token.strip().lower())
    return (int(match["number"]), match["tag"]) if match else None


Proof = Literal["token", "our-message", "their-message", "receipt"]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Why an arriving word may belong to a case: by a checked token, by our own Message-ID, by theirs, or by a receipt."""

    case_id: int
    person_id: int | None
    proof: Proof


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a word goes. `known` is False where the case is right but the sender is not the person of the case."""

    case_id: int | None
    known: bool


def place(claims: list[Claim], *, author_person: int | None) -> Place:
    """Choose the case. A stranger who merely names somebody's message gets a case of their own.

    A token or one of our own Message-IDs (130 random bits) shows that the writer has our mail; a reference to the
    person's own message shows nothing, because its id may be public.
    """
    for claim in claims:
        same = author_person is not None and claim.person_id == author_person
        if claim.proof == "receipt" or same:
            return Place(case_id=claim.case_id, known=True)
        if claim.proof in {"token", "our-message"}:
            return Place(case_id=claim.case_id, known=False)
    return Place(case_id=None, known=True)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A word that moves the clocks, or a closing. `strand` is the case in which it was said, before any merging;
    `order` counts what the house got to know, 0 for a closing.
    """

    at: datetime
    order: int
    strand: int
    what: Literal["heard", "ours", "closed"]


@dataclass(frozen=True, kw_only=True)
class Joined:
    """That a strand became part of another one, and when."""

    into: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """Who waits for whom since when, and the first word that a human of ours said."""

    waiting_since: datetime | None
    asked_since: datetime | None
    first_human_word_at: datetime | None


def clocks(words: Sequence[Said], *, joined: Mapping[int, Joined]) -> Clocks:
    """The clocks as everything said and closed so far makes them.

    An answer answers the words of its own strand, and of those that had been merged into it by then: what was said in
    one case before a merge does not answer what was asked in the other.
    """
    ours = [one for one in words if one.what == "ours"]
    ends = [one for one in words if one.what != "heard"]
    unanswered = [
        one.at for one in words if one.what == "heard" and not any(_settles(end, one, joined) for end in ends)
    ]
    waiting = min(unanswered, default=None)
    last = max((one.at for one in ours), default=None)
    closed = max((one.at for one in ends if one.what == "closed"), default=None)
    still_asked = waiting is None and last is not None and (closed is None or closed < last)
    return Clocks(
        waiting_since=waiting,
        asked_since=last if still_asked else None,
        first_human_word_at=min((one.at for one in ours), default=None),
    )


def _settles(end: Said, word: Said, joined: Mapping[int, Joined]) -> bool:
    """Does this answer or closing settle the word? Not one that was written before the word had been read."""
    if end.at < word.at or (end.what == "ours" and end.order < word.order):
        return False
    strand = word.strand
    while strand != end.strand:
        step = joined.get(strand)
        if step is None or step.at > end.at:
            return False
        strand = step.into
    return True


Obstacle = Literal["itself", "merged-already", "other-person", "keep-the-known", "somebody-follows"]


@dataclass(frozen=True, kw_only=True)
class Mergeable:
    """What decides whether two cases may become one. `followed`: somebody holds a receipt code of it."""

    case_id: int
    person_id: int | None
    merged: bool
    followed: bool


def why_not_merge(kept: Mergeable, merged: Mergeable) -> Obstacle | None:
    """None where the two may be merged: nobody may come to read another person's words by it.

    Two cases of one person may. A case of nobody known may be merged into another one as long as nobody can follow it
    by a code: we do not know whose code that would be.
    """
    if kept.case_id == merged.case_id:
        return "itself"
    if kept.merged or merged.merged:
        return "merged-already"
    if kept.person_id is not None and merged.person_id is not None:
        return None if kept.person_id == merged.person_id else "other-person"
    if kept.person_id is None and merged.person_id is not None:
        return "keep-the-known"
    followed = merged.followed or (kept.person_id is None and kept.followed)
    return "somebody-follows" if followed else None


@dataclass(frozen=True, kw_only=True)
class Later:
    """A post that came after a merge: what it refers to (oldest first), and whether it names the merged case itself."""

    post_id: int
    message_id: str
    references: Sequence[str]
    names_merged: bool


def followers(later: Sequence[Later], *, of_merged: Sequence[str], of_kept: Sequence[str]) -> set[int]:
    """The later posts that belong to the merged case by their thread; `of_...` are the Message-IDs of each side.

    Whoever wrote to the address or code of the merged case meant it; otherwise the newest known reference decides. What
    names nothing stays where it came in. `later` goes from old to new, so that a reply follows the reply before it.
    """
    side = dict.fromkeys(of_kept, False) | dict.fromkeys(of_merged, True)
    found: set[int] = set()
    for one in later:
        named = next((side[reference] for reference in reversed(one.references) if reference in side), False)
        goes = one.names_merged or named
        if goes:
            found.add(one.post_id)
        if one.message_id:
            side[one.message_id] = goes
    return found


Reason = Literal["frame", "given"]


def handed_on(*, holder: int | None, giver: int, taker: int | None, reason: Reason) -> Reason | Literal[""]:
    """Why a case was handed on: its holder, or somebody whose frame was too small for it, sent it to somebody else. Taking
    it oneself, and giving what nobody had, is none.
    """
    if taker is None or taker == giver or (holder is None and reason != "frame"):
        return ""
    return reason


TOO_OFTEN_WITHIN = timedelta(days=30)
TOO_OFTEN_CASES, TOO_OFTEN_PERCENT = 5, 30


def too_often(small: int, *, of: int) -> bool:
    """Is a kind of decision handed on too often? At least 5 cases and at least 30 % of its cases, within thirty days."""
    return small >= TOO_OFTEN_CASES and small * 100 >= of * TOO_OFTEN_PERCENT
