"""Handing a signed case out: not too often, and written down."""

from __future__ import annotations

import hashlib
import time

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eyelevel.cases import transcripts
from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.kernel.files import download
from eyelevel.kernel.policy import Actor, insist
from eyelevel.kernel.writer import write
from eyelevel.public import transcript
from eyelevel.public.pace import Pace
from eyelevel.transcript import press, signed
from eyelevel.transcript.printing import TooLong

MOST, SECONDS = 12, 60.0  # of one case
pace = Pace(most=MOST, seconds=SECONDS)


class NotNow(RuntimeError):
    """No file this time; the words say why, `status` says it to programs."""

    def __init__(self, words: str, *, status: int) -> None:
        super().__init__(words)
        self.status = status


def take(request: HttpRequest, case: Case, actor: Actor) -> HttpResponse:
    """The file that the form asks for. Raises NotNow."""
    insist(actor, "case.transcript", case)
    if not pace.take(case.pk, now=time.monotonic()):
        raise NotNow(_("That was often in a short time. Wait a minute, then save it again."), status=429)
    now = clock.now()
    try:
        kind: signed.Kind = "json" if request.POST.get("kind") == "json" else "pdf"
        file = transcript.make(case, kind=kind, language=_language(), now=now)
    except press.Busy as error:
        raise NotNow(
            _("Others are saving theirs right now. Try again in a few seconds."), status=503
        ) from error
    except TooLong as error:
        raise NotNow(
            _("This case is too long for one file. Write to us, we will send it in parts."), status=413
        ) from error
    digest = hashlib.sha256(file.content).hexdigest()
    write(transcripts.note_made, case, kind=kind, sha256=digest, by=actor.key, now=now)
    return download(file.content, name=file.name)


def _language() -> str:
    return "en" if (get_language() or "de").startswith("en") else "de"
