"""Which sentences of an answer commit us to something, in German and English. Plain Python; docs/promises.md has the rules.

A sentence is cut into clauses; a clause is a promise if somebody on our side commits in it to an act or a result that
lies ahead, in this person's own matter. Everything else has a reason here why it is none: a question, a duty of the
reader, a report, a habit, an offer, a refusal, a courtesy, an effort, somebody else's act.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from eyelevel.kernel import text as texts
from eyelevel.word import when
from eyelevel.word.when import BERLIN, When

MOST_READ = 20_000  # signs of a draft that are read
MOST_SENTENCES = 200

Kind = Literal[
    "call_back", "reply", "deliver", "send_document", "refund", "repair", "decide", "visit", "other"
]


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """One promise as written: text[start:end], what it promises and by when. `due_to` None: no date is named."""

    start: int
    end: int
    text: str
    kind: Kind
    due_from: datetime | None
    due_to: datetime | None
    conditional: bool


@dataclass(frozen=True)
class _Piece:
    """A clause: text[start:end] of the whole."""

    start: int
    end: int
    text: str


def find(text: str, *, sent_at: datetime, zone: str = BERLIN) -> tuple[Commitment, ...]:
    """The promises in an answer that is sent at `sent_at` (aware). Quotes of others do not count."""
    shown = _unquoted(texts.visible(text[:MOST_READ]))
    found: list[Commitment] = []
    after: date | None = None
    for span in texts.sentences(shown, MOST_SENTENCES):
        if _ASKED.search(span.text):
            continue
        for piece in _clauses(_Piece(span.start, span.end, span.text)):
            one = _commitment(piece, sent_at=sent_at, zone=zone, after=after)
            if one is not None:
                found.append(one)
                after = one.due_to.date() if one.due_to else after
    return tuple(found)


_QUOTE_LINE = re.compile(r"(?m)^[ \t]*>.*$")
_QUOTE_MARKS = re.compile(r"[„“\"»][^„“”\"«»\n]{8,}[“”\"«]")
_ASKED = re.compile(r"\?\s*[\"'”»)]*$")


def _unquoted(text: str) -> str:
    """Quoted words keep their length (as blanks), so that places stay right."""
    for pattern in (_QUOTE_LINE, _QUOTE_MARKS):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


_IF = (
    r"sobald|wenn|falls|sofern|soweit|vorausgesetzt|nachdem|once|if|as\ssoon\sas(?!\spossible)|provided|assuming|unless|"
    r"when(?!\syou\slike)|after\s(?:we|you|the|your)|subject\sto"
)
_STARTS_IF = re.compile(rf"^\s*(?:und\s|and\s|aber\s|but\s)?(?:{_IF})\b", re.IGNORECASE)
_UPON = (
    r"\b(?:bei|nach|mit|vorbehaltlich)\s(?:\w+\s){0,2}(?:freigabe|erfolg\w*|zustimmung|eingang|erhalt|genehmigung|zahlungseingang|"
    r"verfügbarkeit|annahme|prüfung|rücksendung|eintreffen|vorlage|positive\w*)\b|\b(?:up)?on\s(?:receipt|approval|acceptance|arrival|"
    r"confirmation)|\bafter\s(?:receipt|approval)|\bpending\s|\bsubject\sto\b|\bim\sfall\w*\b"
)
_CONDITION = re.compile(rf"\b(?:{_IF})\b|{_UPON}", re.IGNORECASE)
_ANYWAY = re.compile(
    r"\b(?:spätestens\s(?:jedoch|aber)|(?:jedoch|aber)\sspätestens|in\sjedem\sfall|auf\sjeden\sfall|jedenfalls|but\s(?:by|no\slater|at\sthe\slatest|"
    r"in\sany)|in\sany\s(?:case|event)|(?:but|and)\s.{0,30}\bat\sthe\slatest|at\sthe\slatest|either\sway|ohnehin)\b",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\s*;\s+|\s+[–—-]\s+|:\s+(?=\S)|,?\s+(?:und|sowie|aber|doch|and|but|then|dann)\s+(?=\S)|,\s+(?=\S)|(?<=\w)\.\s+(?=[A-ZÄÖÜ])|\s*/\s+(?=\S)|\s*\+\s+(?=\S)|\n+"
)


def _clauses(sentence: _Piece) -> Iterator[_Piece]:
    """Cut a sentence where a new commitment begins; what belongs to one commitment stays together."""
    cuts = [0]
    for match in _CUT.finditer(sentence.text):
        left, right = sentence.text[cuts[-1] : match.start()], sentence.text[match.end() :]
        if _STARTS_IF.match(left) and _DEPENDENT_END.match(match[0]) and not _is_head(left.partition(",")[2]):
            continue
        if _stands_alone(left) and _stands_alone(_up_to_cut(right)):
            cuts.append(match.end())
    for begin, end in zip(cuts, [*cuts[1:], len(sentence.text)], strict=True):
        raw = sentence.text[begin:end]
        stripped = _TRIM.sub("", raw)
        lead = len(raw) - len(raw.lstrip(" \n\t-•*"))
        stripped = stripped.lstrip(" \n\t-•*")
        if stripped:
            start = sentence.start + begin + lead
            yield _Piece(start, start + len(stripped), stripped)


_DEPENDENT_END = re.compile(r"^,")
_TRIM = re.compile(r"[\s,;:–—.!-]*(?:\b(?:und|and|aber|but|sowie)\b)?[\s,;:–—.!-]*$")


def _up_to_cut(right: str) -> str:
    """The next clause, as far as the next strong cut."""
    match = re.search(r"[.;!?]\s|,\s+(?:und|and|aber|but)\s", right)
    return right[: match.start()] if match else right


def _stands_alone(part: str) -> bool:
    return _is_head(part) or bool(_DUTY.search(part)) or bool(_PAST.search(part))


_OUR_PEOPLE = (
    r"wir|ich|unser\w*\s\w+|(?:der|die|das|ein|eine|mein|meine|unsere?)\s(?:\w+\s){0,2}?(?:kolleg\w+|techniker\w*|monteur\w*|mitarbeiter\w*|team|fahrer\w*|"
    r"kurier\w*|spedition\w*|spediteur\w*|bote\w*|handwerker\w*|gutachter\w*|sachbearbeiter\w*|fachabteilung|abteilung|buchhaltung|werkstatt|"
    r"kundendienst\w*|hausmeister\w*|redaktion|ärztin|arzt|meister\w*|elektriker\w*|installateur\w*|chef\w*|leiter\w*|filiale|zustell\w+|dhl|"
    r"paketdienst|dienstleister|partner\w*|service\w*|zentrale|klempner\w*|schornsteinfeger\w*|berater\w*|lieferant\w*|labor|küche)|man|"
    r"(?:herr|frau)\s\w+|[A-ZÄÖÜ]\w+\s(?=ruft|kommt|meldet|bringt|schickt|sendet)"
)
_VERBS = (  # first person or third, present tense: what a company does for somebody
    r"ruf\w*|meld\w*|schick\w*|send\w*|überweis\w*|erstatt\w*|zahl\w*|liefer\w*|bring\w*|komm\w*|repar\w*|beheb\w*|tausch\w*|ersetz\w*|"
    r"schreib\w*|antwort\w*|informier\w*|benachrichtig\w*|teil\w*|geb\w*|gib\w*|entscheid\w*|korrigier\w*|stornier\w*|buch\w*|versend\w*|verschick\w*|"
    r"stell\w*|richt\w*|schalt\w*|aktivier\w*|nehm\w*|nimmt|hol\w*|mail\w*|faxe?n?|kontaktier\w*|bestätig\w*|prüf\w*|klär\w*|berechn\w*|erlass\w*|"
    r"lass\w*|leg\w*|lad\w*|übernehm\w*|übernimmt|verläng\w*|verläng\w*|änder\w*|leit\w*|reich\w*|bereit\w*|sorg\w*|erledig\w*|bau\w*|montier\w*|reinig\w*|"
    r"mach\w*|setz\w*|veröffentlich\w*|zieh\w*|sperr\w*|entsperr\w*|lös\w*|öffn\w*|gutschreib\w*|schreib\w*|vergüt\w*|begleich\w*|beantwort\w*|händig\w*|"
    r"übergeb\w*|drucke?n?|wechsel\w*|füg\w*|trag\w*|starte?n?|beginn\w*|schau\w*|fahr\w*|fähr\w*|hör\w*|ergänz\w*|erneuer\w*|besuch\w*|backen|back\w*|näh\w*|erhalt\w*"
)
_WILL_DE = re.compile(r"\b(?:werde|werden|wird|wirst)\b(?!\s(?:gebeten|empfohlen))", re.IGNORECASE)
_INFINITIVE = re.compile(r"\b\w{3,}(?:en|ern|eln|tun|sein)\b", re.IGNORECASE)
_PARTICIPLE = re.compile(
    r"\b(?:\w*ge\w{2,}(?:t|en)|\w{3,}(?:iert|stattet|sandt|schickt|wiesen|sendet|stellt|hoben|holt|liefert|zahlt|ändert|gonnen|setzt|antwortet|handelt|nommen|richtigt|bucht|teilt))\b",
    re.IGNORECASE,
)
_WE_DO_DE = re.compile(
    rf"(?:\b(?:{_OUR_PEOPLE})\b[^.;]{{0,60}}?\b(?:{_VERBS})\b)|(?:\b(?:{_VERBS})\s(?:{_OUR_PEOPLE})\b)",
    re.IGNORECASE,
)
_YOU_GET_DE = re.compile(
    r"\bsie\s(?:er)?(?:halten|bekommen|kriegen)\b|\b(?:erhalten|bekommen|kriegen)\ssie\b|\b(?:hören|lesen)\s(?:sie\s)?(?:\w+\s){0,4}von\s(?:uns|mir)\b|\bsie\s(?:haben|finden)\b(?=.{0,80}"
    r"\b(?:konto|briefkasten|postfach|händen|ergebnis|antwort|geld|ware|ersatz|zugang|rückmeldung|bescheid)\b)|\bhaben\ssie\b(?=.{0,60}\b(?:ihr\w*|die|das|den|eine?n?)\b.{0,40}"
    r"\b(?:konto|briefkasten|postfach|händen|ergebnis|antwort|geld|ware|ersatz|zugang|rückmeldung|bescheid)\b)",
    re.IGNORECASE,
)
_RESULT_DE = re.compile(
    r"\b(?:ist|sind|liegt|liegen|steht|stehen|läuft|laufen|geht|gehen|funktioniert|funktionieren|kommt|kommen|trifft|treffen|folgt|folgen|beginnt|startet|erfolgt|"
    r"erfolgen|endet|erreicht|erscheint|wird|werden)\b",
    re.IGNORECASE,
)
_NOTE_DE = re.compile(
    r"\b(?:rr|rückruf|anruf|rückmeldung|antwort|lieferung|erstattung|gutschrift|termin|techniker|ersatz|info|bescheid|status)\b.{0,60}\b(?:zugesagt|versprochen|vereinbart|angekündigt|garantiert|bestätigt)\b"
    r"|\b(?:zugesagt|versprochen|vereinbart)\b.{0,10}:|^\s*(?:rr|rückruf|rückmeldung|lieferung|techniker|erstattung|ersatz\w*|gutschrift)\s.{0,30}\b(?:bis|am|um|heute|morgen|mo|di|mi|do|fr|in)\b",
    re.IGNORECASE,
)
_WE_EN = (
    r"(?:we|i|our\s\w+|my\s\w+|(?:the|a|an|one\sof\sour|your)\s(?:\w+\s){0,3}?(?:engineers?|technicians?|colleagues?|team|drivers?|couriers?|managers?|plumbers?|"
    r"electricians?|fitters?|inspectors?|surveyors?|specialists?|departments?|supervisors?|carriers?|nurses?|doctors?|workshop|adviser|advisor|"
    r"locksmith|gardener|chef|editor|agent|contractor|installer|someone|mechanic)|someone|somebody|(?:mr|mrs|ms|dr)\.?\s\w+)"
)
_WILL = r"(?:will|shall|['’]ll|(?:am|are|is|['’]re|['’]m|['’]s)\sgoing\sto)"
_WILL_EN = re.compile(rf"\b\w+{_WILL}\b|\b{_WILL}\b", re.IGNORECASE)
_DOES_EN = re.compile(
    rf"\b{_WE_EN}\s(?:(?:are|am|is|['’]re|['’]m)\s)?(?:\w+\s)?(?:call|ring|phone|send|ship|deliver|refund|pay|credit|visit|come|reply|answer|write|fix|repair|replace|post|mail|"
    r"email|transfer|dispatch|collect|install|update|confirm|process|issue|return|bring|start|begin|decide)(?:s|es|ing)?\b",
    re.IGNORECASE,
)
_RESULT_EN = re.compile(
    r"\b(?:arrives?|comes?|goes\sout|leaves|is|are|starts?|begins?|follows?|reaches|lands?|gets?\sto\syou|due)\b",
    re.IGNORECASE,
)
_YOU_GET_EN = re.compile(
    rf"\byou{_WILL}\s|\byou\s{_WILL}\s(?:\w+\s)?(?:receive|get|have|hear|find|see|be\s(?:refunded|credited|contacted|called|paid|reimbursed|notified|informed|sent))\b"
    r"|\byou\s(?:receive|get|hear\sfrom\sus|have)\b|\b(?:you\scan\s)?expect\s(?:a|an|our|the|your|it|to\s(?:hear|receive|get))\b",
    re.IGNORECASE,
)
_NOTE_EN = re.compile(
    r"\b(?:promised|agreed|confirmed|guaranteed)\s(?:a\s|an\s|the\s|her\s|him\s|them\s|cust(?:omer)?\s|to\s)*(?:call(?:\s?back)?|cb|callback|refund|reply|engineer|delivery|replacement|update|send|ring)\b"
    r"|\b(?:cb|callback|call\sback|refund|delivery|engineer|replacement|update)\s(?:was\s)?(?:promised|agreed|booked|scheduled|confirmed)\b|^\s*(?:cb|callback|call\sback)\s",
    re.IGNORECASE,
)


def _is_head(part: str) -> bool:
    """Does this part contain a verb of ours, whatever its tense?"""
    return any(
        pattern.search(part)
        for pattern in (
            _WILL_DE,
            _WE_DO_DE,
            _YOU_GET_DE,
            _NOTE_DE,
            _WILL_EN,
            _DOES_EN,
            _YOU_GET_EN,
            _NOTE_EN,
            _RESULT_DE,
            _RESULT_EN,
        )
    )


_PAST = re.compile(
    r"\b(?:haben?|hatten?|hat|hätten?)\b(?=.*\b(?:\w*ge\w{2,}(?:t|en)|\w+(?:iert|stattet|sandt|wiesen|halten|kommen|nommen|sprochen|schrieben|zahlt|stellt|anlasst|fahren|sucht|rufen))\b)|\b(?:wurden?|war|waren|wollten?|sollten?|musste\w*)\b"
    r"|\b(?:ist|sind)\b(?=.*\b(?:worden|eingegangen|angekommen|erledigt|abgeschlossen|eingetroffen|geschehen|passiert|zurückgekommen|unterwegs|gestern)\b)"
    r"|\b(?:kam|kamen|ging|rief|schrieb|schickte\w*|meldete\w*|hieß|gestern|vorgestern|bereits|schon\s(?:am|im|seit)|seit)\b"
    r"|\b(?:was|were|had|has|have|did|should\shave|went|sent|came|called|told|promised|arrived|received|shipped|paid|posted|refunded|yesterday|already|since|ago)\b",
    re.IGNORECASE,
)
_DUTY = re.compile(
    r"^\W*(?:und\s|and\s|aber\s|also\s)?(?:bitte|please|kindly|make\ssure|note\sthat|beachten|denken)\b|\b\w+en\ssie\s(?:\w+\s){0,4}bitte\b|\b(?:bitte|please)\b"
    r"|\b(?:sie|du)\s(?:müssen|musst|können|kannst|sollten|solltest|dürfen|brauchen|möchten|wollen|haben\s(?:noch\s)?(?:bis|zeit|\d+|vierzehn|vier|zwei))\b|\b(?:müssen|können|sollten|dürfen|brauchen|möchten)\ssie\b"
    r"|^\W*(?:schicken|senden|geben|rufen|melden|teilen|reichen|zahlen|überweisen|kommen|bringen|prüfen|lassen|warten|halten|wenden|nutzen|schreiben|laden|legen|achten|kündigen|bewahren|werfen)\ssie\b"
    r"|\byou\s(?:must|can|may|should|need|have\suntil|could|might|are\swelcome|have\sto)\b|\byou['’]ll\sneed\b|\byou\swill\s(?:need|have\sto)\b|\bfeel\sfree\b"
    r"|\b(?:von|from)\s(?:ihnen|you)\s(?:benötigen|brauchen|need)\b|\b(?:benötigen|brauchen)\s(?:wir|ich)\b|\bwe\s(?:still\s)?need\b",
    re.IGNORECASE,
)
_HABIT = re.compile(
    r"\b(?:in\sder\sregel|üblicherweise|normalerweise|gewöhnlich|grundsätzlich|meistens?|meist|im\s(?:allgemeinen|normalfall|schnitt|durchschnitt)|generell|immer|jeweils|jeden|jede\swoche|täglich|durchschnittlich|typischerweise|"
    r"usually|normally|generally|typically|as\sa\srule|on\saverage|always|every|each\s(?:day|week|month)|standard|commonly|tends?\sto|beträgt|betragen|dauert|dauern|takes?|kann\sbis\szu)\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\b(?:wenn|falls|sofern)\ssie\s(?:\w+\s){0,4}?(?:möchten|wünschen|wollen|mögen|einverstanden)\b|\bauf\swunsch\b|\b(?:könn(?:en|te|ten)|würden?|dürfen|sollen|wollen|möchten|kann)\s(?:wir|ich|man)\b|\b(?:wir|ich)\s(?:können|kann|könnten?|würden?|dürfen|schlagen|biete\w*|empfehle\w*|hätten)\b"
    r"|\bgern\w*\s(?:auch\s)?(?:können|kann)\b|\bif\syou(?:['’]d|\swould)?\s(?:\w+\s)?(?:like|wish|prefer|want|agree|are\shappy)\b|\b(?:we|i)\s(?:can|could|would|['’]d|might|may|suggest|offer|propose|recommend)\b|\b(?:can|could|would)\s(?:we|i)\b"
    r"|\bhappy\sto\b|\bglad\sto\b|\bwould\syou\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:nicht(?!\s(?:nur|später|mehr\sals))|kein\w*|nie|niemals|weder|not(?!\s(?:only|later))|no(?!\slater)|never|cannot|can['’]t|won['’]t|unable|neither|without|nothing|leider\skein\w*|unmöglich)\b|n['’]t\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"\b(?:gern\w*\s(?:wieder|weiter|zur|für|jederzeit|behilflich)|helfen\s(?:\w+\s){0,2}gern|jederzeit|zur\sverfügung|freuen?\s(?:uns|mich)|freue|melden\suns\sgern|stehen\swir|look\sforward|let\s(?:us|me)\sknow|at\syour\sdisposal|hope\sto|wünschen|danken?|entschuldig\w+|"
    r"bedauern|tut\s(?:uns|mir)|hoffen|hope|sorry|apologi[sz]e|thank)\b",
    re.IGNORECASE,
)
_EFFORT = re.compile(
    r"\b(?:hochdruck|bemüh\w+|versuch\w*|hoffentlich|arbeite\w*\s(?:\w+\s){0,3}(?:daran|an)|tun\salles|setzen\salles|geben\s(?:unser|mein)\sbestes|try|trying|working\son|work\son|aim\w*|do\s(?:our|my)\sbest|hopefully|"
    r"endeavou?r|strive|vermutlich|vielleicht|möglicherweise|eventuell|perhaps|maybe|might|planen|plan\sto|rechnen\s(?:wir\s)?damit|gehen\sdavon\saus|assume|intend)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:(?:der\s|vom\s)?zoll(?:amt)?|gericht\w*|(?:ihre|deine|eure)\s(?:bank|versicherung|hausbank|krankenkasse|sparkasse)|finanzamt|polizei|behörde\w*|jobcenter|bundes\w+|standesamt|hersteller\w*|netzbetreiber\w*|"
    r"customs|court|your\s(?:bank|insurer|insurance|landlord|employer|card\sissuer)|the\s(?:police|council|manufacturer|authorit\w+|tax\soffice)|hmrc)\b(?=.{0,40}\b(?:wird|werden|entscheid\w*|gibt|schickt|bucht|brauch\w*|will|decides?|releases?|sends?|takes?|credits?|books?|meldet|prüft|braucht|kümmert)\b)",
    re.IGNORECASE,
)
_STATIC = re.compile(
    r"\b(?:geöffnet|geschlossen|öffnungszeiten|erreichbar|erreichen\s(?:sie\s)?uns|sprechzeit\w*|gültig|gilt|gelten|bleibt|bleiben|weiterhin\s(?:gültig|bestehen)|haltbar|öffnen|schließt|schließen|fährt\sum|verkehrt|läuft\s(?:\w+\s){0,3}(?:aus|ab)\b|"
    r"open(?:ing)?\s(?:from|hours|on|until|daily|monday|between)|we(?:['’]re|\sare)\s(?:open|closed)|are\sopen|is\sopen|closed|closes|opens|valid|remains?|stays?|expires?|runs\suntil|preise?\s(?:steigen|erhöhen|ändern)|prices?\s(?:will\s)?(?:go|rise|change|increase)|"
    r"ferien|betriebsferien|feiertag\w*|frist|deadline\sis|termin\sbei\suns|appointment\sat\sour|kündigungsfrist|widerrufsfrist|mindestlaufzeit)\b",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:hatten?|haben|hat)\b.*\b(?:zugesagt|versprochen|angekündigt|vereinbart|zugesichert|in\saussicht)\b|\b(?:had\s)?(?:promised|told\syou|said\swe|announced|was\ssupposed|were\ssupposed|should\shave|sollte\w*\s(?:bereits|eigentlich|schon)|eigentlich)\b|\bsie\s(?:schrieben|schreiben|fragten?|baten)\b|\byou\s(?:wrote|asked|said)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(?:statt|anstatt|anstelle|instead\sof|rather\sthan|nicht\s(?:wie\s(?:angekündigt|geplant)\s)?|not|vom|ursprünglich\w*|originally|geplant\w*|of\s|from\s)\s?(?:am\s|zum\s|on\s|dem\s|den\s|the\s|by\s|bis\s|erst\s)*$",
    re.IGNORECASE,
)


def _commitment(piece: _Piece, *, sent_at: datetime, zone: str, after: date | None) -> Commitment | None:
    words = piece.text
    if _is_none(words):
        return None
    state = bool(_STATE.search(words))
    times = [
        one
        for one in when.find(words, said_at=sent_at, zone=zone, after=after, state=state)
        if not _INSTEAD.search(words[: one.start])
    ]
    ahead = [one for one in times if one.due_to is None or one.due_to >= sent_at]
    if not _commits(words, ahead, times):
        return None
    conditional = bool(_CONDITION.search(words)) and not _ANYWAY.search(words)
    chosen = _chosen(words, ahead, conditional=conditional)
    return Commitment(
        start=piece.start, end=piece.end, text=words, kind=kind_of(words),
        due_from=chosen.due_from if chosen else None, due_to=chosen.due_to if chosen else None, conditional=conditional,
    )  # fmt: skip


def _is_none(words: str) -> bool:
    """Is there a reason why this clause is no promise?"""
    bare = _CONDITIONAL_PART.sub(" ", words) if _CONDITION.search(words) else words
    if any(pattern.search(words) for pattern in (_HABIT, _OFFER, _OTHERS, _REPORTED)):
        return True
    return any(pattern.search(bare) for pattern in (_DUTY, _DENIED, _COURTESY, _EFFORT, _STATIC))


_CONDITIONAL_PART = re.compile(rf"(?:^|(?<=[,\s]))(?:{_IF})\b[^,;.]*(?:,|$)", re.IGNORECASE)
_STATE = re.compile(
    r"\b(?:abholbereit|bereit|verfügbar|fertig|freigeschaltet|nutzbar|abgeholt|available|ready|active|online|abholen)\b",
    re.IGNORECASE,
)
_SURE_DE = re.compile(
    r"\b(?:ruf\w*|meld\w*|schick\w*|send\w*|überweis\w*|erstatt\w*|liefer\w*|tausch\w*|ersetz\w*|schreib\w*\s(?:wir\s)?(?:ihnen|ihrem)|informier\w*|korrigier\w*|stornier\w*|buch\w*|versend\w*|komm\w*|"
    r"gutschr\w*|benachrichtig\w*|zahl\w*|bring\w*|reparier\w*|übernehm\w*|erlass\w*|entscheid\w*)\b",
    re.IGNORECASE,
)


def _commits(words: str, ahead: Sequence[When], times: Sequence[When]) -> bool:
    """Does somebody of ours commit in this clause?"""
    main = _CONDITIONAL_PART.sub(" ", words) if _CONDITION.search(words) else words
    if _NOTE_DE.search(words) or _NOTE_EN.search(words):
        return bool(ahead) or not times
    if times and not ahead:
        return False
    if _WILL_DE.search(main) and (_INFINITIVE.search(main) or _PARTICIPLE.search(main)):
        return not _OURSELVES_NOT.search(main) and (bool(ahead) or _sure(main))
    if _WILL_EN.search(main) and not re.search(r"\b(?:was|were)\b", main, re.IGNORECASE):
        return not _YOU_DO_EN.search(main)
    return not _PAST.search(main) and _commits_now(main, dated=bool(ahead))


def _commits_now(main: str, *, dated: bool) -> bool:
    """In the present tense: what we do, what the reader gets, or, with a date, what will be so."""
    we_do = bool(_WE_DO_DE.search(main))
    if we_do or _DOES_EN.search(main) or _YOU_GET_DE.search(main) or _YOU_GET_EN.search(main):
        return dated or (we_do and bool(_SURE_DE.search(main)))
    return dated and bool(_RESULT_DE.search(main) or _RESULT_EN.search(main)) and not _THEIR_OWN.search(main)


def _sure(main: str) -> bool:
    return bool(re.search(r"\b(?:wir|ich|ihnen|ihr\w*|sie)\b", main, re.IGNORECASE))


_OURSELVES_NOT = re.compile(r"\bwerden\ssie\s(?:\w+\s){0,3}(?:gebeten|aufgefordert)\b", re.IGNORECASE)
_YOU_DO_EN = re.compile(
    r"\byou(?:['’]ll|\swill)\s(?:need|have\sto|be\s(?:able|charged|asked|required)|pay|notice|find\sthat|see\sthat)\b|\bit\swill\s(?:cost|rain)\b",
    re.IGNORECASE,
)
_THEIR_OWN = re.compile(
    r"\b(?:ihr|your)\s(?:termin|appointment|kurs|flug|urlaub|vertrag\sendet)\b(?!.{0,40}\b(?:beginnt|startet)\b)|\bes\sist\b|\bthere\sis\b|\bheute\sist\b|\btoday\sis\b|\bit\sis\b",
    re.IGNORECASE,
)


def _chosen(words: str, ahead: Sequence[When], *, conditional: bool) -> When | None:
    """The time by which it is due: the one behind "at the latest" where there is one, else the last named of one chain."""
    dated = [one for one in ahead if one.due_to is not None]
    if conditional:
        dated = [one for one in dated if not _FROM_THEN.match(one.text) and not _in_condition(words, one)]
        return dated[0] if dated else None
    if not dated:
        return None
    anyway = _ANYWAY.search(words)
    if anyway:
        behind = [one for one in dated if one.end >= anyway.start()]
        return behind[-1] if behind else dated[-1]
    return dated[0]


_FROM_THEN = re.compile(
    r"^(?:in|innerhalb|binnen|within|innert|nach)\b|^\w+\s(?:bis|to|-|–)\s\w+\s(?:werk|arbeits|tage|days|working|business)",
    re.IGNORECASE,
)


def _in_condition(words: str, one: When) -> bool:
    return any(match.start() <= one.start < match.end() for match in _CONDITIONAL_PART.finditer(words))


_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))  # type: ignore[misc] # the names are those of Kind
    for kind, pattern in (
        ("call_back", r"\brr\b|\bcb\b|rückruf|ruf\w*\b.{0,60}\b(?:an|zurück)\b|anruf|anzurufen|telefonier|telefonisch|zurückruf|callback|\bcall(?:s|ing)?\b|\bphone\b|\bring\b"),
        ("refund", r"erstatt|überweis|auszahl|zahl\w*\s.*\baus\b|gutschr|gutgeschrieben|zurückzahl|\bgeld\b|guthaben|konto\b|vergüt|refund|reimburs|credit|money|pay\w*\s(?:you|back|out)|paid|compensat|bonus"),
        ("decide", r"entscheid|decid|decision"),
        ("repair", r"repar|beheb|behoben|störung|läuft\b.*wieder|funktionier|wieder\s(?:läuft|geht|da|online|warm)|entstör|\bfix|repair|restor|back\s(?:on|online|up)|working\sagain|instand"),
        ("visit", r"vorbei|techniker|monteur|besuch|hausbesuch|vor\sort|kommt\szu\sihnen|ab(?:holen|geholt|holung)\b|engineer|technician|visit|pick(?:ed)?\s(?:it\s)?up|come\s(?:by|round|to\syou)|at\syour\s(?:home|flat|house|door|premises)|plumber|electrician"),
        ("send_document", (r"rechnung|vertrag|bescheinigung|etikett|label|\bcode\b|zugangsdaten|\bbrief\b|unterlagen|zeugnis|urkunde|bestätigung|formular|dokument|police|ausweis|angebot|abrechnung|quittung|"
            r"invoice|contract|certificate|permit|letter|access|documents?|receipt|statement|paperwork|\bquote|login|confirmation")),
        ("deliver", r"liefer|versand|versend|versch?ick|paket|zustell|abholbereit|bei\sihnen|ersatz|neue\w*\sgerät|ware\b|schlüssel|karte\b|deliver|ship|parcel|arriv|ready\sfor|with\syou|dispatch|replacement|collect|package|order"),
        ("reply", r"meld\w*|antwort|rückmeldung|bescheid|informier|nachricht|status|\bmail|schreib|hören\s.*von|benachrichtig|reply|answer|get\sback|update|let\syou\sknow|hear\sfrom|write|respond|inform|notify|be\sin\stouch|contact"),
    )
)  # fmt: skip


def kind_of(words: str) -> Kind:
    """What is promised, by the words of the clause; "other" where none of the kinds is named."""
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), "other")
