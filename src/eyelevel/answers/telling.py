"""Telling a person of another day: dates in their language, and the sentence that goes into the colleague's draft."""

from __future__ import annotations

from datetime import datetime

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from eyelevel.answers import actions, reads
from eyelevel.cases import reads as cases
from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.people.models import Staff
from eyelevel.word import promises, standing_in
from eyelevel.word.models import Promise


def day_and_time(moment: datetime, *, language: str) -> str:
    """As "Tuesday, 24 November, 12:00" in the zone of the house, with the year where it is not this one."""
    with translation.override("en" if language == "en" else "de"):
        local, today = timezone.localtime(moment), timezone.localtime(clock.now())
        form = "l, j F" if language == "en" else "l, j. F"
        day = formats.date_format(local, form if local.year == today.year else f"{form} Y")
        return f"{day}, {local:%H:%M}"


def news_of(row: Promise, *, due_to: datetime, reason: str, language: str) -> str:
    """The sentence that tells the person of another day, in their language; the colleague may change it."""
    with translation.override("en" if language == "en" else "de"):
        said = {
            "words": row.text, "reason": reason.rstrip(". "),
            "date": day_and_time(due_to, language=language),
        }  # fmt: skip
        return _("Correction to our promise “%(words)s”: %(reason)s. The new date is %(date)s.") % said


def move(row: Promise, case: Case, *, due_to: datetime, reason: str, by: Staff, now: datetime) -> str:
    """Another day, and the sentence that says so at the end of the colleague's draft: nothing leaves by this.

    Returns the sentence. Raises what promises.postpone raises.
    """
    promises.postpone(row, due_to=due_to, reason=reason, by=by, now=now)
    standing_in.pass_on(row, now=now)
    said = news_of(row, due_to=due_to, reason=reason, language=case.person.language if case.person else "")
    draft = reads.open_draft(case, staff_id=by.pk)
    words = f"{draft.text.rstrip()}\n\n{said}".lstrip() if draft is not None else said
    handle = draft.handle if draft is not None else reads.default_handle(case)
    actions.save_draft(case, staff=by, text=words, handle=handle, seen=cases.newest_post_id(case.pk), now=now)
    return said
