"""The mirror as the composer shows it: how much of a draft stands in earlier answers, where, and what it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.word import mirror
from eyelevel.word.naming import Thing

MOST_PASSAGES = 12
MOST_SIGNS = 400  # of a passage


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Words of the draft, and in how many earlier answers they stand."""

    words: str
    answers: int


@dataclass(frozen=True, kw_only=True)
class Shown:
    """`percent` None: there is nothing of our own to measure yet. `whole` False: only the beginning was compared."""

    percent: int | None
    passages: Sequence[Passage]
    more: int
    named: Sequence[str]
    missed: Sequence[str]
    whole: bool


EMPTY = Shown(percent=None, passages=(), more=0, named=(), missed=(), whole=True)


def of(case: Case, draft: str) -> Shown | None:
    """None: not checked."""
    if not draft.strip():
        return EMPTY
    look = mirror.tried(draft, case_id=case.pk, now=clock.now())
    if look is None:
        return None
    share = look.share
    return Shown(
        percent=share.percent if share.own else None,
        passages=[_passage(draft[one.start : one.end], one.answers) for one in share.spans[:MOST_PASSAGES]],
        more=max(0, len(share.spans) - MOST_PASSAGES),
        named=_words(look.specificity.named), missed=_words(look.specificity.missed), whole=look.whole,
    )  # fmt: skip


def _passage(words: str, answers: int) -> Passage:
    flat = " ".join(words.split())
    return Passage(
        words=flat if len(flat) <= MOST_SIGNS else f"{flat[:MOST_SIGNS].rstrip()} …", answers=answers
    )


def _words(things: Sequence[Thing]) -> Sequence[str]:
    return [" ".join(one.words.split()) for one in things]
