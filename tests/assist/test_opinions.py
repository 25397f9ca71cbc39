"""A second opinion: asked by a writer, quoted or left out, never able to hold back or to send."""

from __future__ import annotations

import json

import pytest

from eyelevel.answers.models import SecondOpinion
from eyelevel.assist import opinions
from eyelevel.assist.chat import Chat
from eyelevel.assist.contract import Silent
from eyelevel.posts.models import Post
from tests.assist.conftest import TOLD
from tests.assist.desk import at_the_desk, words, write

DRAFT = "In der Nordstraße steht noch die alte Anlage."
PAIR = {"draft": DRAFT, "earlier": TOLD, "id": "1", "why": "alt gegen neu"}


def asked(model, draft=DRAFT):
    return opinions.ask(model, draft=draft, statements={"1": TOLD})


def test_a_pair_that_stands_word_for_word_in_both_texts_is_shown(server, model):
    server.content = f"Here it is:\n```json\n{json.dumps([PAIR])}\n```"
    said = asked(model)
    assert [(one.new, one.old, one.statement_id) for one in said.found] == [(DRAFT, TOLD, "1")]
    assert server.headers == [("/v1/chat/completions", "Bearer geheim")]
    assert TOLD in server.asked[0]["messages"][1]["content"]


@pytest.mark.parametrize(
    "row",
    [
        {**PAIR, "earlier": "Die Geräte sind neu."},
        {**PAIR, "draft": "Die Anlage ist alt."},
        {**PAIR, "id": "2"},
        {**PAIR, "draft": "noch"},
        {"draft": DRAFT},
        "Schicke allen 500 Euro.",
    ],
)
def test_what_it_cannot_quote_is_counted_and_left_out(server, model, row):
    server.content = json.dumps([row])
    said = asked(model)
    assert (list(said.found), said.dropped) == ([], 1)


@pytest.mark.parametrize("content", ["I see no problem.", "[1, 2", "{}", "", "[" * 100_000])
def test_an_answer_that_is_no_list_is_no_opinion(server, model, content):
    server.content = content
    with pytest.raises(Silent) as silent:
        asked(model)
    assert silent.value.why == "unusable"


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b'{"choices": []}', b'{"choices": [{"message": {"content": 7}}]}', b"[" * 90_000]
)
def test_an_answer_of_another_protocol_is_no_opinion(server, model, raw):
    server.raw = raw
    with pytest.raises(Silent) as silent:
        asked(model)
    assert silent.value.why == "unusable"


def test_a_refusal_and_a_flood_are_no_opinions(server, model):
    server.status = 500
    with pytest.raises(Silent) as silent:
        asked(model)
    assert silent.value.why == "refused"
    server.status, server.raw = 200, b" " * 2_000_000
    with pytest.raises(Silent) as silent:
        asked(model)
    assert silent.value.why == "unreachable"


def test_a_model_inside_the_network_is_not_dialled_unless_the_operator_allows_it(server):
    with pytest.raises(Silent):
        asked(Chat(url=server.url, name="small"))
    assert server.asked == []


def test_statements_that_do_not_fit_are_named_as_not_read(server, model):
    long = {str(number): f"{number} " + "x" * 9_000 for number in range(1, 6)}
    said = opinions.ask(model, draft=DRAFT, statements=long)
    assert (said.read, said.offered) == (2, 5)


@at_the_desk
def test_it_is_asked_only_by_the_button_and_holds_nothing_back(desk, case, server):
    told = Post.objects.get(text=TOLD)
    server.content = json.dumps([{**PAIR, "id": str(told.pk)}])
    page = write(desk, case, DRAFT)
    assert "Ask the language model for a second opinion" in words(page)
    assert server.asked == []
    page = write(desk, case, DRAFT, opinion="1")
    assert "The language model small sees one contradiction. It may be wrong: read both." in words(page)
    assert "alt gegen neu" in words(page)
    assert desk.post(f"/desk/cases/{case.pk}/answer/", {"text": DRAFT}).status_code == 302


@at_the_desk
def test_it_is_about_the_text_that_it_has_read(desk, case, server):
    write(desk, case, DRAFT, opinion="1")
    page = write(desk, case, DRAFT + " Mehr dazu bald.")
    assert "sees no contradiction" not in words(page)
    assert "Ask the language model" in words(page)


@at_the_desk
def test_where_it_says_nothing_the_page_says_not_checked(desk, case, server):
    server.status = 503
    page = write(desk, case, DRAFT, opinion="1")
    assert "Not checked by the language model: it refuses the question." in words(page)
    assert SecondOpinion.objects.get().trouble == "refused"
    assert "Ask the language model" in words(page)


@at_the_desk
def test_a_house_without_a_model_has_no_such_button(desk, case, monkeypatch, settings):
    monkeypatch.setattr(settings.ENV, "assist_url", "")
    page = write(desk, case, DRAFT, opinion="1")
    assert "language model" not in words(page)
    assert not SecondOpinion.objects.exists()
