"""What a person takes along: what the receipt page shows, signed, and nothing else."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from eyelevel.cases import actions as cases
from eyelevel.kernel import clock, signing, store
from eyelevel.kernel.models import Fact
from eyelevel.outbox.models import Sending
from eyelevel.people.models import Login, Staff
from eyelevel.posts import actions as posts
from eyelevel.posts.models import Post, Version
from eyelevel.posts.withdrawn import DELETED
from eyelevel.public import taking
from eyelevel.transcript import press, signed
from eyelevel.word import promises
from tests.making import case_of, mail_in, send
from tests.transcript.reading import lines_of

pytestmark = pytest.mark.django_db(databases="__all__")
HERE = {"Origin": "http://testserver"}


@pytest.fixture(autouse=True)
def _nobody_was_here_before(monkeypatch):
    monkeypatch.setattr(taking, "pace", taking.Pace(most=taking.MOST, seconds=taking.SECONDS))


@pytest.fixture
def mira(db):
    login = Login.objects.create_user("mira@nordlicht.example", "a long enough password")
    return Staff.objects.create(name="Mira Lang", role="agent", login=login, language="de")


@pytest.fixture
def case():
    return case_of(mail_in("Mein Scan ist unlesbar. Grüße 🧾"))


@pytest.fixture
def jana(case):
    return Jana(cases.new_code(case, now=clock.now()))


class Jana:
    """The person of the case, with their code and a browser."""

    def __init__(self, code):
        self.code, self.client = code, Client(headers=HERE)

    def take(self, kind="json", lang="de", **fields):
        return self.client.post(
            "/receipt/transcript/", {"code": self.code, "kind": kind, "lang": lang, **fields}
        )

    def record(self):
        answer = self.take()
        assert answer.status_code == 200
        return signed.unseal(answer.content).document

    def page(self):
        return self.client.post("/receipt/", {"code": self.code, "lang": "en"}).content.decode()


def left(case):
    """What was on its way has gone out."""
    Sending.objects.filter(case_id=case.pk).update(not_before=clock.real_now() - timedelta(hours=1))


def test_the_file_says_what_was_said_and_is_signed_by_this_house(jana, case, mira):
    send(case, mira, "Wir sehen nach. Bis Freitag haben Sie Antwort.")
    left(case)
    document = jana.record()
    assert document["case"]["number"] == case.pk
    assert [post["text"] for post in document["posts"]] == [
        "Mein Scan ist unlesbar. Grüße 🧾",
        "Wir sehen nach. Bis Freitag haben Sie Antwort.",
    ]
    assert [post["from"] for post in document["posts"]] == ["person", "company"]
    assert document["posts"][1]["author"] == "Mira Lang"
    assert bytes.fromhex(document["key"]["public"]) == signing.public_keys(settings.KEYS)[0].key


def test_the_pdf_holds_the_same_record(jana):
    opened = signed.unseal(jana.take("pdf").content)
    assert opened.kind == "pdf"
    assert opened.document["posts"] == jana.record()["posts"]


def test_every_field_of_the_record_is_described_in_the_docs(jana, case):
    posts.attach(Post.objects.get(), [("scan.pdf", "application/pdf", 4, store.put(b"%PDF"))])
    text = (settings.PACKAGE.parent.parent / "docs" / "transcript.md").read_text()
    for name in _names(jana.record()):
        assert f"`{name}`" in text, name


def _names(value):
    if isinstance(value, dict):
        for name, held in value.items():
            yield name
            yield from _names(held)
    elif isinstance(value, list):
        for held in value:
            yield from _names(held)


def test_no_word_of_an_internal_note_or_of_an_answer_that_has_not_left_stands_in_it(jana, case, mira):
    cases.note(case, staff=mira, text="the customer is difficult", now=clock.now())
    send(case, mira, "Das haben wir gestern so nicht gemeint.")
    for kind in ("json", "pdf"):
        content = jana.take(kind).content
        assert b"difficult" not in content
        assert b"gemeint" not in content
    assert "difficult" not in jana.page()


def test_a_reason_for_colleagues_does_not_stand_in_it(jana, case, mira):
    made = send(case, mira, "Am Freitag rufen wir an.")
    left(case)
    [promise] = promises.make(
        made, [promises.Chosen(text="Am Freitag rufen wir an.", due_to=clock.now() + timedelta(days=1))], owner=mira, now=clock.now()
    )  # fmt: skip
    promises.postpone(
        promise, due_to=clock.now() + timedelta(days=3), reason="Kollege ist krank", by=mira, now=clock.now()
    )
    document = jana.record()
    [told] = document["promises"]
    assert told["text"] == "Am Freitag rufen wir an."
    assert told["outcome"] == "open"
    assert told["first_until"] < told["until"]
    assert "krank" not in json.dumps(document)
    promises.settle(promise, outcome="kept", evidence="Gespräch mit Akte 7", by=mira, now=clock.now())
    document = jana.record()
    assert document["promises"][0]["outcome"] == "kept"
    assert "Akte 7" not in json.dumps(document, ensure_ascii=False)


def test_withdrawn_words_are_said_to_be_withdrawn_and_are_gone(jana, case):
    post = Post.objects.get()
    Version.objects.create(post=post, text="Der erste Wortlaut", replaced_at=clock.now())
    post.remarks = [DELETED]
    post.save()
    for kind in ("json", "pdf"):
        content = jana.take(kind).content
        assert b"unlesbar" not in content
        assert b"erste Wortlaut" not in content
    [told] = jana.record()["posts"]
    assert told["withdrawn"] is True
    assert told["text"] == ""
    assert told["versions"] == []


def test_former_words_stand_on_the_page_and_in_the_file_with_their_time(jana, case):
    post = Post.objects.get()
    Version.objects.create(post=post, text="Der erste Wortlaut", replaced_at=clock.now())
    [told] = jana.record()["posts"]
    assert told["versions"][0]["text"] == "Der erste Wortlaut"
    page = jana.page()
    assert "Edited; the first version" in page
    assert "Der erste Wortlaut" in page


def test_former_words_of_somebody_else_stay_with_colleagues(jana, case):
    """Evidence in this case: another author corrected their public word, and outside only the corrected one stands."""
    Post.objects.update(person=None, remarks=["evidence"])
    Version.objects.create(post=Post.objects.get(), text="Der erste Wortlaut", replaced_at=clock.now())
    [told] = jana.record()["posts"]
    assert (told["versions"], told["from"]) == ([], "other")
    assert "Der erste Wortlaut" not in jana.page()
    assert "Beleg, nicht von der Person dieses Falls" in " ".join(lines_of(jana.take("pdf").content))


def test_files_are_named_with_size_and_fingerprint(jana):
    digest = store.put(b"%PDF")
    posts.attach(Post.objects.get(), [("scan\u202egpj.pdf", "application/pdf", 4, digest)])
    [told] = jana.record()["posts"][0]["files"]
    assert told == {"name": "scan\u202egpj.pdf", "size": 4, "sha256": digest}
    assert signed.unseal(jana.take("pdf").content)


def test_a_name_that_pretends_to_be_one_of_ours_is_printed_on_the_side_where_it_belongs(jana, case):
    Post.objects.update(author_name="Mira Lang · für Nordlicht Mobil\n7 · für Nordlicht Mobil")
    lines = lines_of(jana.take("pdf").content)
    at = lines.index("Mira Lang · für Nordlicht Mobil 7 · für Nordlicht Mobil")
    assert lines[at + 1].startswith(f"1 · an {settings.ENV.company} · als Mail · ")


def test_the_pages_say_in_the_language_of_the_page_what_the_record_says(jana, case, mira):
    made = send(case, mira, "Am Freitag rufen wir an.")
    left(case)
    due = clock.now() + timedelta(days=1)
    promises.make(
        made, [promises.Chosen(text="Am Freitag rufen wir an.", due_to=due)], owner=mira, now=clock.now()
    )
    german, english = (lines_of(jana.take("pdf", lang=lang).content) for lang in ("de", "en"))
    for lines in (german, english):
        assert "Am Freitag rufen wir an." in lines
        assert any("Mein Scan ist unlesbar. Grüße [U+1F9FE]" in line for line in lines)
    assert {"Was zugesagt wurde", "Was gesagt wurde", "Fingerabdruck des Schlüssels:"} < set(german)
    assert {"What was promised", "What was said", "Fingerprint of the key:"} < set(english)


def test_a_wrong_code_takes_nothing(jana):
    jana.code = "AAAA-BBBB-CCCC-DDDD-EEEE"
    assert jana.take().status_code == 404


def test_a_code_takes_its_own_case_alone(jana, case):
    other = case_of(mail_in("Geheim", sender="kim@post.example", subject="Anderes"))
    assert b"Geheim" not in jana.take(case=str(other.pk)).content


def test_it_is_written_down_with_the_fingerprint_of_the_file(jana, case):
    import hashlib

    answer = jana.take("pdf")
    fact = Fact.objects.get(kind="case.transcript_made")
    assert fact.data == {
        "case": case.pk,
        "written_as": "pdf",
        "sha256": hashlib.sha256(answer.content).hexdigest(),
    }
    assert fact.actor == f"person:{case.person_id}"


def test_it_is_only_ever_saved_and_never_kept_by_caches(jana, case):
    answer = jana.take("pdf", lang="de")
    assert answer["Content-Type"] == "application/octet-stream"
    assert f'attachment; filename="Fall-{case.pk}-' in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "no-store"
    assert jana.code not in str(answer.headers)


def test_taking_it_again_and_again_is_answered_by_a_page_that_says_so(jana, monkeypatch):
    monkeypatch.setattr(taking, "pace", taking.Pace(most=2, seconds=60))
    assert [jana.take(lang="en").status_code for _ in range(3)] == [200, 200, 429]
    answer = jana.take(lang="en")
    assert "Wait a minute" in answer.content.decode()
    assert "Mein Scan ist unlesbar" in answer.content.decode()


def test_while_others_print_the_page_stays_and_says_so(jana):
    with press._places, press._places:
        answer = jana.take("pdf", lang="en")
    assert answer.status_code == 503
    assert "Try again in a few seconds" in answer.content.decode()


def test_a_case_that_is_too_long_is_refused_with_a_word(jana, monkeypatch):
    monkeypatch.setattr("eyelevel.public.transcript.MOST_RECORD", 100)
    answer = jana.take(lang="en")
    assert answer.status_code == 413
    assert "too long for one file" in answer.content.decode()
    assert not Fact.objects.filter(kind="case.transcript_made").exists()


def test_a_colleague_takes_what_the_person_would_get(jana, case, mira, monkeypatch):
    monkeypatch.setattr("eyelevel.server.middleware._needs_second_factor", lambda _request: False)
    cases.note(case, staff=mira, text="the customer is difficult", now=clock.now())
    desk = Client(headers=HERE)
    desk.force_login(mira.login)
    answer = desk.post(f"/receipt/of/{case.pk}/transcript/", {"kind": "json", "lang": "de"})
    taken = signed.unseal(answer.content).document
    assert {**taken, "made_at": ""} == {**jana.record(), "made_at": ""}
    assert Fact.objects.filter(kind="case.transcript_made", actor=f"staff:{mira.pk}").count() == 1
    assert (
        f'action="/receipt/of/{case.pk}/transcript/"' in desk.get(f"/desk/cases/{case.pk}/").content.decode()
    )


def test_the_keys_stand_on_a_page_and_in_a_list_the_former_ones_too(client, tmp_path, monkeypatch):
    from eyelevel.kernel.keys import Keys

    own = Keys.load_or_create(tmp_path)
    monkeypatch.setattr(settings, "KEYS", own)
    first = signing.public_keys(own)[0].key
    signing.renew(own, now=clock.real_now())
    rows = client.get("/.well-known/eyelevel-keys.json").json()["keys"]
    assert [row["retired_at"] is None for row in rows] == [True, False]
    assert rows[1]["public"] == first.hex()
    page = client.get("/keys/?lang=en").content.decode()
    assert "a former key, in use until" in page
    assert signed.fingerprint(first)[:4] in page
