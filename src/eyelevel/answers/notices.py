"""The fixed texts that the house may send by itself. No stranger's word ever stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Name = Literal["received", "promise-at-risk", "promise-late"]
PROMISE_AT_RISK: Name = "promise-at-risk"  # the clock says so
PROMISE_LATE: Name = "promise-late"  # a colleague says so


@dataclass(frozen=True)
class Notice:
    subject: str
    text: str


_RECEIVED = {
    "de": Notice(
        "Ihre Nachricht ist angekommen [#{token}]",
        "Guten Tag,\n\nIhre Nachricht ist bei uns angekommen und hat die Nummer {number}. Ein Mensch liest sie und "
        "antwortet Ihnen.\n\nSie können auf diese Mail antworten oder Ihr Anliegen hier verfolgen:\n{page}\n"
        "Ihr Code: {code}\n\nDiese Bestätigung hat unser Server geschrieben. Alles Weitere schreiben Menschen.\n\n"
        "{company}\n",
    ),
    "en": Notice(
        "Your message has arrived [#{token}]",
        "Hello,\n\nyour message has reached us and has the number {number}. A person will read it and answer you."
        "\n\nYou can reply to this mail or follow your case here:\n{page}\nYour code: {code}\n\n"
        "Our server wrote this confirmation. Everything else is written by people.\n\n{company}\n",
    ),
}


def received(*, language: str, number: int, token: str, page: str, code: str, company: str) -> Notice:
    """The acknowledgement of a new case, German unless the person wrote English."""
    form = _RECEIVED["en" if language == "en" else "de"]
    return Notice(
        form.subject.format(token=token),
        form.text.format(number=number, page=page, code=code, company=company),
    )


# True also where it was kept and nobody has noted it: the clock knows only what stands in the ledger.
_NOT_NOTED = {
    "de": "Bis jetzt ist bei uns nicht vermerkt, dass es geschehen ist. Es kann also später werden.",
    "en": "So far it is not noted here as done. So it may be later than that.",
}
_NOT_IN_TIME = {
    "de": "Das schaffen wir bis dahin nicht.",
    "en": "We will not manage it by then.",
}
_WHO_TELLS = {
    "de": "{who} Ihnen, wo es steht.",
    "en": "{who} will tell you where it stands.",
}
_LATE = {
    "de": Notice(
        "Unsere Zusage bis {until} [#{token}]",
        "Guten Tag,\n\nin Fall {number} haben wir Ihnen etwas bis {until} Uhr zugesagt. {state} {tells}\n\n"
        "Sie können auf diese Mail antworten.{page}\n\n"
        "Diesen Text schickt unser Server, bevor die Zeit um ist. Alles Weitere schreiben Menschen.\n\n{company}\n",
    ),
    "en": Notice(
        "Our promise until {until} [#{token}]",
        "Hello,\n\nin case {number} we promised you something by {until}. {state} {tells}\n\n"
        "You can reply to this mail.{page}\n\n"
        "Our server sends this text before the time is over. Everything else is written by people.\n\n{company}\n",
    ),
}
_WHERE = {
    "de": " Was wir zugesagt haben, steht auch hier, mit Ihrem Code:\n{page}",
    "en": " What we promised also stands here, with your code:\n{page}",
}


def promise_late(
    *, language: str, number: int, token: str, until: str, owner: str, pressed: bool, page: str, company: str
) -> Notice:
    """A promise may not be kept in time. Only our own date and the name of a colleague stand in it, nothing that anybody
    wrote. `pressed`: a colleague said so; `owner` and `page` may be empty.
    """
    lang = "en" if language == "en" else "de"
    form, state = _LATE[lang], (_NOT_IN_TIME if pressed else _NOT_NOTED)[lang]
    someone = {"de": f"{owner} sagt" if owner else "Wir sagen", "en": owner or "We"}[lang]
    where = _WHERE[lang].format(page=page) if page else ""
    return Notice(
        form.subject.format(until=until, token=token),
        form.text.format(
            number=number, until=until, state=state, tells=_WHO_TELLS[lang].format(who=someone), page=where,
            company=company,
        ),
    )  # fmt: skip
