"""Where one commitment ends and the next begins: a sentence cut into clauses that can be judged one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eyelevel.kernel import text as texts
from eyelevel.word.listed import any_of, search

MOST_SENTENCES = 20_000
LONGEST = (
    600  # signs of a sentence that are judged together; longer ones are cut hard, so that work stays linear
)

IF = (
    any_of("""
    sobald | wenn | falls | sofern | soweit | solange | vorausgesetzt | nachdem | sollte der | sollte die
    sollte das | sollte ihr | sollten sie | sollten die | once | if | as soon as | provided | providing | assuming
    unless | when | whenever | after we | after you | after the | after your | subject to | should the | should your
    should you
""")
    + r"(?!\s+possible)"
)
_STARTS_IF = re.compile(rf"^\W*(?:(?:und|and|aber|but|auch|even)\s+)?{IF}", re.IGNORECASE)
# What begins like this hangs on the words before it.
_HANGS_ON = re.compile(
    r"^\W*(?:(?:und|and|aber|but|oder|or|auch)\s+)?"
    + any_of("""
    sobald | wenn | falls | sofern | soweit | dass | weil | da | damit | ob | wann | wie | wo | was | welche
    welcher | welches | der | den | dem | denen | deren | dessen | sondern | spätestens | also | und zwar | um
    nachdem | bevor | bis | statt | ohne | sodass | obwohl | während | als | once | if | as soon as | provided
    unless | when | that | because | so that | which | who | whose | where | whether | after | before | until
    while | at the latest | to | not | no later | latest | i.e. | since | as | although | without | along with
    together with | instead of | rather than | including
"""),
    re.IGNORECASE,
)
_HANGS_UNLESS_SUBJECT = re.compile(r"^\W*(?:der|den|dem|das|die)\s+\w+", re.IGNORECASE)
_CUT = re.compile(
    r"\s*;\s+|\n+\s*|\s+[–—-]\s+|:\s+|\s+/\s+|\s+\+\s+|,?\s+(?:und|sowie|aber|doch|and|but)\s+|,\s+|[!?)]\s+|\s*[☀-➿🌀-🫿]+\s*|(?<=\w)\.\s+(?=[A-ZÄÖÜ])"
)
_SALUTATION = re.compile(
    r"^\W*(?:"
    r"(?:sehr\s+)?(?:geehrte[rs]?|liebe[rs]?|dear|hallo|hello|hi|hey|hiya|moin|servus|mahlzeit|(?:guten\s+)?(?:tag|abend|morgen)(?=\s*(?:zusammen|[,!]|herr|frau|allerseits))|guten\s+(?:tag|morgen|abend)|good\s+(?:morning|afternoon|evening)|grüß\s+gott)"
    r"(?:\s+(?!wir\b|ich\b|we\b|i\b|ihr\b|die\b|der\b|das\b)[\w.&'’-]+){0,6}\s*[,!:\n–-]+\s*|@\w+[,:]?\s+)",
    re.IGNORECASE,
)
# Signs of a clause that has a verb of its own.
_OWN_VERB = search("""
    wir | ich | sie | du | er | es | man | ihr | wird | werden | werde | wirst | ist | sind | kommt | kommen | geht
    gehen | liegt | liegen | steht | stehen | läuft | folgt | folgen | trifft | treffen | erfolgt | erfolgen
    bleibt | bleiben | bekommen | bekommt | erhalten | erhält | hat | haben | kann | können | meldet | melden | ruft
    bringt | schickt | sendet | holt | nimmt | muss | müssen | gilt | gelten | bekommst | kriegst | kriegt | kriegen
    hast | bist | müssten | sorry | danke | leider | thanks | cheers | apologies | beginnt | beginnen | startet
    starten | kostet | kosten | entscheidet | müsste | sollte | gibt | setzt | tauscht | stellt | prüft | repariert
    liefert | besucht | teilt | informiert | wartet | fährt | macht | baut | mietet | bitte | schreibt | zahlt
    überweist | erstattet | erscheint | dauert | liefern | hört | we | i | he | she | they | you get | you have
    you receive | you should | you can | you may | you must | you will | you need | it will | it is | it comes
    it's | that's | there | is | are | will | has | comes | goes | follows | arrives | leaves | gets | we'll | i'll
    you'll | it'll | they'll | he'll | she'll | we're | i'm | you're | they're | can | should | must | please | was
    were | had | means | takes | costs | starts | begins | ships | applies | runs | stays | i've | we've | decides
    calls | rings | brings | sends | reaches | lands | posts | visits | writes
""")
_LL = re.compile(r"\w+['’]ll\b", re.IGNORECASE)
# "die Geheimzahl ändert sich nicht": an article, and a small word that ends like a verb
_NEW_SUBJECT = re.compile(
    r"^\W*(?:der|die|das|den|dem|ein|eine|einen|ihre?n?|unsere?n?|meine?n?|deine?n?)\s(?:[\w-]+\s){1,5}?(?-i:(?!nicht|mit|seit|sonst|erst|jetzt|statt|direkt|bereit|gesamt|recht|leicht|dort|samt)[a-zäöü]{3,}t)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"^\W*" + any_of("he | she | cust | customer | kd | kd. | kunde | kundin | mieter | mieterin | tenant"),
    re.IGNORECASE,
)  # in a note, said of the other side
_WE_WILL = re.compile(r"^\W*(?:we|i)(?:['’]ll|\s+will)\b", re.IGNORECASE)
_ONLY_TIME = re.compile(r"^\W*(?:(?:at|by|on|from|between|around|about|um|gegen|bis|am|ab|und\s+zwar|zwischen|circa|etwa|the|den|dem)\b\W*)*$", re.IGNORECASE)  # fmt: skip


def _blanked(words: str, begin: int, end: int, times: Sequence[tuple[int, int]]) -> str:
    """words[begin:end] without its due times."""
    for a, b in times:
        words = words[:a] + " " * (b - a) + words[b:]
    return words[begin:end]


# "Wir klären das und kommen auf Sie zu": a verb at once has the subject of the clause before
_SAME_SUBJECT = re.compile(
    r"^\W*(?:kommen|kommt|gehen|geht|melden|meldet|liefern|liefert|bringen|bringt|schicken|schickt|holen|holt|nimmt|wird|werden|ist|sind|hat|haben|ruft|stellt|zahlt|is|are|will|has|comes|goes|brings|calls|sends)\b(?!\s+(?:wir|ich|sie|you|we)\b)",
    re.IGNORECASE,
)
# "... gebeten, Sie morgen anzurufen": what somebody was asked or promised to do
_TO_DO = re.compile(
    r"^(?!.*\b(?:wir|ich|wird|werden)\b).{0,80}\b(?:zu\s+\w+en|\w+zu\w{3,}en)\W*$", re.IGNORECASE
)
# "Wir haben den Fehler gefunden und spielen heute eine Korrektur ein": what is done, before what is to come
_DONE = re.compile(
    r"\b(?:wir|ich)\s+(?:haben|habe)\b.*\b\w*(?:ge\w+(?:t|en)|iert|stellt|funden)\s*$|\b(?:haben|habe)\s+(?:wir|ich)\b.*(?:t|en)\s*$",
    re.IGNORECASE,
)
_SOON = search(
    "umgehend | sofort | gleich | dann | danach | schnellstmöglich | zeitnah | shortly | right away | then"
)
_ENDS = re.compile(r"[\s,;:–—.!)-]*(?:\b(?:und|and|aber|but|sowie|dann|then)\b)?[\s,;:–—.!(-]*$")
_BEGINS = " \n\t\xa0-•*,;:–—(.!)"


TimesOf = Callable[[str], Sequence[tuple[int, int]]]


@dataclass(frozen=True)
class Clause:
    """text[start:end] of the whole; `sentence` numbers the sentence, `first` says that it opens it."""

    start: int
    end: int
    text: str
    sentence: int


def clauses(text: str, *, asked: re.Pattern[str], times: TimesOf) -> Iterator[Clause]:
    """All clauses of a text, without questions. `times` finds the places of due times, which are never cut apart."""
    for number, (start, words) in enumerate(_sentences(text)):
        if asked.search(words):
            continue
        for begin, end in _cut(words, times(words)):
            raw = words[begin:end]
            lead = len(raw) - len(raw.lstrip(_BEGINS))
            kept = _ENDS.sub("", raw[lead:])
            if kept:
                at = start + begin + lead
                yield Clause(at, at + len(kept), kept, number)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for span in texts.sentences(text, MOST_SENTENCES):
        greeting = _SALUTATION.match(span.text)
        skip = greeting.end() if greeting else 0
        for begin in range(skip, len(span.text), LONGEST):
            yield span.start + begin, span.text[begin : begin + LONGEST]


def _cut(words: str, times: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    seams = [
        one for one in _CUT.finditer(words) if not any(a < one.end() and one.start() < b for a, b in times)
    ]
    ends = [*(one.start() for one in seams), len(words)][1:]
    begin = 0
    for seam, end in zip(seams, ends, strict=True):
        if _parts(words, begin, seam, end, times):
            yield begin, seam.start()
            begin = seam.end()
    yield begin, len(words)


def _parts(words: str, begin: int, seam: re.Match[str], end: int, times: Sequence[tuple[int, int]]) -> bool:
    """Does a new commitment begin behind this seam?"""
    left, right = words[begin : seam.start()], words[seam.end() : end]
    mark = seam[0].strip()
    word = mark[-1:].isalpha()  # "und", "and", not a comma
    if mark not in {"", ",", ":", "/", "+", "–", "—", "-", ")"} and not word:
        return True
    dated_left = any(begin <= a < seam.start() for a, _ in times)
    dated_right = any(seam.end() <= a < end for a, _ in times)
    if dated_left and dated_right and word and _STARTS_IF.match(right):
        return True  # "I'll ring at 11, and if you're out I'll try again at 2"
    if _belongs(left, right) or (dated_left and _ONLY_TIME.match(_blanked(words, seam.end(), end, times))):
        return False
    if (dated_left and (dated_right or _SOON.search(right))) or (dated_right and word and _DONE.search(left)):
        return True
    starts = (
        mark in {":", "–", "—", "-"} or (word and bool(_WE_WILL.match(right))) or bool(_ASIDE.match(right))
    )
    return (starts or _own_verb(left)) and _own_verb(right) and not (word and _SAME_SUBJECT.match(right))


def _belongs(left: str, right: str) -> bool:
    """Do the words behind a seam hang on those before it, or those before it on them?"""
    if (_STARTS_IF.match(left) and not _has_main_clause(left)) or _TO_DO.search(right):
        return True
    return bool(_HANGS_ON.match(right)) and not (_HANGS_UNLESS_SUBJECT.match(right) and not _relative(right))


def _own_verb(part: str) -> bool:
    return bool(_OWN_VERB.search(part) or _LL.search(part) or _NEW_SUBJECT.match(part))


_MAIN_AT_ONCE = re.compile(r"^(?:\S+\s+){3,}?(?:we|i|you|it|he|she|they)(?:['’]ll|\s+will)\b", re.IGNORECASE)  # fmt: skip


def _has_main_clause(left: str) -> bool:
    """In "if you send it, we pay": is the part behind the comma there already?"""
    _, comma, rest = left.partition(",")
    return (bool(comma) and _own_verb(rest)) or bool(_MAIN_AT_ONCE.match(left))


_VERB_LAST = re.compile(
    r"(?:wird|werden|ist|sind|hat|haben|kommt|kommen|steht|braucht|nimmt)\W*$", re.IGNORECASE
)


def _relative(right: str) -> bool:
    """The words "der am Montag kommt" hang on; "der Kurier kommt am Montag" stands alone."""
    return bool(re.match(r"^\W*(?:der|die|das|den|dem)\s+(?:am|bis|um|sich|ihnen|sie|es|wir|ich|dann|noch|in|den|die|das)\b", right, re.IGNORECASE)) and bool(_VERB_LAST.search(right))  # fmt: skip
