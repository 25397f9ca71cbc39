"""Whom a sentence binds: what was said to somebody else stands against a draft only where it was not meant for them alone."""

from __future__ import annotations

import re
from typing import Literal

from eyelevel.word.claims import Claim
from eyelevel.word.comparing import Kind

Near = Literal["person", "article", "number", "linked", "public", "others"]
"""Why a statement counts: said to this person, in an article of ours, about the same number, on a linked case, in public, or to others alike."""

_THEIRS = re.compile(
    r"\b(?:ihr|ihre[mnrs]?|dein|deine[mnrs]?|euer|eure[mnrs]?|your|yours)\b"
)  # folded: "Ihre" of the reader and "ihre" of a third party are one word here, and both bind nobody else
_TOWARDS = re.compile(
    r"\b(?:(?:rufe|melde|schicke|sende|erstatte|ueberweise|zahle|schreibe|informiere|benachrichtige|besuche|treffe|erwarte)\w*\s(?:\w+\s){0,3}(?:sie|ihnen|dich|dir|euch)"
    r"|(?:sie|ihnen|dich|dir|euch)\s(?:\w+\s){0,6}(?:zurueck|anrufen|erstatte\w*|ueberweisen|schicken|senden|zurueckrufen|melden)"
    r"|(?:call|refund|send|write|pay|email|mail|contact|ring|phone|visit|meet|see|expect|tell|told|credit|owe)\s(?:\w+\s){0,2}you)\b"
)
_OF_ONE = re.compile(
    r"\b(?:termin|rechnung|lieferung|paket|sendung|bestellung|auftrag|antrag|erstattung|gutschrift|entschaedigung|buchung|reservierung|abschlag|nachzahlung"
    r"|appointment|invoice|bill|delivery|parcel|order|refund|credit|compensation|claim|application|booking|reservation|reimbursement)(?:s|en|e)?\b"
)  # each customer has one of their own: its sum, day or place says nothing about another's
_OF_THE_MOMENT: frozenset[Kind] = frozenset({"date", "status", "responsibility"})


def counts(kind: Kind, new: Claim, old: Claim, near: Near) -> bool:
    """Does a clash with a statement of this kind concern the reader of the draft?"""
    if near in {"person", "article", "number"}:
        return True
    if any(_TOWARDS.search(one.line) for one in (new, old)):
        return False
    if near == "linked":
        return True
    if any(_THEIRS.search(one.line) for one in (new, old)):
        return False
    if kind != "policy" and _OF_ONE.search(new.line) and _OF_ONE.search(old.line):
        return False
    return near == "public" or kind not in _OF_THE_MOMENT
