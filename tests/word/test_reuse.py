"""Reused passages, by examples: what is seen through which edits, and what never counts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyelevel.word import reuse

OLD = (
    "Ihre Bestellung 4711 haben wir an die Spedition übergeben. Den Stand der Sendung sehen Sie jederzeit in Ihrem Konto. "
    "Das tut uns leid. For questions about the parcel you can reach our team on any working day."
)


def look(draft, *, old=OLD, theirs="", answers=7):
    known = [reuse.Known(numbers=one.numbers, answers=answers) for one in reuse.sentences(old)]
    ours = reuse.sentences(draft)
    return reuse.share(draft, ours, [known] * len(ours), theirs=set(reuse.rows_of_four(theirs)))


def marked(draft, **more):
    return [draft[one.start : one.end] for one in look(draft, **more).spans]


SEEN = {
    "as it was": ("Den Stand der Sendung sehen Sie jederzeit in Ihrem Konto.", None),
    "another number": ("Ihre Bestellung 99-12 haben wir an die Spedition übergeben.", None),
    "another case and umlauts": ("DEN STAND DER SENDUNG SEHEN SIE JEDERZEIT IN IHREM KONTO", None),
    "written with ue": ("Ihre Bestellung 4711 haben wir an die Spedition uebergeben.", None),
    "a word swapped": ("Den Stand der Lieferung sehen Sie jederzeit in Ihrem Konto.", None),
    "a word left out": ("Den Stand der Sendung sehen Sie in Ihrem Konto.", None),
    "a day put in": ("Ihre Bestellung 4711 haben wir am Montag, 14. Mai, an die Spedition übergeben.", None),
    "a name put in": ("Den Stand der Sendung, Frau Petersen, sehen Sie jederzeit in Ihrem Konto.", None),
    "invisible signs": ("Den Stand der Sen\u200bdung sehen Sie jeder\u00adzeit in Ihrem Konto.", None),
    "look-alike letters": ("Dеn Stand der Sеndung sehen Sie jederzeit in Ihrem Kоnto.", None),
    "two sentences in another order": (
        "Den Stand der Sendung sehen Sie jederzeit in Ihrem Konto. Ihre Bestellung 4711 haben wir an die Spedition übergeben.", None,
    ),
    "two made one": (
        "Ihre Bestellung 4711 haben wir an die Spedition übergeben, und den Stand der Sendung sehen Sie jederzeit in Ihrem Konto.",
        "Ihre Bestellung 4711 haben wir an die Spedition übergeben|den Stand der Sendung sehen Sie jederzeit in Ihrem Konto",
    ),
    "a short one beside a long one": ("Das tut uns leid. Ihre Bestellung 4711 haben wir an die Spedition übergeben.", None),
    "in the middle of a new sentence": (
        "Weil der Fahrer krank war und kein Ersatz kam, gilt heute nur: den Stand der Sendung sehen Sie jederzeit in Ihrem Konto.",
        "den Stand der Sendung sehen Sie jederzeit in Ihrem Konto",
    ),
    "in English": ("For questions about the delivery you can reach our team on any working day.", None),
}  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_a_reused_passage_is_seen(name):
    draft, words = SEEN[name]
    assert [one.rstrip(".") for one in marked(draft)] == (words or draft).rstrip(".").split("|")


OURS = {
    "a sentence of its own": "Der Monteur stand vor dem falschen Haus, weil wir noch Ihre alte Adresse hatten.",
    "short and common": "Das tut uns leid.",
    "the same small words": "Sie haben in Ihrem Brief recht, und wir sehen das in der Tat auch so.",
    "seven words of a new sentence": "Wir haben an die Spedition geschrieben, sie antwortet uns morgen.",
    "a greeting": "Sehr geehrte Frau Petersen,",
    "a closing": "Mit freundlichen Grüßen\nMira Lang\nNordlicht Mobil",
    "a quoted line": "> Den Stand der Sendung sehen Sie jederzeit in Ihrem Konto.",
    "a quote in marks": "Sie schreiben: „Den Stand der Sendung sehen Sie jederzeit in Ihrem Konto.“",
    "nothing": "",
}


@pytest.mark.parametrize("name", OURS)
def test_this_is_no_reuse(name):
    assert marked(OURS[name], old=f"Sehr geehrte Frau Petersen,\n{OLD}\nMit freundlichen Grüßen") == []


def test_what_the_person_wrote_is_theirs_also_without_marks():
    said = "Ich zitiere Ihre Kollegin: Den Stand der Sendung sehen Sie jederzeit in Ihrem Konto."
    draft = "Den Stand der Sendung sehen Sie jederzeit in Ihrem Konto. Das war falsch, ich sehe selbst nach."
    found = look(draft, theirs=said)
    assert found.spans == []
    assert found.own == len("DaswarfalschIchsehe") + len(",selbstnach.")


def test_the_share_is_of_our_own_signs():
    draft = f"Guten Tag Frau Petersen,\n\nDen Stand der Sendung sehen Sie jederzeit in Ihrem Konto. {'x' * 48}\n\nViele Grüße\nMira"
    assert look(draft).percent == 50


@pytest.mark.parametrize(
    ("canned", "own", "percent"), [(0, 9, 0), (1, 900, 1), (899, 900, 99), (9, 9, 100), (0, 0, 0)]
)
def test_only_nothing_is_nothing_and_only_all_is_all(canned, own, percent):
    assert reuse.Share(spans=(), canned=canned, own=own).percent == percent


def test_a_greeting_on_the_line_of_the_first_sentence_is_no_more_than_a_greeting():
    draft = (
        "Guten Tag Frau Petersen, den Stand der Sendung sehen Sie jederzeit in Ihrem Konto. Viele Grüße Mira"
    )
    assert marked(draft) == ["den Stand der Sendung sehen Sie jederzeit in Ihrem Konto."]


def test_words_after_a_closing_that_is_none_still_count():
    draft = "Viele Grüße soll ich ausrichten.\nDen Stand der Sendung sehen Sie jederzeit in Ihrem Konto.\nUnd noch ein Satz danach."
    assert marked(draft) == ["Den Stand der Sendung sehen Sie jederzeit in Ihrem Konto."]


def test_a_very_long_text_is_compared_to_its_bound_and_says_so():
    draft = "Den Stand der Sendung sehen Sie jederzeit in Ihrem Konto. " * 4_000
    assert reuse.too_long(draft)
    assert max(one.end for one in look(draft).spans) <= reuse.MOST_READ
    assert not reuse.too_long("kurz")


def test_numbers_come_back_as_they_were_packed():
    numbers = tuple(word.number for one in reuse.sentences(OLD) for word in one.words)
    assert reuse.unpacked(reuse.packed(numbers)) == numbers


def test_traces_survive_a_swapped_word():
    before, after = (
        reuse.sentences(text)[0].numbers for text in SEEN["as it was"][:1] + SEEN["a word swapped"][:1]
    )
    assert set(reuse.traces(before)) & set(reuse.traces(after))


PIECES = st.sampled_from(
    [*OLD.split(), *OLD.split(". "), "\n\n", "> ", "„", "“", "\u200b", "Viele Grüße", "Hallo,", "ß", "5"]
)


@settings(deadline=None, max_examples=150)
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map(" ".join)))
def test_spans_lie_in_the_text_in_order_and_apart(draft):
    found = look(draft)
    ends = [0]
    for span in found.spans:
        assert ends[-1] <= span.start < span.end <= len(draft)
        assert draft[span.start : span.end].strip()
        assert span.answers == 7
        ends.append(span.end)
    assert 0 <= found.canned <= found.own <= len(draft)
