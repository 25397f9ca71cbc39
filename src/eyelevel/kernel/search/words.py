"""The table of words, one per database file: FTS5 on SQLite, a tsvector of our own tokens with GIN on PostgreSQL.

Both hold the same tokens and are asked the same question, so they find the same things in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from eyelevel.kernel.search.query import Any as AnyOf
from eyelevel.kernel.search.query import Term

GAP = 100  # places between title and text, so that no phrase reaches over
MERGE_PAGES = 500  # of one short write
LAST = (1 << 63) - 1


@dataclass(frozen=True)
class Row:
    """The tokens of one thing, each part with spaces between."""

    place: int
    title: str
    body: str
    beside: str


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to look for: every group of `all_of`, none of `none_of`, within places [since, until)."""

    all_of: Sequence[AnyOf]
    none_of: Sequence[AnyOf] = ()
    since: int | None = None
    until: int | None = None


def create(using: str) -> None:
    """Make the table of words; nothing happens where it is there."""
    if connections[using].vendor == "postgresql":
        _run(
            using,
            "CREATE TABLE IF NOT EXISTS search_words (place bigint PRIMARY KEY, words tsvector NOT NULL)",
        )
        _run(using, "CREATE INDEX IF NOT EXISTS search_words_gin ON search_words USING gin (words)")
    else:
        # Contentless: no text is kept. The tokenizer splits at spaces alone, since our tokens have no other ASCII sign.
        _run(
            using,
            "CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5"
            "(title, body, beside, content='', tokenize=\"ascii tokenchars '=:@.+-'\")",
        )


def clear(using: str) -> None:
    """An empty table of words, whatever was there or broken."""
    _run(using, "DROP TABLE IF EXISTS search_words")
    create(using)


def put(using: str, rows: Sequence[Row]) -> None:
    if connections[using].vendor == "postgresql":
        sql = "INSERT INTO search_words (place, words) VALUES (%s, %s::tsvector)"
        _run_many(using, sql, [(row.place, _vector(row)) for row in rows])
    else:
        sql = "INSERT INTO search_words (rowid, title, body, beside) VALUES (%s, %s, %s, %s)"
        _run_many(using, sql, [(row.place, row.title, row.body, row.beside) for row in rows])


def take(using: str, rows: Sequence[Row]) -> None:
    """Take out what was put in; FTS5 wants to be told the same tokens again."""
    if connections[using].vendor == "postgresql":
        _run_many(using, "DELETE FROM search_words WHERE place = %s", [(row.place,) for row in rows])
    else:
        sql = "INSERT INTO search_words (search_words, rowid, title, body, beside) VALUES ('delete', %s, %s, %s, %s)"
        _run_many(using, sql, [(row.place, row.title, row.body, row.beside) for row in rows])


def merge(using: str) -> bool:
    """Rewrite a few pages without what was taken out; False when nothing is left to do. PostgreSQL has its vacuum."""
    if connections[using].vendor == "postgresql":
        return False
    before = _changes(using)
    _run(using, "INSERT INTO search_words (search_words, rank) VALUES ('merge', %s)", [-MERGE_PAGES])
    return _changes(using) - before >= 2  # the number that FTS5 documents for "more to do"


_NEWEST_FTS = """
SELECT d.place, d.kind, d.thing, d."group", d.channel, d.language, d.state FROM (
  SELECT rowid AS place FROM search_words WHERE search_words MATCH %s AND rowid >= %s AND rowid < %s
  ORDER BY rowid DESC LIMIT %s
) w JOIN search_document d ON d.place = w.place ORDER BY d.place DESC
"""
_NEWEST_GIN = """
SELECT d.place, d.kind, d.thing, d."group", d.channel, d.language, d.state FROM (
  SELECT place FROM search_words WHERE words @@ %s::tsquery AND place >= %s AND place < %s
  ORDER BY place DESC LIMIT %s
) w JOIN search_document d ON d.place = w.place ORDER BY d.place DESC
"""


def newest(using: str, wanted: Wanted, *, most: int) -> list[tuple[Any, ...]]:
    """(place, kind, thing, group, channel, language, state) of the newest `most` hits."""
    postgres = connections[using].vendor == "postgresql"
    sql, asked = (_NEWEST_GIN, _tsquery(wanted)) if postgres else (_NEWEST_FTS, _fts(wanted))
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [asked, wanted.since or 0, LAST if wanted.until is None else wanted.until, most])
        return list(cursor.fetchall())


_COUNT_FTS = "SELECT %s, count(*) FROM (SELECT 1 AS hit FROM search_words WHERE search_words MATCH %s LIMIT %s) AS hits"
_COUNT_GIN = (
    "SELECT %s, count(*) FROM (SELECT 1 AS hit FROM search_words WHERE words @@ %s::tsquery LIMIT %s) AS hits"
)


def counts(using: str, asked: Sequence[Wanted], *, most: int) -> list[int]:
    """How many hits each question has, counted up to `most`; all are asked at once."""
    if not asked:
        return []
    postgres = connections[using].vendor == "postgresql"
    sql = " UNION ALL ".join([_COUNT_GIN if postgres else _COUNT_FTS] * len(asked))
    shaped = _tsquery if postgres else _fts
    values = [value for place, wanted in enumerate(asked) for value in (place, shaped(wanted), most)]
    with connections[using].cursor() as cursor:
        cursor.execute(sql, values)
        return [int(number) for _place, number in sorted(cursor.fetchall())]


def _fts(wanted: Wanted) -> str:
    """The question for FTS5. Tokens hold no quote, so nothing that somebody typed is ever syntax."""
    asked = " AND ".join(
        f"({' OR '.join(_fts_term(term) for term in _sorted(group))})" for group in wanted.all_of
    )
    refused = " OR ".join(_fts_term(term) for group in wanted.none_of for term in _sorted(group))
    return f"({asked}) NOT ({refused})" if refused else asked


def _fts_term(term: Term) -> str:
    if len(term.tokens) > 1:
        return f'{{title body}} : "{" ".join(term.tokens)}"'
    return f'"{term.tokens[0]}"{" *" if term.prefix else ""}'


def _tsquery(wanted: Wanted) -> str:
    groups = [f"({' | '.join(_ts_term(term) for term in _sorted(group))})" for group in wanted.all_of]
    groups += [f"!({' | '.join(_ts_term(term) for term in _sorted(group))})" for group in wanted.none_of]
    return " & ".join(groups)


def _ts_term(term: Term) -> str:
    if len(term.tokens) > 1:
        return f"({' <-> '.join(_lexeme(token) for token in term.tokens)})"
    return _lexeme(term.tokens[0]) + (":*" if term.prefix else "")


def _sorted(group: AnyOf) -> Iterable[Term]:
    return sorted(group, key=lambda term: term.tokens)


def _lexeme(token: str) -> str:
    return f"'{token}'"


def _vector(row: Row) -> str:
    """A tsvector as its own text form: no parser of PostgreSQL ever looks at the words."""
    places: dict[str, list[int]] = {}
    titles = row.title.split()
    for start, part in ((1, titles), (len(titles) + GAP, row.body.split())):
        for number, token in enumerate(part, start=start):
            places.setdefault(token, []).append(number)
    found = [f"{_lexeme(token)}:{','.join(map(str, at))}" for token, at in places.items()]
    return " ".join([*found, *(_lexeme(token) for token in row.beside.split())])


def _run(using: str, sql: str, values: Sequence[int] | None = None) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, values)


def _run_many(using: str, sql: str, rows: Sequence[tuple[int | str, ...]]) -> None:
    if rows:
        with connections[using].cursor() as cursor:
            cursor.executemany(sql, rows)


def _changes(using: str) -> int:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT total_changes()")
        return int(cursor.fetchone()[0])
