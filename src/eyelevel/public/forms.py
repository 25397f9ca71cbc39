"""What a stranger may fill in: bounds that hold before anything is kept, and words for what is wrong."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from eyelevel.channels.contract import Part
from eyelevel.channels.form.read import Filled
from eyelevel.kernel import addresses, clock, text

FORM = "form"
TOKEN_IS_VALID_SECONDS = 24 * 3600.0
MOST_TEXT = 20_000
MOST_NAME = 200
MOST_SUBJECT = 300


class Wrong(ValueError):
    """Something in the form is not as it must be; the text is for the person."""


@dataclass(frozen=True)
class Draft:
    """What the page shows again when something was wrong."""

    subject: str = ""
    text: str = ""
    name: str = ""
    mail: str = ""


def new_token() -> str:
    """A signed token for one filling of a form; without it nothing is taken."""
    nonce = {"n": secrets.token_urlsafe(16)}
    return str(settings.KEYS.seal(FORM, nonce, now=clock.real_now(), seconds=TOKEN_IS_VALID_SECONDS))


def nonce_of(request: HttpRequest) -> str:
    """The nonce of this filling. Raises Wrong where the token is forged or too old."""
    held = settings.KEYS.open_sealed(FORM, request.POST.get("token", ""), now=clock.real_now())
    if held is None:
        raise Wrong(
            _("This form was open for more than a day. Your text is still here: please send it again.")
        )
    return str(held["n"])


def draft_of(request: HttpRequest) -> Draft:
    """The fields as typed, cut to what the page could show."""
    get = request.POST.get
    return Draft(
        subject=get("subject", "")[:MOST_SUBJECT], text=get("text", "")[:MOST_TEXT], name=get("name", "")[:MOST_NAME],
        mail=get("mail", "")[:320],
    )  # fmt: skip


def filled(request: HttpRequest) -> Filled:
    """The form as it is kept. Raises Wrong with words for the person."""
    words = text.clean(request.POST.get("text", ""))
    if not words.strip():
        raise Wrong(_("Your message is still empty."))
    if len(words) > MOST_TEXT:
        raise Wrong(
            _("Your message is longer than %(most)s signs. Please shorten it, or attach a file.")
            % {"most": MOST_TEXT}
        )
    try:
        mail = addresses.address_of(request.POST.get("mail", ""))
    except addresses.NoAddress as wrong:
        raise Wrong(str(wrong)) from wrong
    return Filled(
        text=words,
        subject=text.one_line(request.POST.get("subject", ""), MOST_SUBJECT),
        name=text.one_line(request.POST.get("name", ""), MOST_NAME),
        mail=mail,
        language="en" if (get_language() or "de").startswith("en") else "de",
        parts=parts_of(request),
    )


def parts_of(request: HttpRequest) -> tuple[Part, ...]:
    """The uploaded file, if any. Raises Wrong where it is too large."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        return ()
    if file.size > settings.ENV.max_upload:
        raise Wrong(_("This file is too large."))
    return (
        Part(
            name=text.one_line(file.name or "", 255),
            media_type=(file.content_type or "")[:120],
            content=file.read(),
        ),
    )


def event_of(nonce: str, packed: bytes) -> str:
    """Sending the same filling twice is one event; changed words are another."""
    return f"{nonce}:{hashlib.sha256(packed).hexdigest()[:24]}"
