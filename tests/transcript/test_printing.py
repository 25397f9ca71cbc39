"""The pages: everything of the record is on them, and what the font cannot show is shown as a number."""

from __future__ import annotations

import re

import pytest

from eyelevel.transcript import press
from eyelevel.transcript.printing import JOB, Block, Task, TooLong, print_pages
from tests.transcript.reading import lines_of


def task(*texts, record=b'{"document":{}}', style="words"):
    return Task(
        title="Fall 12", language="de", made_at="2026-11-02T09:12:00Z", foot="Nordlicht · Fall 12", replaced="Es fehlen Zeichen.",
        blocks=[Block(style, text) for text in texts], record=record, record_name="fall.json", record_words="Protokoll",
    )  # fmt: skip


def test_umlauts_quotes_and_greek_are_printed_as_written():
    lines = lines_of(print_pages(task("Grüße aus Köln: „Straße“ – 12 €, Ωμέγα, Привет")).content)
    assert "Grüße aus Köln: „Straße“ – 12 €, Ωμέγα, Привет" in lines
    assert "Es fehlen Zeichen." not in lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Beleg 🧾", "Beleg [U+1F9FE]"), ("你好", "[U+4F60][U+597D]"), ("a\u200bb", "a[U+200B]b"), ("x\u202egpj", "x[U+202E]gpj"),
     ("\x00\x07", "[U+0000][U+0007]")],
)  # fmt: skip
def test_signs_that_cannot_be_seen_are_not_dropped(text, shown):
    lines = lines_of(print_pages(task(text)).content)
    assert shown in lines
    assert "Es fehlen Zeichen." in lines


def test_a_long_word_goes_on_in_the_next_line_and_loses_nothing():
    word = "Donaudampfschifffahrt" * 40
    lines = lines_of(print_pages(task(word)).content)
    assert word in "".join(lines)
    assert max(len(line) for line in lines) < 200


def test_lines_and_empty_lines_of_a_text_stay():
    content = print_pages(task("eins\n\n  zwei\r\ndrei\tvier")).content
    assert [line for line in lines_of(content) if "Nordlicht" not in line] == [
        "eins",
        "  zwei",
        "drei    vier",
    ]


def test_hundreds_of_posts_make_many_numbered_pages():
    texts = [f"Beitrag {number}: " + "Das ist ein längerer Text. " * 20 for number in range(600)]
    printed = print_pages(task(*texts))
    assert printed.pages > 50
    whole = "\n".join(lines_of(printed.content))
    assert all(f"Beitrag {number}: " in whole for number in range(600))
    assert f"Nordlicht · Fall 12 · {printed.pages} / {printed.pages}" in whole


def test_the_record_stands_in_the_file_as_it_is():
    record = '{"document":{"text":"endstream endobj %%EOF ) > 🧾"}}'.encode()
    printed = print_pages(task("x", record=record))
    assert printed.content[printed.offset : printed.offset + printed.length] == record


def test_places_of_all_objects_are_right():
    content = print_pages(task("x")).content
    start = int(re.search(rb"startxref\n(\d+)\n", content)[1])
    assert content[start:].startswith(b"xref\n")
    places = re.findall(rb"(\d{10}) 00000 n ", content[start:])
    for number, place in enumerate(places, start=1):
        assert content[int(place) :].startswith(b"%d 0 obj\n" % number)


def test_a_title_cannot_leave_its_place():
    content = print_pages(
        Task(**{**vars_of(task("x")), "title": ") >> /OpenAction << /S /JavaScript"})
    ).content
    assert b"OpenAction" not in content


def vars_of(one):
    return {name: getattr(one, name) for name in one.__struct_fields__}


def test_the_same_case_makes_the_same_bytes():
    assert print_pages(task("Grüße 🧾")).content == print_pages(task("Grüße 🧾")).content


def test_more_pages_than_are_printed_are_refused(monkeypatch):
    monkeypatch.setattr("eyelevel.transcript.printing.MOST_PAGES", 3)
    with pytest.raises(TooLong):
        print_pages(task("x\n" * 500))


def test_a_child_prints_the_same_and_only_that_is_allowed_to_it():
    with press.children():
        printed = press.print_task(task("Grüße 🧾"))
        assert printed.content == print_pages(task("Grüße 🧾")).content
    assert JOB == "eyelevel.transcript.printing.job"


def test_too_long_is_told_across_the_child(monkeypatch):
    with press.children(), pytest.raises(TooLong):
        press.print_task(task("x\n" * 300_000))


def test_while_two_print_a_third_is_told_to_come_again():
    with press._places, press._places, pytest.raises(press.Busy):
        press.print_task(task("x"))
    assert press.print_task(task("x")).pages == 1
