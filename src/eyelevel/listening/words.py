"""What counts as a word when listening: folded runs of letters and digits. Plain Python, linear in its input.

Case, accents, umlauts (ä = ae), ß and forms for display (ﬁ, ①, full width) are folded away; signs of no width vanish;
everything that is neither letter nor digit separates, so #bahn and @bahn are the word bahn. An emoji is a word by itself (its
colour of skin aside), and so is each letter of the scripts that put no spaces between words: there, words next to one another
are found wherever they stand.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from eyelevel.kernel.text import BIDI, ZERO_WIDTH, folded

QUOTES = '"„“”«»'
_UNSPACED = (  # Thai, Lao, Myanmar, Khmer, kana, Han
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_EMOJI = "\u231a\u231b\u23e9-\u23f3\u23f8-\u23fa\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
_RUN = re.compile(rf"[^\W_{_UNSPACED}]+")
_ALONE = re.compile(rf"(?=[^\W_])[{_UNSPACED}]|[{_EMOJI}]")
_WORD = re.compile(f"{_RUN.pattern}|{_ALONE.pattern}")
_LINK = re.compile(r"https?://([a-z0-9.-]{1,253})", re.ASCII | re.IGNORECASE)
_FOREIGN = re.compile(
    r"[\x00-\x7f]?[^\x00-\x7f]+"
)  # with the sign before it: an accent may stand alone behind its letter
_UNSEEN = re.compile("[" + "".join(sorted(ZERO_WIDTH | BIDI)) + "]")
_MOST_REMEMBERED = 6  # signs; longer pieces are rarely seen twice
_NOT_IN_NAMES = str.maketrans(dict.fromkeys(QUOTES + "*", " "))


def fold(text: str) -> str:
    """For comparing. Folding twice changes nothing more."""
    if text.isascii():
        return text.lower()
    return _FOREIGN.sub(_fold_match, _UNSEEN.sub("", text).lower())


def _fold_match(match: re.Match[str]) -> str:
    piece = match[0]
    return _remembered(piece) if len(piece) <= _MOST_REMEMBERED else _fold_piece(piece)


def _fold_piece(piece: str) -> str:
    return _UNSEEN.sub("", folded(unicodedata.normalize("NFKC", piece)))


_remembered = lru_cache(maxsize=8_192)(_fold_piece)


def words_of(text: str) -> list[str]:
    """The folded words of a text in their order."""
    return _WORD.findall(fold(text))


def stands_alone(word: str) -> bool:
    """Is this sign a word whatever stands beside it?"""
    return _ALONE.fullmatch(word) is not None and not _RUN.fullmatch(word)


def hosts_of(text: str) -> list[str]:
    """The machines that the links in a text lead to."""
    return [host for found in _LINK.findall(text) if (host := found.lower().strip("."))]


def name_of(text: str) -> str:
    """A name or key of an author for comparing: folded, without a leading @, quotes and stars."""
    return " ".join(fold(text).translate(_NOT_IN_NAMES).split()).lstrip("@ ")


def language_of(tag: str) -> str:
    """The first part of a language tag: "de" of "de-AT"; "" where there is none."""
    return re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]
