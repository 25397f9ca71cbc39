"""German and English are equals: every word of the interface has its German, and the compiled file is the newest."""

from __future__ import annotations

from tests.house import messages


def _keys(catalog):
    return {tuple(one.id) if isinstance(one.id, list | tuple) else one.id for one in catalog if one.id}


def test_every_word_of_the_interface_is_in_the_german_catalogue_and_no_other():
    assert _keys(messages.german()) == _keys(messages.wanted())


def test_no_word_is_without_german():
    missing = [
        one.id
        for one in messages.german()
        if one.id and not (all(one.string) if isinstance(one.string, tuple) else one.string)
    ]
    assert missing == []


def test_the_german_keeps_every_placeholder():
    wrong = []
    for one in messages.german():
        pair = (
            zip(one.id, one.string, strict=True)
            if isinstance(one.id, list | tuple)
            else [(one.id, one.string)]
        )
        wrong += [
            english
            for english, german in pair
            if sorted(_places(english)) != sorted(_places(german)) and english
        ]
    assert wrong == []


def _places(text):
    import re

    return re.findall(r"%\(\w+\)s", text)


def test_the_compiled_words_are_made_from_the_catalogue():
    assert (messages.FOLDER / "django.mo").read_bytes() == messages.compiled(messages.german())
