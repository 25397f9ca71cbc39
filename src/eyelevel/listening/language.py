"""The watch language: reading it. What it means is in meaning.py, for people in docs/watches.md.

    query := all (OR all)*          all := one ([AND] one)*          one := (NOT | -) one | ( query ) | near | term
    near  := term (NEAR/n term)+, where each term is one word, with or without a star
    term  := word | "phrase" | begin* | *end | *inside* | field:value | field:( query )
    field := lang | network | author | domain | has | is          (has:link, is:reply, is:repost)

Bounded in length, terms and depth, so that any text is read or refused at once.
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from eyelevel.listening.query import (
    KEYWORDS,
    Field,
    FieldName,
    Near,
    Piece,
    Query,
    Words,
    either,
    every,
    loose_end,
    negated,
    plain,
)
from eyelevel.listening.words import QUOTES, language_of, name_of, stands_alone, words_of

MOST_SIGNS = 4_000
MOST_TERMS = 400
MOST_DEPTH = 30
LEAST_SIGNS_WITH_STAR = 3
MOST_FOUND = 40

Expected = Literal[
    "term", "end", "closing-quote", "closing-parenthesis", "letters", "one-word", "star-at-edge", "three-signs",
    "known-field", "value", "language", "something-to-find", "something-wanted", "shorter", "fewer-terms", "less-depth",
    "one-word-each", "domain", "known-value",
]  # fmt: skip
EXPECTED: frozenset[str] = frozenset(get_args(Expected))

_FIELDS: dict[str, FieldName] = {name: name for name in get_args(FieldName)}
_VALUES: dict[FieldName, str] = {  # what may stand behind a field's colon
    "network": r"[\w.-]+", "domain": r"[a-z0-9-]+(\.[a-z0-9-]+)+", "has": "link", "is": "reply|repost",
}  # fmt: skip
_VALUE_EXPECTED: dict[FieldName, Expected] = {
    "network": "value", "domain": "domain", "has": "known-value", "is": "known-value",
}  # fmt: skip
_NEAR = re.compile(r"near/([1-9]\d?)", re.IGNORECASE)
_RAW = re.compile(rf"[^\s(){QUOTES}]+")
_FIELD = re.compile(r"([^\W\d_]+):(?!//)")
_DASHES = "-–—−"  # telephones write the long ones by themselves
_END = "the end"


class NotUnderstood(ValueError):
    """A text that is no watch: where (signs from 0), what was expected (a code of EXPECTED), what stands there."""

    def __init__(self, *, position: int, expected: Expected, found: str) -> None:
        super().__init__(f"expected {expected} at {position}, found {found[:MOST_FOUND]!r}")
        self.position, self.expected, self.found = position, expected, found[:MOST_FOUND]


def parse(text: str) -> Query:
    """What a watch asks. Raises NotUnderstood; str() of the result parses to an equal one."""
    if len(text) > MOST_SIGNS:
        raise NotUnderstood(position=MOST_SIGNS, expected="shorter", found=text[MOST_SIGNS:])
    query = _Reader(text).whole()
    end = loose_end(plain(query))
    if end is not None:
        expected: Expected = "something-to-find" if isinstance(end, Field) else "something-wanted"
        raise NotUnderstood(position=end.position, expected=expected, found=str(end))
    if len(str(query)) > MOST_SIGNS:  # folding can lengthen: one sign can stand for a whole company
        raise NotUnderstood(position=len(text), expected="shorter", found="")
    return query


class _Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._terms, self._depth = text, 0, 0, 0

    def whole(self) -> Query:
        query = self._query(None)
        if self._ahead() != _END:
            raise self._trouble("end")
        return query

    def _query(self, name: FieldName | None) -> Query:
        parts = [self._all(name)]
        while self._ahead() == "or":
            self._take_raw()
            parts.append(self._all(name))
        return either(parts)

    def _all(self, name: FieldName | None) -> Query:
        parts = [self._one(name)]
        while (ahead := self._ahead()) not in {_END, ")", "or"}:
            if ahead == "near":
                parts.append(self._near(parts))
                continue
            if ahead == "and":
                self._take_raw()
            parts.append(self._one(name))
        return every(parts)

    def _near(self, parts: list[Query]) -> Near:
        """The last of `parts`, which goes where it is one word, near to the word that follows."""
        distance = int(self._take_raw().partition("/")[2])
        if self._ahead() in {_END, "(", ")", "and", "or", "not", "near"}:
            raise self._trouble("one-word-each")
        before = parts[-1]
        left = _one_word(before.other if isinstance(before, Near) else before)
        right = _one_word(self._term(None))
        if not isinstance(before, Near):
            parts.pop()
        return Near(left, right, distance, left.position)

    def _one(self, name: FieldName | None) -> Query:
        ahead, start = self._ahead(), self._at
        if ahead in {_END, ")", "and", "or", "near"}:
            raise self._trouble("term")
        if ahead == "not":
            self._take_raw()
            return self._deeper(name, negates=start)
        if self._text[start] in _DASHES:
            if not self._text[start + 1 : start + 2].strip(") \t\n\r"):
                raise self._trouble("term")
            self._at += 1
            return self._deeper(name, negates=start)
        if ahead == "(":
            return self._group(name)
        return self._term(name)

    def _deeper(self, name: FieldName | None, *, negates: int | None = None) -> Query:
        """One level down: what a no or a parenthesis stands before."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise self._trouble("less-depth")
        inner = self._query(name) if negates is None else negated(self._one(name), negates)
        self._depth -= 1
        return inner

    def _group(self, name: FieldName | None) -> Query:
        opened = self._at
        self._at += 1
        inner = self._deeper(name)
        if self._ahead() != ")":
            raise NotUnderstood(position=opened, expected="closing-parenthesis", found=self._text[opened:])
        self._at += 1
        return inner

    def _term(self, name: FieldName | None) -> Query:
        start = self._at
        if self._text[start] in QUOTES:
            return self._quoted(name)
        raw = self._take_raw()
        named = _FIELD.match(raw) if name is None else None
        if named is None:
            return self._value(name, raw, start) if name else self._word(raw, start)
        known = _FIELDS.get(named[1].lower())
        if known is None:
            raise NotUnderstood(position=start, expected="known-field", found=named[0])
        if named.end() < len(raw):
            return self._value(known, raw[named.end() :], start + named.end(), field=start)
        return self._value_apart(known, start)

    def _value_apart(self, name: FieldName, start: int) -> Query:
        """The value of a field in quotes or parentheses, directly behind its colon."""
        ahead = self._text[self._at : self._at + 1]
        if ahead == "(":
            return self._group(name)
        if ahead and ahead in QUOTES:
            return self._quoted(name)
        raise NotUnderstood(position=self._at, expected="value", found=self._text[start : self._at])

    def _quoted(self, name: FieldName | None) -> Query:
        start = self._at
        end = next((at for at in range(start + 1, len(self._text)) if self._text[at] in QUOTES), None)
        if end is None:
            raise NotUnderstood(position=start, expected="closing-quote", found=self._text[start:])
        inside = self._text[start + 1 : end]
        self._at = end + 1
        if "*" in inside:
            position = start + 1 + inside.index("*")
            raise NotUnderstood(position=position, expected="star-at-edge", found=inside)
        if name is None:
            return self._words(inside, start)
        if self._text[self._at : self._at + 1] == "*":
            self._at += 1
            inside += "*"
        return self._value(name, inside, start)

    def _word(self, raw: str, start: int) -> Query:
        before, after = raw.startswith("*"), raw.endswith("*") and len(raw) > 1
        body = raw[before : len(raw) - after]
        if "*" in body:
            raise NotUnderstood(position=start + before + body.index("*"), expected="star-at-edge", found=raw)
        if not before and not after:
            return self._words(raw, start)
        self._count(1, start)
        words = words_of(body)
        if words and all(map(stands_alone, words)):  # found anywhere in a word by themselves
            return Words(tuple(words), start)
        if len(words) > 1:
            raise NotUnderstood(position=start, expected="one-word", found=raw)
        if not words or len(words[0]) < LEAST_SIGNS_WITH_STAR:
            raise NotUnderstood(position=start, expected="three-signs", found=raw)
        return Piece("contains" if before and after else "ends" if before else "begins", words[0], start)

    def _words(self, raw: str, start: int) -> Query:
        words = words_of(raw)
        if not words:
            raise NotUnderstood(position=start, expected="letters", found=raw)
        self._count(len(words), start)
        return Words(tuple(words), start)

    def _value(self, name: FieldName, raw: str, start: int, *, field: int | None = None) -> Query:
        """`start` is where the value stands, `field` where its field does, if elsewhere."""
        self._count(1, start)
        if name == "author":
            return _author(raw, start)
        if name == "lang":
            value = language_of(raw)
            if not re.fullmatch("[a-z]{2,3}", value):
                raise NotUnderstood(position=start, expected="language", found=raw)
        else:
            value = raw.lower().removeprefix("www.") if name == "domain" else name_of(raw)
            if "*" in raw or not re.fullmatch(_VALUES[name], value):
                raise NotUnderstood(position=start, expected=_VALUE_EXPECTED[name], found=raw)
        return Field(name, value, position=start if field is None else field)

    def _count(self, terms: int, position: int) -> None:
        self._terms += terms
        if self._terms > MOST_TERMS:
            raise NotUnderstood(position=position, expected="fewer-terms", found=self._text[position:])

    def _ahead(self) -> str:
        """What comes next, without taking it: the end, a parenthesis, and/or/not, or a term."""
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        if self._at == len(self._text):
            return _END
        sign = self._text[self._at]
        if sign in "()":
            return sign
        raw = _RAW.match(self._text, self._at)
        if raw and _NEAR.fullmatch(raw[0]):
            return "near"
        return KEYWORDS.get(raw[0].lower(), "a term") if raw else "a term"

    def _take_raw(self) -> str:
        raw = _RAW.match(self._text, self._at)
        taken = raw[0] if raw else ""
        self._at += len(taken)
        return taken

    def _trouble(self, expected: Expected) -> NotUnderstood:
        raw = _RAW.match(self._text, self._at)
        found = raw[0] if raw else self._text[self._at : self._at + 1]
        return NotUnderstood(position=self._at, expected=expected, found=found)


def _one_word(side: Query) -> Words | Piece:
    """What may stand beside NEAR."""
    if isinstance(side, Piece) or (isinstance(side, Words) and len(side.words) == 1):
        return side
    raise NotUnderstood(position=side.position, expected="one-word-each", found=str(side))


def _author(raw: str, start: int) -> Query:
    begins = raw.endswith("*")
    if "*" in raw[: len(raw) - begins]:
        raise NotUnderstood(position=start, expected="star-at-edge", found=raw)
    value = name_of(raw)
    if not value:
        raise NotUnderstood(position=start, expected="value", found=raw)
    if begins and len(value) < LEAST_SIGNS_WITH_STAR:
        raise NotUnderstood(position=start, expected="three-signs", found=raw)
    return Field("author", value, begins, start)
