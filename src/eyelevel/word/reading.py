"""A draft as its reader sees it, with the way back to the places in the draft as it was written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eyelevel.kernel import text as texts

_UNSEEN = texts.BIDI | texts.ZERO_WIDTH
# German words that are often typed without umlauts, by their stems. "ue" in "neue" or "aktuell" stays as it is.
_STEMS = (
    "rueck naechst spaetest fuer frueh fuenf zwoelf maerz moegl moecht koenn muess waehr waere wuerd duerf pruef klaer aender loes"
    " schluess gebuehr fuehr buero oeff haett kuemmer bestaetig verspaet ueber praem schoen hoer taegl waehl ergaenz"
    " gueltig guenst buergschaft drueck stueck lueck oertl voellig haendig"
).split()
_SPELLED = re.compile("|".join(sorted(_STEMS, key=len, reverse=True)), re.IGNORECASE)
_DIGRAPH = re.compile("ae|oe|ue", re.IGNORECASE)
_UMLAUT = {"ae": "ä", "oe": "ö", "ue": "ü", "Ae": "Ä", "Oe": "Ö", "Ue": "Ü", "AE": "Ä", "OE": "Ö", "UE": "Ü"}
_QUOTE_LINE = re.compile(r"(?m)^[ \t]*>.*$")
_QUOTED = re.compile(r"[„“\"»«][^„“”\"«»\n]{8,400}[“”\"«»]")

# From here on others speak, or nobody to this reader: a forwarded mail, an unmarked quotation, the signature.
_DASHED = r"^[ \t]*-{2,}[ \t]*(?:ursprüngliche nachricht|weitergeleitete nachricht|original message|forwarded message|begin forwarded message)\b.*$"
_ATTRIBUTION = r"^[ \t]*(?:am|on)\b[^\n]{4,120}\b(?:schrieb|wrote)\b[^\n]{0,80}:[ \t]*$(?!\s*^[ \t]*>)"  # marked ones end by themselves
_HEADER = r"^[ \t]*(?:von|from):[^\n]+\n(?:[ \t]*(?:gesendet|datum|sent|date|an|to|cc|betreff|subject):[^\n]*\n?){2,}"
_SIGNATURE = r"^--[ \t]?$"
_NOT_OURS = re.compile(
    rf"(?:{_DASHED}|{_ATTRIBUTION}|{_HEADER}|{_SIGNATURE})[\s\S]*", re.IGNORECASE | re.MULTILINE
)
_TURNED, _TURNED_BACK = "\u202e", "\u202c\n"  # an override shows what follows from right to left


@dataclass(frozen=True)
class Reading:
    """`text` as seen; the sign at `text[i]` stands at `places[i]` of the draft."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the words text[start:end] stand in the draft."""
        places = self.places[start:end]
        return min(places), max(places) + 1


def of(draft: str) -> Reading:
    """What a reader sees of a draft: nothing invisible, umlauts where they belong, blanks where others are quoted or forwarded
    and below a signature.
    """
    places = [place for place in _order(draft) if draft[place] not in _UNSEEN]
    text, places = _umlauts(texts.visible("".join(draft[place] for place in places)), places)
    for pattern in (_NOT_OURS, _QUOTE_LINE, _QUOTED):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return Reading(text, places)


def _order(draft: str) -> Sequence[int]:
    """The places of a draft in the order in which its signs are seen."""
    if _TURNED not in draft:
        return range(len(draft))
    shown: list[int] = []
    turned: list[int] = []
    inside = False
    for place, sign in enumerate(draft):
        if inside and sign in _TURNED_BACK:
            shown += reversed(turned)
            turned, inside = [], False
        inside = inside or sign == _TURNED
        (turned if inside else shown).append(place)
    return [*shown, *reversed(turned)]


def _umlauts(text: str, places: list[int]) -> tuple[str, list[int]]:
    parts: list[str] = []
    kept: list[int] = []
    done = 0
    for stem in _SPELLED.finditer(text):
        pair = _DIGRAPH.search(text, stem.start(), stem.end())
        if pair is None:  # every stem holds one
            continue
        parts += [text[done : pair.start()], _UMLAUT.get(pair[0], pair[0][0])]
        kept += places[done : pair.start() + 1]
        done = pair.end()
    return "".join([*parts, text[done:]]), kept + places[done:]
