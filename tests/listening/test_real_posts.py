"""2,369 real posts about Deutsche Bahn (GermEval 2017), watched with what that team would ask, filtered, grouped by hand."""

from __future__ import annotations

import os
import re
import warnings
import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from eyelevel.cases.models import Case
from eyelevel.kernel import clock
from eyelevel.kernel.text import folded
from eyelevel.listening.language import parse
from eyelevel.listening.meaning import matches
from eyelevel.listening.models import Heard, Match
from eyelevel.people.models import Login, Staff
from eyelevel.posts.models import Evidence, Post
from tests.listening.hearing import hear_many, watch

pytestmark = pytest.mark.django_db(databases="__all__")

WATCHES = {
    "Verspätung und Ausfall": '(verspät* OR ausfall* OR ausfäll* OR "fällt aus" OR pünktlich*) NOT flughafen',
    "Streik": "streik* OR warnstreik* OR gdl OR evg",
    "Preise": "(preis* OR *preis* OR *preise OR teuer* OR ticket* OR bahncard*) AND (bahn OR db OR zug)",
    "WLAN im Zug": "wlan OR wifi OR *internet*",
    "Personal": "schaffner* OR zugbegleiter* OR personal OR lokführer*",
}
ALL_OF_THEM = 2_369


def documents():
    named = os.environ.get("EYELEVEL_DATA", "")
    path = Path(named) / "germeval2017" / "dev-2017-09-15.xml"
    if not named or not path.is_file():
        warnings.warn(
            "EYELEVEL_DATA names no folder with germeval2017: the real posts were NOT heard", stacklevel=1
        )
        pytest.skip("NOT RUN: EYELEVEL_DATA names no folder with germeval2017")
    return [(one.get("id").replace("\\", ""), one.findtext("text") or "") for one in ET.parse(path).getroot()]


def author(address):
    """Who wrote it, as far as the collection says: the account, or the site."""
    account = re.match(r"https?://(?:www\.)?(?:twitter|facebook)\.com/([^/?]+)", address)
    return account[1] if account else re.sub(r"https?://(www\.)?", "", address).split("/")[0]


@pytest.fixture
def columns(db):
    """Every watch as a column, filled with what it matches, re-timed over the last hours."""
    posts, now, by_columns = documents(), clock.now(), {}
    assert len(posts) == ALL_OF_THEM
    queries = {name: parse(query) for name, query in WATCHES.items()}
    made = {name: watch(name, WATCHES[name], place=place, now=now) for place, name in enumerate(WATCHES)}
    for place, (address, text) in enumerate(posts):
        its = tuple(name for name, query in queries.items() if matches(query, text=text))
        word = {
            "network": "replay", "source": "germeval2017", "external_id": address, "url": address, "text": text,
            "author": author(address), "author_name": author(address), "marks": ["re-timed"],
            "at": now - timedelta(seconds=30 * place + 61),
        }  # fmt: skip
        by_columns.setdefault(its, []).append(word)
    for names, words in by_columns.items():
        if names:
            hear_many(words, [made[name] for name in names])
    return made


@pytest.fixture
def desk(db, monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    login = Login.objects.create_user("mira@bahn.example", "a long enough password")
    Staff.objects.create(name="Owner", role="operator")
    Staff.objects.create(name="Mira Lang", role="agent", login=login, language="de")
    client = Client(headers={"Origin": "http://testserver"})
    client.force_login(login)
    return client


def test_real_posts_are_watched_filtered_and_grouped_by_hand(columns, desk):
    sizes = {name: Match.objects.filter(watch_id=one.pk).count() for name, one in columns.items()}
    assert all(count >= 10 for count in sizes.values()), sizes
    assert Heard.objects.count() < ALL_OF_THEM
    page = desk.get("/desk/radar/").content.decode()
    assert all(name in page for name in WATCHES)
    assert "Zeit erfunden: Die Sammlung hat keine" in page
    late = columns["Verspätung und Ausfall"]
    found = desk.get(
        "/desk/radar/", {"part": "columns", "watch": late.pk, "q": "verspätung"}
    ).content.decode()
    chosen = re.findall(r'name="word" value="(\w+)"', found)[:5]
    rows = {one.public_id: one for one in Heard.objects.filter(public_id__in=chosen)}
    assert len(rows) == 5
    assert all("verspaetung" in folded(one.text) for one in rows.values())
    desk.post("/desk/radar/words/", {"do": "case", "word": chosen})
    case = Case.objects.get()
    first = min(rows.values(), key=lambda one: (one.at, one.pk))
    assert case.person.name == first.author_name
    assert Post.objects.filter(case_id=case.pk).count() == 5
    others = [one for one in rows.values() if one.author != first.author]
    assert Evidence.objects.count() == len(others)


def test_the_column_counts_each_author_of_real_posts_once(columns, desk):
    strike = columns["Streik"]
    rows = Match.objects.filter(watch_id=strike.pk, at__gt=clock.now() - timedelta(hours=1))
    people = len({one.heard.author for one in rows.select_related("heard")})
    page = desk.get("/desk/radar/", {"part": "columns", "watch": strike.pk}).content.decode()
    assert re.search(rf"\b{people} Mensch(en)? in der letzten Stunde", page)
