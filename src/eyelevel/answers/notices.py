"""The fixed texts that the house may send by itself. No stranger's word ever stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Name = Literal["received"]


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
