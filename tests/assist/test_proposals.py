"""Sentences proposed by a language model: each with its sources, put into a draft, never sent by themselves."""

from __future__ import annotations

import json

import pytest

from eyelevel.answers import reads as answer_reads
from eyelevel.assist import proposals
from eyelevel.knowledge.rules import statement_id
from eyelevel.outbox.models import Sending
from tests.assist.desk import at_the_desk, words, write
from tests.knowledge.writing import article

SOURCE = "Die Rückgabe ist 30 Tage lang möglich."


def asked(by, letter="Wie lange kann ich zurückgeben?"):
    return proposals.ask(by, letter=letter, sources={"7": SOURCE})


def test_each_sentence_names_what_it_rests_on(server, model):
    server.content = json.dumps(
        [{"sentence": "Sie können 30 Tage lang\nzurückgeben.", "sources": ["7", "7", "9"]}]
    )
    (one,) = asked(model)
    assert (one.text, one.sources) == ("Sie können 30 Tage lang zurückgeben.", ("7",))
    assert SOURCE in server.asked[0]["messages"][1]["content"]


@pytest.mark.parametrize(
    "row",
    [
        {"sentence": "Sie können 60 Tage lang zurückgeben.", "sources": ["7"]},
        {"sentence": "Wir kommen vorbei.", "sources": []},
        {"sentence": "Wir kommen vorbei.", "sources": "7"},
        {"sentence": "Wir kommen vorbei."},
    ],
)
def test_a_sentence_that_no_source_can_hold_is_said_to_have_none(server, model, row):
    server.content = json.dumps([row])
    (one,) = asked(model)
    assert one.sources == ()


@pytest.mark.parametrize("row", [{"sources": ["7"]}, {"sentence": 7}, {"sentence": "  "}, "x", None])
def test_what_is_no_sentence_is_left_out(server, model, row):
    server.content = json.dumps([row])
    assert asked(model) == []


def test_without_any_source_nothing_is_asked(server, model):
    assert proposals.ask(model, letter="Wie lange?", sources={}) == ()
    assert server.asked == []


@at_the_desk
def test_sentences_come_into_the_draft_with_their_sources_and_nothing_leaves(desk, case, mira, server):
    written = article(
        mira,
        title="Anlage",
        text="Die Anlage in der Nordstraße ist von 2019. Wie alt eine Anlage ist, steht am Typenschild.",
    )
    key = statement_id(written.versions.get(number=written.published).pk)
    server.content = json.dumps(
        [
            {"sentence": "Ihre Anlage ist von 2019.", "sources": [key]},
            {"sentence": "Sie hält bis 2045.", "sources": [key]},
        ]
    )
    page = write(desk, case, "Guten Tag,", propose="1")
    kept = answer_reads.open_draft(case, staff_id=mira.pk)
    assert kept.text == "Guten Tag,\n\nIhre Anlage ist von 2019. Sie hält bis 2045."
    shown = words(page)
    assert "Proposed by the language model small, sentence by sentence" in shown
    assert (
        f'href="/desk/knowledge/{written.pk}/?version={written.published}">Anlage</a>'
        in page.content.decode()
    )
    assert shown.count("no source holds this") == 1
    assert not Sending.objects.filter(notice="").exists()
    page = write(desk, case, "Guten Tag, Ihre Anlage ist von 2019.")
    assert "no longer in the draft" in words(page)


@at_the_desk
def test_where_nothing_fits_or_it_is_silent_the_page_says_so(desk, case, server):
    assert "found nothing in our articles" in words(write(desk, case, "Guten Tag,", propose="1"))
    server.status = 500
    page = write(desk, case, "Guten Tag,", propose="1")
    assert "No proposal by the language model: it refuses the question." in words(page)


@at_the_desk
def test_what_is_written_for_colleagues_alone_is_no_source_for_a_draft(desk, case, mira, server):
    article(mira, title="Anlage", text="Die Anlage in der Nordstraße ist intern von 2019.", public=False)
    write(desk, case, "Guten Tag,", propose="1")
    assert "intern von 2019" not in json.dumps(server.asked, ensure_ascii=False)
