"""Articles for tests, made by the same actions as in the house."""

from __future__ import annotations

from eyelevel.kernel import clock
from eyelevel.knowledge import actions
from eyelevel.knowledge.models import Article

TEXT = """## Rücksendung

Sie können Geräte innerhalb von 30 Tagen zurücksenden. Die Rücksendung kostet 4,90 Euro.

Wir erstatten den Kaufpreis bis zum 20.11.2026.
"""
RETURNS = ("Rücksendung", TEXT)


def words(title=RETURNS[0], text=RETURNS[1], *, sources=(), note=""):
    return actions.Words(title=title, text=text, sources=sources, note=note)


def article(
    by, *, title=RETURNS[0], text=RETURNS[1], public=True, published=True, language="de", on=None, sources=()
):
    audience = Article.Audience.PUBLIC if public else Article.Audience.COLLEAGUES
    row = actions.write(
        words(title, text, sources=sources),
        language=language,
        audience=audience,
        look_again_on=on,
        by=by,
        now=clock.now(),
    )
    if published:
        publish(row, by)
    return row


def publish(row, by):
    version = row.versions.get(number=row.latest)
    found = actions.keywords_of(words(version.title, version.text), language=row.language)
    actions.publish(row, number=row.latest, keywords=found, by=by, now=clock.now())


def revise(row, by, text, *, seen=None, title=None):
    return actions.revise(
        row,
        words(title or row.title, text),
        seen=row.latest if seen is None else seen,
        by=by,
        now=clock.now(),
    )
