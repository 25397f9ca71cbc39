"""The small vocabulary of service that the objection check knows, German and English side by side.

Matters are what a sentence is about (a call back, a refund); statuses are what is so or not so (complete, readable).
All patterns are matched on folded text: lower case, ä = ae, ß = ss.
"""

from __future__ import annotations

import re

from eyelevel.kernel.text import folded

_MATTERS = {
    "call": r"ruck\w*ruf|ruckruf|rueckruf\w*|ruf\w*\b.{0,60}?\b(?:zurueck|an)\b|zurueckruf\w*|anruf\w*|anzurufen|telefonisch\w*"
    r"|call\w*\b|phone you|ring you|melde\w* (?:uns|mich)|hoeren sie von uns|get back to you|be in touch",
    "refund": r"erstatt\w*|rueckzahl\w*|gutschr\w*|gutschreib\w*|ueberweis\w*|refund\w*|reimburs\w*|credit(?:ed)?\b|pay(?:ing)? (?:you )?back",
    "delivery": r"liefer\w*|zustell\w*|versand\w*|versend\w*|verschick\w*|paket\w*|deliver\w*|ship\w*|parcel|dispatch\w*",
    "repair": r"reparat\w*|reparier\w*|techniker\w*|monteur\w*|repair\w*|technician|engineer",
    "price": r"preis\w*|kostet|kosten|gebuehr\w*|tarif\w*|rechnung\w*|beitrag\w*|price\w*|costs?\b|fees?\b|invoice\w*|charge\w*|contract says"
    r"|vertrag steht",
    "documents": r"unterlage\w*|dokument\w*|kopie\w*|scan\w*|formular\w*|antrag\w*|documents?|papers|cop(?:y|ies)|form\b",
    "change": r"umstell\w*|vertragsaender\w*|tarifwechsel\w*|wechsel\w*|aender\w*|switch\w*|change\w*",
    "cancel": r"kuendig\w*|stornier\w*|storno\w*|cancel\w*|terminat\w*",
    "activation": r"freischalt\w*|aktivier\w*|anschluss\w*|activat\w*|connect\w*",
    "number": r"rufnummer\w*|nummer\w*|portier\w*|phone number|porting|\bport\b",
    "appointment": r"termin\w*|appointment\w*|visit\w*|besuch\w*",
    "reply": r"antwort\w*|bescheid\w*|rueckmeld\w*|repl(?:y|ies)|answer\w*|respon\w*",
}  # fmt: skip
_STATUSES = {
    "complete": (r"\bvollstaendig\w*|\bkomplett\w*|\bcomplete\b", r"\bunvollstaendig\w*|\bincomplete\b|\bfehl(?:t|en)\b|\bmissing\b"),
    "readable": (r"\blesbar\w*|\bleserlich\w*|\blegible\b|\breadable\b", r"\bunlesbar\w*|\bunleserlich\w*|\billegible\b|\bunreadable\b"),
    "received": (
        r"\b(?:eingegangen|angekommen|eingetroffen|erhalten|liegen\s+uns\s+vor|liegt\s+uns\s+vor|received|arrived)\b",
        r"\bnever\s+(?:received|arrived)\b|\bnie\s+(?:erhalten|eingegangen|angekommen)\b",
    ),
    "possible": (r"\bmoeglich\b|\bpossible\b|\bcan\s+be\b", r"\bunmoeglich\b|\bimpossible\b|\bausgeschlossen\b|\bcannot\b|\bcan't\b"),
    "done": (r"\b(?:erledigt|abgeschlossen|geloest|behoben|done|completed|resolved|fixed)\b", r"\bunresolved\b|\boffen\b|\bpending\b"),
    "cancelled": (r"\b(?:gekuendigt|storniert|cancelled|canceled|terminated)\b", r"\bungekuendigt\b"),
    "entitled": (r"\banspruch\b|\bentitled\b|\bgarantie\b|\bwarranty\b", r"\bkeinen?\s+anspruch\b|\bkeine\s+garantie\b|\bno\s+warranty\b|\bnot\s+entitled\b"),
    "free": (r"\bkostenlos\w*|\bkostenfrei\w*|\bfree\s+of\s+charge\b", r"\bkostenpflichtig\w*|\bfor\s+a\s+fee\b"),
}  # fmt: skip
_ALONE = frozenset({"complete", "readable"})
_NOT = re.compile(r"\b(?:nicht|kein\w*|nie|niemals|not|no|never|n't|cannot|without|ohne)\b|n't\b")
_LEAD = re.compile(r"\b(?:nicht|not|kein\w*|never|nie)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{4,}")
_STOP = frozenset(
    "guten hallo sehr geehrte geehrter frau herr liebe lieber gruessen gruesse freundlichen viele vielen dank danke bitte ihre ihren"
    " ihrem ihrer ihnen diese dieser dieses diesen unser unsere unseren unserem eine einen einem einer haben hatte hatten werden wird"
    " wurde wurden sind sein kann koennen noch schon auch aber oder dass wenn weil nach ueber unter zwischen heute morgen gestern"
    " montag dienstag mittwoch donnerstag freitag samstag sonntag woche wochen tage tagen hello dear regards kind thank thanks please"
    " your yours this that these those have will would been were from with within about today tomorrow monday tuesday wednesday"
    " thursday friday saturday sunday week weeks days euro euros".split()
)

_matter_patterns = {name: re.compile(pattern) for name, pattern in _MATTERS.items()}
_status_patterns = {name: (re.compile(yes), re.compile(no)) for name, (yes, no) in _STATUSES.items()}


def matters(plain: str) -> frozenset[str]:
    """What a folded sentence is about."""
    return frozenset(name for name, pattern in _matter_patterns.items() if pattern.search(plain))


def content_words(plain: str) -> frozenset[str]:
    """The words that carry the matter, cut to their first seven letters so that most endings meet."""
    return frozenset(word[:7] for word in _WORD.findall(plain) if word not in _STOP)


def statuses(plain: str) -> frozenset[tuple[str, bool]]:
    """What the sentence says is so (True) or not so (False)."""
    found = set()
    for name, (yes, no) in _status_patterns.items():
        opposite = no.search(plain)
        if opposite is not None:
            found.add((name, False))
        elif (match := yes.search(plain)) is not None:
            found.add((name, not _denied(plain, match)))
    return frozenset(found)


def _denied(plain: str, match: re.Match[str]) -> bool:
    """A negation shortly before, in the same clause; "not only" denies nothing."""
    before = re.split(r"[,;:–]", plain[max(0, match.start() - 40) : match.start()])[-1]
    return bool(_NOT.search(before)) and not re.search(r"\b(?:nicht nur|not only)\b", before)


def alone(name: str) -> bool:
    """Does this status clash even where the two sentences name no common matter?"""
    return name in _ALONE


def words_for(name: str, sentence: str) -> str:
    """The words of the sentence that state it, with their negation, for marking; else the whole sentence."""
    yes, no = _status_patterns[name]
    for match in re.finditer(r"[\w’'-]+", sentence):
        word = folded(match[0])
        if no.search(word) or yes.search(word):
            lead = _LEAD.search(sentence[: match.start()])
            return sentence[lead.start() if lead else match.start() : match.end()]
    return sentence
