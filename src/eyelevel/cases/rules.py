"""Which case a word belongs to, and who waits for whom. Plain Python, no database."""

from __future__ import annotations

import re
from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Why an arriving word may belong to a case: by a checked token, by our own Message-ID, by theirs, or by a receipt."""

    case_id: int
    person_id: int | None
    proof: Literal["token", "our-message", "their-message", "receipt"]


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
