"""What a signed file is: whole, or not good. Nothing of it counts before its signature holds."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eyelevel.kernel.signing import public_half
from eyelevel.transcript import canonical, signed
from tests.transcript.made import KEY, OTHER, document, pages, record

RECORD, PAGES = record(), pages()
FILES = {"json": RECORD, "pdf": PAGES}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_as_it_was_signed_is_good_and_says_what_was_said(kind):
    opened = signed.unseal(FILES[kind])
    assert opened.kind == kind
    assert opened.document == document()


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_single_changed_byte_is_noticed(kind, data):
    content = bytearray(FILES[kind])
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises((signed.Changed, signed.NotATranscript)):
        signed.unseal(bytes(content))


def test_every_byte_of_the_signature_and_of_its_end_counts():
    for content in FILES.values():
        for place in range(len(content) - 250, len(content)):
            broken = content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :]
            with pytest.raises((signed.Changed, signed.NotATranscript)):
                signed.unseal(broken)


@pytest.mark.parametrize("kind", FILES)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_cut_file_is_not_good(kind, data):
    content = FILES[kind]
    with pytest.raises((signed.Changed, signed.NotATranscript)):
        signed.unseal(content[: data.draw(st.integers(0, len(content) - 1))])


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("more", [b"\n", b" ", b"\0", b"x" * 5_000, PAGES, RECORD], ids=range(6))
def test_a_file_with_something_behind_it_is_not_good(kind, more):
    with pytest.raises(signed.Changed):
        signed.unseal(FILES[kind] + more)


def test_an_update_appended_to_a_pdf_as_editors_do_it_is_noticed_even_with_the_old_end_copied():
    """An incremental update may replace pages: readers of PDF show the newest."""
    end = PAGES[PAGES.rindex(b"%eyelevel-transcript") :]
    update = b"4 0 obj\n<< >>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< >>\nstartxref\n9\n%%EOF\n"
    with pytest.raises(signed.Changed):
        signed.unseal(PAGES + update + end)


def test_a_key_put_in_place_of_ours_does_not_carry_our_signature():
    swapped = RECORD.replace(public_half(KEY).hex().encode(), public_half(OTHER).hex().encode())
    with pytest.raises(signed.Changed):
        signed.unseal(swapped)


def test_pages_of_one_key_around_a_record_of_another_are_not_good():
    with pytest.raises(signed.Changed, match="different keys"):
        signed.unseal(pages(OTHER, inside=record(KEY)))


def test_a_signature_made_for_something_else_is_none():
    """The key of a house signs more than transcripts; the prefix keeps them apart."""
    before = RECORD[: RECORD.rindex(b'"signature":"') + len(b'"signature":"')]
    with pytest.raises(signed.Changed):
        signed.unseal(before + KEY.sign(before).hex().encode() + b'"}\n')


def _sealed(raw):
    """Rubbish that our own key signed all the same."""
    before = b'{"document":' + raw + b',"key":"' + public_half(KEY).hex().encode() + b'","signature":"'
    return before + KEY.sign(signed.PREFIX + before).hex().encode() + b'"}\n'


@pytest.mark.parametrize(
    "raw",
    [
        canonical.dumps(document()).replace(b'"version":1', b'"version":1,"version":1'),
        canonical.dumps(document()).replace(b'"version":1', b'"version": 1'),
        canonical.dumps(document()).replace(b'"version":1', b'"version":1.0'),
        canonical.dumps(document()).replace(b'"version":1', b'"version":NaN'),
        canonical.dumps(document()).replace(b'"version":1', b'"version":' + b"9" * 9_000),
        canonical.dumps(document()).replace(b"Scan", b"\\u0053can"),
        b"[" * 500_000,
        b"[" * 20 + b"]" * 20,
        b"",
        b"null",
        b'"\\ud800"',
        b"\xff\xfe",
    ],
    ids=["double name", "space", "fraction", "NaN", "endless number", "other spelling", "bomb", "deep", "nothing", "null", "half a sign", "no UTF-8"],
)  # fmt: skip
def test_what_no_house_would_write_is_refused_even_where_it_is_signed(raw):
    with pytest.raises(signed.NotATranscript):
        signed.unseal(_sealed(raw))


def test_a_bomb_that_nobody_signed_is_never_parsed(monkeypatch):
    monkeypatch.setattr(json, "loads", lambda *_a, **_k: pytest.fail("it was parsed"))
    with pytest.raises(signed.Changed):
        signed.unseal(RECORD.replace(b'"Scan"', b"[" * 100_000 + b"]" * 100_000))


def test_a_version_that_is_not_known_is_no_verdict():
    with pytest.raises(signed.NotATranscript, match="version 2"):
        signed.unseal(record(version=2))
    with pytest.raises(signed.NotATranscript, match="version"):
        signed.unseal(PAGES.replace(b"%eyelevel-transcript 1 ", b"%eyelevel-transcript 2 "))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF\n", b"{}", b"GIF89a", b'{"document":'])
def test_other_files_are_no_transcripts(content):
    with pytest.raises((signed.NotATranscript, signed.Changed)):
        signed.unseal(content)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner, max_size=3),
        max_leaves=8,
    )
)  # fmt: skip
@settings(deadline=None)
def test_what_is_written_reads_the_same_and_has_one_spelling(value):
    try:
        content = canonical.dumps(value)
    except canonical.NotCanonical:  # nested deeper than records are
        return
    assert canonical.loads(content) == value
    assert canonical.dumps(canonical.loads(content)) == content


def test_the_spelling_is_that_of_rfc_8785():
    written = canonical.dumps({"b": '\x7f\x1f\n€"\\/🙂', "a": [True, None, -7]})
    assert written == '{"a":[true,null,-7],"b":"\x7f\\u001f\\n€\\"\\\\/🙂"}'.encode()


@pytest.mark.skipif(
    not (shutil.which("openssl") and shutil.which("xxd")), reason="no openssl or no xxd on this machine"
)
@pytest.mark.parametrize(("kind", "behind"), [("json", 131), ("pdf", 129)])
def test_a_stranger_checks_it_with_openssl_by_the_very_lines_of_the_docs(kind, behind, tmp_path):
    docs = (Path(__file__).parents[2] / "docs" / "transcript.md").read_text()
    script = docs.partition("## With other tools")[2].split("```")[1]
    (tmp_path / "file").write_bytes(FILES[kind])
    for wanted, content in ((0, FILES[kind]), (1, FILES[kind].replace(b"unlesbar", b"lesbar!!"))):
        (tmp_path / "file").write_bytes(content)
        lines = script.replace("FILE", "file").replace("PUBLIC_KEY_IN_HEX", public_half(KEY).hex())
        done = subprocess.run(
            ["bash", "-c", f"N={behind}\n{lines}"], cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == wanted, done.stderr
