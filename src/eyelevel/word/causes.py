"""Why something happened and who does something, as far as small words tell it, and where things are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from eyelevel.word.claims import KEPT, Claim
from eyelevel.word.tokens import Token, unnamed

_CAUSE_BEHIND = re.compile(
    r"\b(?:weil|wegen|aufgrund|auf\s?grund|dank|durch|infolge|verursacht\sdurch|grund\sdafür\s(?:ist|war)|grund\sfür\s[^,.]{3,50}?\s(?:ist|war|sind|waren)|"
    r"schuld\san\s[^,.]{3,40}?\s(?:ist|war|sind|waren)|ursache(?:\s(?:für|von|der|des|dafür)\s[^,.]{3,40}?)?(?:\s(?:ist|war|waren)|:)?|(?:ist|sind|war|waren)\sauf(?=\s[^.]{3,60}\szurückzuführen)|(?:ergibt|ergeben|ergab)\ssich\saus|nachdem|ausgelöst\s(?:hat|haben|wurde|durch)(?:\s(?:den|die|das)\s\w+)?|grund\s(?:war|ist|dafür)|(?:lag|liegt|lagen|liegen)(?:\s[^,.]{3,30})?\s(?:an|am|daran)|"
    r"(?:kam|kommt|kamen|rührt|entstand|entsteht|stammt|entstanden)(?:\s[^,.]{3,40}?)?\s(?:von|vom|durch|aus)|geht\sauf|gehen\sauf|"
    r"because(?:\sof)?|da(?=\s(?:niemand|sie|ihre?|das|die|der|wir|es|kein\w*)\s)|due\sto|owing\sto|caused\sby|thanks\sto|(?:come|came|comes|result|results|resulted|stem|stems|stemmed|died|arose)\s(?:from|by)|down\sto|"
    r"as\sa\sresult\sof|on\saccount\sof|reason\s[^,.]{3,50}?\s(?:is|was)|reason\s(?:is|was)|since|set\soff\sby|the\sresult\sof|put\sdown\sto|after(?=\s(?:something|somebody|someone|you|your|it|they|a|an|the)\s)|as(?=\s(?:you|your|it|they|there|the|he|she|we)\s)|through(?=\s(?:lack|your|our|a|the)\s)|was\sa\smistake|an?\serror\s(?:in|by)|reflects|(?:our|the)\s[^,.]{3,20}'s\s(?=error|fault|mistake))\b",
    re.IGNORECASE,
)
_CAUSE_BEFORE = re.compile(
    r"(?P<cause>[^,.;:]{4,80}?)\s(?:ist|war|waren)\s(?:daran\s|allein\s)?schuld\b|(?P<cause3>[^,.;:]{4,80}?)\s(?:führte\szu|hat\s[^,.;:]{3,40}\s(?:ausgelöst|verursacht)|löste\s[^,.;:]{3,40}\saus)\b|(?P<cause2>[^,.;:]{4,80}?)\s(?:caused|led\sto|set\soff|triggered|damaged|is\sto\sblame|was\sto\sblame|made)\b",
    re.IGNORECASE,
)
_NO_CAUSE = re.compile(
    r"\bsince\s(?:\d|monday|tuesday|wednesday|thursday|friday|last|then|the|january|february|march|april|may|june|july|august)|\bdurch\sdie\s(?:tür|stadt)",
    re.IGNORECASE,
)

_YOURS = re.compile(
    r"\b(?:selbst|selber|yourself|yourselves|themselves|up\sto\s(?:you|the)|(?:is|are)\syours\sto|your\sown\s(?:affair|job|task|expense|risk|responsibility)|ihre\s(?:sache|aufgabe|angelegenheit)|"
    r"(?<!für\s)(?<!an\s)(?<!von\s)(?<!for\s)(?<!to\s)(?<!by\s)(?<!from\s)(?:die|alle|jede[rs]?|the|all|those|each|every)\s(?:einzelne\s)?(?:mieter|bewohner|reisende|teilnehmer|gäste|nutzer|anwohner|tenants?|residents?|travellers?|guests?|users?|renting|plot\sholders?)\b|your\s(?:own\s)?(?:affair|problem|concern)|you(?:'ll|\swill|\swould)?\s(?:must|need\sto|have\sto|should|are\sresponsible)|(?:tenants|guests|customers|residents|members|parents|visitors|leaseholders)\s(?:must|should|have\sto|dismantle|need\sto|are\sresponsible)|"
    r"^\s*you\s(?:file|send|pay|bring|book|arrange|fill|collect|clean|clear|order|return|sign|supply|provide|organise|check|wash)\b|by\s(?:you|the\stenant|the\scustomer)|(?:could|would|can)\syou|(?:müssen|müssten|sollten|beauftragen|besorgen|bringen|übernehmen|kümmern|sorgen|zahlen|tragen|lassen|bestellen|organisieren|reichen)\sSie|Sie\s(?:müssen|müssten|sollten|selbst|als\sMieter\w*)|"
    r"(?:für|um)\s[^,.;]{3,60}\s(?:sorgen|kümmern)\sSie|\b(?!haben|sind|bekommen|erhalten|finden|können|dürfen|werden|zahlen|kommen)\w+en\sSie(?=\s(?:bitte|doch|sich|selbst|die|den|das|dem|ihre?n?)\b)|sind\sSie\s(?:selbst\s)?(?:verantwortlich|zuständig|dran)|zu\sLasten\sder\s\w+|auf\sihre\skosten|(?:erledigen|machen|übernehmen|räumen|tragen|zahlen|säubern|reinigen|putzen)\s[^,.;]{0,40}\b(?:mieter|bewohner|eltern|gäste|teilnehmer|mitglieder|nutzer|kunden|eigentümer|anwohner)|(?:jeder|jede)\s(?:reisende|mieter|teilnehmer|gast|kunde|nutzer)|(?:is|it's|are)\s(?:also\s)?your\s(?:job|task|responsibility|business)|leave\s[^,.;]{3,40}\sto\syou|at\s(?:the\s)?(?:tenant|customer|member|guest|owner)s?'?s?\s(?:cost|expense)|in\syour\shands|(?:each|every)\s(?:traveller|tenant|guest|member|customer|resident|player|owner)|(?:residents|tenants|members|guests|parents|plot\sholders|owners|neighbours|customers)\s(?:take|are|do|have|see|clear|clean|pay|look|bring|share)\b|you\s(?:look\safter|take\scare\sof|arrange|organise|see\sto|deal\swith)|(?:liegt|liegen)\s(?:bei|in)\s(?:ihnen|ihrer)|ihnen\süberlassen|überlassen\swir\s(?:ihnen|euch)|for\syou\sto\s\w+|zahlen\sSie\sselbst|have\sto\ssee\sto|wir\shaften\snicht|nicht\sunsere\sAufgabe|isn't\spart\sof\sour|is\snot\spart\sof\sour|not\sour\s(?:job|responsibility)|bring\syour\sown)\b"
    r"|(?:^|^\s*(?:liebe|dear)\s\w+,)\s*(?:bitte|please)\s(?!note|find|accept|beachten|entschuldigen|come|kommen|board|don't|do\snot|verzeihen)\w+|,\s(?:bitte|please)\s\w+\s(?:sie\s)?[^,.]{0,60}\bselbst\b|\bplease\s\w+\s[^,.]*\byour(?:self|selves)\b",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"\b(?:wir|we|we'll|we've)\b(?!\s(?:haften\snicht|reinigen\snicht|don't|do\snot|can't|cannot|won't|expect|bitten))|(?<!\bin\s)(?<!\ban\s)(?<!\bim\s)(?<!\bbei\s)(?<!\bof\s)(?<!\bat\s)(?<!\bfrom\s)(?<!\bto\s)(?<!\bvon\s)(?<!\bzu\s)(?<!\bauf\s)(?<!\bmit\s)\b(?:unser(?:e|em|en|er)?|our)\s(?:[\w-]+\s)?[\w-]+\s|\b(?:unsere\sSache|unsere\sAufgabe|our\s(?:job|responsibility)|by\sour|by\sus)\b"
    r"|\b(?:vermieter|landlord|council|stadt|caretaker|hausmeister|gemeinde|verwaltung|hausverwaltung|genossenschaft|bauhof|school|schule|warden|janitor)\b",
    re.IGNORECASE,
)

_PLACE_NOUNS = frozenset(
    "schulhof hof halle turnhalle sporthalle saal aula mensa raum zimmer filiale zweigstelle buero platz marktplatz domplatz markt parkplatz wanderparkplatz kirche dom"
    " rathaus standesamt bahnhof hauptbahnhof terminal klinik praxis krankenhaus archiv bibliothek buecherei gemeindesaal pfarrheim buergerhaus haus schloss wasserschloss"
    " hafen schleuse ufer strand park kurpark garten museum theater kino schule gymnasium kita kindergarten hotel gasthof restaurant wirtschaft schaenke waldschaenke huette laden"
    " geschaeft lager depot werkstatt zentrale hauptsitz empfang rezeption pforte kasse schalter eingang haupteingang tor bahnsteig gleis haltestelle garage tiefgarage keller"
    " erdgeschoss dachboden etage stock stockwerk gebaeude neubau altbau campus universitaet stadion sportplatz freibad hallenbad schwimmbad friedhof kapelle gericht amt"
    " buergeramt gemeindehaus jugendhaus zelt festzelt wiese scheune post postfiliale packstation paketshop nachbar strasse allee weg brunnen denkmal turm feuerwehr feuerwehrhaus messe messehalle"
    " office branch school hall gym gymnasium yard square market church cathedral station terminal clinic surgery hospital archive library house castle harbour harbor pier"
    " beach park garden museum theatre theater cinema hotel pub inn restaurant cafe shop store warehouse depot workshop headquarters reception desk counter entrance gate"
    " door lobby platform stop bay garage basement cellar floor building campus university college stadium ground pitch pool cemetery chapel court courthouse centre center tent"
    " marquee field barn post box-office booth kiosk locker neighbour neighbor street road lane avenue bandstand fountain tower quay dock orangery greenhouse studio theatre"
    " zentrum stadtteilzentrum volkshochschule vhs heim vereinsheim jugendzentrum tankstelle baumarkt apotheke arzt kantine foyer loge galerie atelier bad brauerei muehle kloster burg tiergarten zoo zirkus"
    " pharmacy canteen foyer gallery flat lab laboratory outpatients property labor ambulanz fundbuero wohnung station volkshochschule hof stadthalle bistro saal hausflur briefkasten mailbox college nursery aula vicarage quayside ferry-terminal airport flughafen rastplatz hauptstelle nebenstelle sekretariat lehrerzimmer zeltplatz campingplatz dorfplatz balkon balcony terrasse terrace loft band carousel gepaeckband recyclinghof recycling sammelstelle speisesaal dining-room bedroom wohnzimmer treppenhaus bauhof wertstoffhof brewery mill abbey zoo office lodge annexe pavilion arena clubhouse vestry mosque temple synagogue".split()
)
_HERE = re.compile(
    r"\b(?:findet|finden|statt|ist|sind|liegt|liegen|lagert|lagern|steht|stehen|treffen|treffpunkt|trifft|kommen|komm|kommt|geht|gehen|moves|holen|abholen|abholung|abgeholt|beginnt|startet|los|aufbewahrt|bauen|"
    r"besucht|geschrieben|hinterlegt|warten|wartet|held|takes?\splace|meet|meets|meeting|collect|collected|pick|waiting|leaves|starts|come|board|kept|left|is|are|find|nimmt|abgeholt|hand|handed|viewing|seen|brought|go|scan|stored|einlass|raum)\b"
)
_PREPOSITION = frozenset(
    "in im ins am an auf bei beim vor zur zum at on by from to inside outside near behind with nach".split()
)
_SORTS = frozenset(
    "filiale laden geschaeft buero raum zimmer halle saal terminal bay platform gleis strasse platz office branch shop store room street road lane square"
    " school schule haus house building gebaeude eingang entrance gate tor hotel club church kirche".split()
)


_NO_PLACE = frozenset(
    "ordnung arbeit betrieb bearbeitung kuerze hoehe verbindung frage rechnung zukunft kraft druck groesse teilzeit raten ruhe not anspruch auftrag monday tuesday"
    " wednesday thursday friday saturday sunday january february march april may june july august september october november december pruefung produktion kopie"
    " euro bar teilen person urlaub eigenregie form fahrt behandlung reparatur".split()
)


@lru_cache(maxsize=KEPT)
def cause(claim: Claim) -> tuple[int, int] | None:
    """Where the sentence says why: text[start:end], None where it does not."""
    match = _CAUSE_BEHIND.search(claim.text)
    if match is not None and not _NO_CAUSE.search(claim.text):
        stop = re.compile(r"[,;](?!\s(?:der|die|das|who|which|that)\b)|[.!]\s").search(
            claim.text, match.end()
        )
        end = stop.start() if stop is not None and stop.start() - match.end() > 12 else len(claim.text)
        return match.start(), end
    match = _CAUSE_BEFORE.search(claim.text)
    if match is None:
        return None
    return match.span(next(name for name in ("cause", "cause2", "cause3") if match[name]))


_FAULT = re.compile(
    r"\b(?:our\s(?:\w+\s)?(?:fault|mistake|error|driver|lad|engineer|system|server)|unser(?:e|en|em|er)?\s(?:\w+\s)?(?:fehler|schuld|versehen|fahrer|zusteller|system)|by\smistake|zerkratzt|failed\sto|vergessen|mistake|fehler|fault|broke|brach)\b",
    re.IGNORECASE,
)
_BEHIND_COMMA = re.compile(r"[,:;–]\s")


@lru_cache(maxsize=KEPT)
def fault(claim: Claim) -> tuple[int, int] | None:
    """Where a sentence without "because" tells what went wrong: what stands behind its last comma or colon, or a fault of ours."""
    seams = [match.end() for match in _BEHIND_COMMA.finditer(unnamed(claim.text))]
    if seams and len(claim.text) - seams[-1] > 6:
        return seams[-1], len(claim.text)
    found = _FAULT.search(claim.text)
    return None if found is None else found.span()


@lru_cache(maxsize=KEPT)
def place_names(claim: Claim) -> tuple[Token, ...]:
    """The words of a sentence that name places, with or without a preposition."""
    return tuple(token for token in claim.tokens if token.noun and (token.whole | token.head) & _PLACE_NOUNS)


@lru_cache(maxsize=KEPT)
def doers(claim: Claim) -> tuple[frozenset[int], frozenset[int]]:
    """The clauses in which we act, and those that leave it to the reader."""
    text = unnamed(claim.text)
    ours = frozenset(_clause(claim, match.start()) for match in _OURS.finditer(text))
    yours = frozenset(_clause(claim, match.end() - 1) for match in _YOURS.finditer(text)) | frozenset(
        _clause(claim, match.start()) for match in _YOURS.finditer(text)
    )
    return ours - yours, yours


def _clause(claim: Claim, place: int) -> int:
    clause = 0
    for start, _end, number in claim.spots:
        if start > place:
            break
        clause = number
    return clause


@dataclass(frozen=True)
class Place:
    """A place as named: its range, its base forms, those that tell it from others of its sort, and its number."""

    start: int
    end: int
    forms: frozenset[str]
    own: frozenset[str]
    number: str


@lru_cache(maxsize=KEPT)
def places(claim: Claim) -> tuple[Place, ...]:
    """The places that a sentence names behind a preposition."""
    return preposed(claim) if _HERE.search(claim.line) else ()


_ANYWHERE = frozenset("online digital zoom".split())


@lru_cache(maxsize=KEPT)
def preposed(claim: Claim) -> tuple[Place, ...]:
    """The places behind a preposition, whatever the sentence says happens there; and "online", which is none."""
    found = [_place(claim, token) for token in claim.tokens if claim.plain[token.place] in _ANYWHERE]
    for number, word in enumerate(claim.plain):
        if word not in _PREPOSITION:
            continue
        for token in claim.tokens:
            between = claim.plain[number + 1 : token.place]
            behind = number < token.place <= number + 4 and not any(one in _PREPOSITION for one in between)
            if behind and ((token.whole | token.head) & _PLACE_NOUNS or _is_name(claim, token, number)):
                found.append(_place(claim, token))
    return tuple(found)


def _place(claim: Claim, token: Token) -> Place:
    beside = [
        one
        for one in claim.tokens
        if abs(one.place - token.place) <= 1 and one.clause == token.clause and one.noun
    ]
    forms = frozenset(key for one in beside for key in one.whole | one.parts)
    own = frozenset(key for one in beside if not one.whole & _SORTS for key in one.whole | one.parts)
    behind = claim.plain[token.place + 1] if token.place + 1 < len(claim.plain) else ""
    return Place(beside[0].start if beside else token.start, max(token.end, *(one.end for one in beside)) if beside else token.end,
                 forms | token.whole, own, behind if behind.isdigit() else "")  # fmt: skip


def elsewhere(new: Claim, here: Sequence[Place], old: Claim, there: Sequence[Place]) -> bool:
    """Is it certain that the places differ? A place that both sentences name in any way is the same."""
    numbers = {one.number for one in here if one.number}, {one.number for one in there if one.number}
    if numbers[0] and numbers[1] and any(one.forms & other.forms for one in here for other in there):
        return not numbers[0] & numbers[1]
    own = (
        frozenset(key for one in there for key in one.own),
        frozenset(key for one in here for key in one.own),
    )
    if own[0] and own[1]:
        return not own[0] & new.keys and not own[1] & old.keys
    forms = (
        frozenset(key for one in there for key in one.forms),
        frozenset(key for one in here for key in one.forms),
    )
    return not forms[0] & new.keys and not forms[1] & old.keys


def _is_name(claim: Claim, token: Token, number: int) -> bool:
    """A name right behind its preposition: "in Kassel", "at Harrods"."""
    return (
        claim.text[token.start].isupper()
        and token.place == number + 1
        and claim.plain[number] in {"in", "nach", "at", "from", "to"}
        and claim.plain[token.place] not in _NO_PLACE
    )
