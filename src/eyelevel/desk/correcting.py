"""An open correction: the words that tell the reader that something now reads otherwise, put before the sentence in question."""

from __future__ import annotations

from datetime import datetime

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from eyelevel.kernel.search import analysis
from eyelevel.word.rules import Objection
from eyelevel.word.tokens import greeting_of

HEARD_BY_THE_READER = frozenset({"person", "public"})


def name_of(one: Objection) -> str:
    """By which a form names an objection."""
    return f"{one.statement_id}.{one.draft_start}"


def offered(one: Objection) -> bool:
    """Only what the reader may have heard can be corrected before them."""
    return one.near in HEARD_BY_THE_READER


def corrected(draft: str, one: Objection, *, said_at: datetime, now: datetime, language: str) -> str:
    """The draft with the opener before the sentence that clashes, behind a greeting in the same line."""
    start = (
        one.draft_start
        if draft.startswith(one.draft_sentence, one.draft_start)
        else draft.find(one.draft_sentence)
    )
    start = max(start, 0)  # not found where hidden signs stand in it
    start += len(greeting_of(draft[start : start + len(one.draft_sentence)]))
    opener = _opener(
        said_at, now=now, public=one.near == "public", language=analysis.language_of(draft) or language
    )
    if draft[:start].rstrip().endswith(","):  # the greeting goes on in small letters
        opener = opener[:1].lower() + opener[1:]
    return f"{draft[:start]}{opener}{_capital(draft[start:])}"


def _capital(rest: str) -> str:
    return rest[:1].upper() + rest[1:]


def _opener(said_at: datetime, *, now: datetime, public: bool, language: str) -> str:
    with translation.override("en" if language == "en" else "de"):
        local, today = timezone.localtime(said_at), timezone.localtime(now)
        if local.date() == today.date():
            at = local.strftime("%H:%M")
            told = (
                _("Unlike what we wrote in public today at %(time)s: ")
                if public
                else _("Unlike what we told you today at %(time)s: ")
            )
            return told % {"time": at}
        form = "l, j F" if language == "en" else "l, j. F"
        day = formats.date_format(local, form if local.year == today.year else f"{form} Y")
        told = (
            _("Unlike what we wrote in public on %(day)s: ")
            if public
            else _("Unlike what we told you on %(day)s: ")
        )
        return told % {"day": day}
