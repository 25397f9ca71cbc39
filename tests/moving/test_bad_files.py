"""Files from anywhere: cut, bent, huge, newer, poisoned. What is refused is named with its line; nothing climbs out."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import random
import tarfile

import msgspec
import pytest

from eyelevel.cases import states
from eyelevel.channels.contract import Departure
from eyelevel.moving import check, lines, manifest, plan, tar
from tests.moving import moves
from tests.moving.moves import handle, made, person

ROOM = 10**9
STATE = dict.fromkeys((*states.MOMENTS, *states.NUMBERS))
DEPARTURE = msgspec.to_builtins(
    Departure(message_id="<1@x.example>", to=("a@x.example",), sender="b@x.example", text="Hallo")
)


def report(path, room=ROOM):
    return check.check(path, tell=lambda done, total: None, room=room)


def refused(path, **tables):
    """(line, reason) of each refused line."""
    found = report(made(path, {label.replace("_", "."): rows for label, rows in tables.items()}))
    return [(one.member, one.line, one.why) for one in found.troubles]


def test_a_file_made_by_the_documentation_is_taken(tmp_path):
    found = report(
        made(
            tmp_path / "x.tar",
            {"people.person": [person(1)], "people.handle": [handle(1, 1)]},
            store=[b"scan"],
        )
    )
    assert found.rows == {"people.person.jsonl": 1, "people.handle.jsonl": 1}
    assert (found.files, found.troubles) == (1, [])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", "not JSON"),
        (b"[]", "not an object"),
        (b'{"id": 1, "name": "\\u0000"}', "NUL"),
        (b'{"id": 1, "name": "\\ud800"}', "lone surrogate"),
        (b'{"id": 1, "name": "\xff"}', "not UTF-8"),
        (b'{"id": NaN}', "NaN is no number"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"id": ' + b"9" * 5_000 + b"}", "Exceeds the limit"),
        (json.dumps(person("1")).encode(), "id: expected a whole number"),
        (json.dumps(person(True)).encode(), "id: expected a whole number"),
        (json.dumps(person(0)).encode(), "id: expected a whole number"),
        (json.dumps(person(2**60)).encode(), "id: expected a whole number"),
        (json.dumps(person(3, name=None)).encode(), "name is null"),
        (json.dumps(person(3, name=7)).encode(), "name: expected text"),
        (json.dumps(person(3, name="x" * 201)).encode(), "201 signs, at most 200 fit"),
        (json.dumps(person(3, first_seen_at="yesterday")).encode(), "first_seen_at: "),
        (
            json.dumps(person(3, first_seen_at="2026-11-02T09:12:00")).encode(),
            "expected a time with its zone",
        ),
        (
            json.dumps(person(3, first_seen_at="0001-01-01T00:00:00+14:00")).encode(),
            "outside of the calendar",
        ),
        (json.dumps(person(3, is_admin=True)).encode(), "unknown field 'is_admin'"),
        (json.dumps({"id": 3, "name": "x"}).encode(), "first_seen_at is missing"),
        (json.dumps(person(1)).encode(), "id 1 comes twice"),
    ],
)
def test_a_poisoned_line_is_named_with_its_number_and_the_others_are_read(tmp_path, line, why):
    found = refused(tmp_path / "x.tar", people_person=[person(1), line, person(9)])
    assert [(member, number) for member, number, _ in found] == [("people.person.jsonl", 2)]
    assert why in found[0][2]


def test_what_points_to_a_refused_or_missing_row_is_refused_with_it(tmp_path):
    found = refused(
        tmp_path / "x.tar", people_person=[person(1), b"{}", person(2)],
        people_handle=[handle(1, 1), handle(2, 7), handle(3, 2)],
    )  # fmt: skip
    assert [(one[0], one[1]) for one in found] == [("people.person.jsonl", 2), ("people.handle.jsonl", 2)]
    assert "person points to people.person 7, which is not there" in found[1][2]


def test_a_line_of_a_hundred_megabytes_is_refused_and_the_next_one_is_read(tmp_path):
    big = b'{"id": 2, "name": "' + b"x" * (100 * 1024 * 1024) + b'"}'
    found = refused(tmp_path / "x.tar.gz", people_person=[person(1), big, person(3)])
    assert found == [("people.person.jsonl", 2, "longer than 32 MB")]


class Fed:
    def __init__(self, content, size):
        self._rest = [content[start : start + size] for start in range(0, len(content), size)]

    def read(self):
        return self._rest.pop(0) if self._rest else b""


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_lines_are_the_same_however_the_bytes_come(size):
    content = b"a\n\nbcd\nefghij\nk"
    assert list(lines.lines(Fed(content, size), most=5)) == [
        (1, b"a"),
        (2, b""),
        (3, b"bcd"),
        (4, None),
        (5, b"k"),
    ]


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "attachments/../../evil", "attachments/" + "A" * 64,
                                  "keys/secret", "people.login.jsonl"])  # fmt: skip
def test_a_name_that_the_manifest_does_not_hold_is_refused(tmp_path, name):
    path = made(tmp_path / "x.tar", {"people.person": [person(1)]})
    with tarfile.open(path, "a") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    with pytest.raises(tar.Broken):
        report(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["x.tar"]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_links_devices_and_folders_are_refused(tmp_path, kind):
    path = made(tmp_path / "x.tar", {})
    with tarfile.open(path, "a") as archive:
        entry = tarfile.TarInfo("people.person.jsonl")
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry)
    with pytest.raises(tar.Broken, match="no plain file"):
        report(path)


def test_an_extended_header_of_any_size_is_refused_unread(tmp_path):
    with tarfile.open(tmp_path / "x.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("manifest.json" + "x" * 5_000), io.BytesIO(b""))
    with pytest.raises(tar.Broken, match="no plain file"):
        report(tmp_path / "x.tar")


@pytest.mark.parametrize("ending", ["tar", "tar.gz"])
def test_a_file_cut_anywhere_is_refused(tmp_path, ending):
    whole = made(
        tmp_path / f"whole.{ending}",
        {"people.person": [person(n) for n in range(1, 400)]},
        store=[os.urandom(3_000)],
    ).read_bytes()
    end = len(whole.rstrip(b"\0")) if ending == "tar" else len(whole)
    chance = random.Random(5)
    for place in [0, 1, 511, 512, 600, end // 2, end - 1, *(chance.randrange(end) for _ in range(20))]:
        (tmp_path / "cut").write_bytes(whole[:place])
        with pytest.raises((tar.Broken, manifest.Unknown)):
            report(tmp_path / "cut")


def test_one_changed_byte_is_noticed(tmp_path):
    whole = bytearray(
        made(tmp_path / "whole.tar", {"people.person": [person(1)]}, store=[b"a scan"]).read_bytes()
    )
    for place, byte in enumerate(whole):
        if byte and bytes(whole[place - 3 : place + 3]) in {b"a scan", b"Jana P"}:
            whole[place] ^= 1
            (tmp_path / "bent.tar").write_bytes(whole)
            whole[place] ^= 1
            with pytest.raises(tar.Broken, match="damaged"):
                report(tmp_path / "bent.tar")


def test_a_bomb_is_refused_by_what_it_would_unpack_to(tmp_path):
    path = made(tmp_path / "x.tar.gz", {"people.person": [b"{" + b" " * 20_000_000 + b"}"]})
    assert path.stat().st_size < 100_000
    with pytest.raises(tar.Broken, match="are free on the disk"):
        report(path, room=10_000_000)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = made(tmp_path / "x.tar.gz", {}, store=[b"\0" * 20_000_000], files={"count": 1, "bytes": 10})
    with pytest.raises(tar.Broken, match="more than its manifest says"):
        report(path, room=1_000_000)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1f\x8b", b"\x1f\x8bnonsense", gzip.compress(b"x" * 5_000), b"\0" * 5_000,
                                     b"\xff" * 5_000])  # fmt: skip
def test_something_else_is_refused_with_a_word(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(tar.Broken):
        report(tmp_path / "x")


def test_parts_out_of_order_or_named_twice_are_refused(tmp_path):
    path = made(
        tmp_path / "x.tar", {"people.person": [person(1)], "people.handle": [handle(1, 1)]}, store=[b"scan"]
    )
    with tarfile.open(path) as archive:
        parts = [(one, archive.extractfile(one).read()) for one in archive.getmembers()]
    for order in (
        [0, 1, 3, 2],
        [0, 2, 1, 3],
        [0, 2, 3, 1],
        [0, 1, 2, 2, 3],
        [0, 1, 1, 2, 3],
        [1, 0, 2, 3],
        [0, 1, 2],
    ):
        with tarfile.open(tmp_path / "y.tar", "w", format=tarfile.USTAR_FORMAT) as archive:
            for place in order:
                archive.addfile(parts[place][0], io.BytesIO(parts[place][1]))
        with pytest.raises(tar.Broken):
            report(tmp_path / "y.tar")
    told = json.loads(parts[0][1])
    with pytest.raises(manifest.Unknown, match="twice"):
        report(made(tmp_path / "z.tar", {}, parts=told["parts"] * 2))


def test_an_extra_that_nobody_knows_is_refused(tmp_path):
    with pytest.raises(manifest.Unknown, match="which this Eyelevel does not know"):
        report(made(tmp_path / "x.tar", {}, extras=["souls"]))


def test_a_newer_format_is_refused_with_a_clear_word(tmp_path):
    with pytest.raises(manifest.Unknown, match="made by a newer Eyelevel"):
        report(made(tmp_path / "x.tar", {}, format=2))


def test_a_table_from_the_future_is_refused_with_a_clear_word(tmp_path):
    with pytest.raises(manifest.Unknown, match="may come from a newer one"):
        report(made(tmp_path / "x.tar", {"telepathy.thought": [{"id": 1}]}))


@pytest.mark.parametrize(
    "told", [{"parts": 7}, {"format": "x"}, {"files": {"count": 0, "bytes": -1}}, {"with": None}]
)
def test_a_manifest_that_makes_no_sense_is_refused(tmp_path, told):
    with pytest.raises(manifest.Unknown):
        report(made(tmp_path / "x.tar", {}, **told))


def test_a_file_with_bad_lines_changes_nothing_until_somebody_leaves_them_out(tmp_path):
    path = made(tmp_path / "x.tar", {"people.person": [person(1), b"{}", person(3)]})
    told = moves.cli("import", path, home=tmp_path / "new", expect=1)
    assert "people.person.jsonl, line 2: id is missing" in told
    count = "from eyelevel.people.models import Person\nprint(Person.objects.count())"
    assert moves.python(count, home=tmp_path / "new") == "0"
    moves.cli("import", "--skip-refused", path, home=tmp_path / "new")
    assert moves.python(count, home=tmp_path / "new") == "2"


def test_a_line_that_only_the_database_can_refuse_is_named_too(tmp_path):
    twins = [handle(1, 1, address="same@post.example"), handle(2, 1, address="same@post.example")]
    path = made(tmp_path / "x.tar", {"people.person": [person(1)], "people.handle": twins})
    told = moves.cli("import", path, home=tmp_path / "new", expect=1)
    assert "Stopped at people.handle.jsonl, line 2: UNIQUE" in told


def test_a_strangers_file_opens_no_door_for_its_maker(tmp_path):
    """Whoever makes a file knows the token behind a hash in it, and can name posts that are yet to come."""
    day, far = "2026-11-02T09:12:00Z", "2199-01-01T00:00:00Z"
    login = {
        "id": 1,
        "email": "maker@evil.example",
        "password": "",
        "is_active": True,
        "created_at": day,
        "last_login": None,
    }
    staff = {
        "id": 1,
        "login": 1,
        "name": "Maker",
        "role": "operator",
        "language": "en",
        "theme": "auto",
        "left_at": None,
    }
    case = {
        "id": 1, "public_id": "c" * 26, "person": None, "subject": "x", "channel": "mail", "opened_at": day, "last_word_at": day,
    }  # fmt: skip
    asking = {
        "id": 1, "case": 1, "by": 1, "name": "Maker", "address": "maker@evil.example", "language": "en", "question": "?",
        "post_ids": list(range(1, 1_000)), "asked_at": far, "valid_until": far, "message_id": "<x@y>",
        "token_hash": hashlib.sha256(b"known").hexdigest(),
    }  # fmt: skip
    path = made(
        tmp_path / "x.tar",
        {"people.login": [login], "people.staff": [staff], "cases.case": [case], "cases.asking": [asking]},
    )
    moves.cli("import", path, home=tmp_path / "new")
    opened = moves.python(
        "from eyelevel.cases import asking\nfrom eyelevel.cases.models import Asking\nfrom eyelevel.kernel import clock\n"
        "from eyelevel.people.models import Login\nfrom eyelevel.tokens.models import Token\n"
        "print(Asking.objects.count(), asking.by_token('known', real_now=clock.real_now()), "
        "Login.objects.get().has_usable_password(), Token.objects.count())",
        home=tmp_path / "new",
    )  # fmt: skip
    assert opened == "1 None False 0"


def test_a_strangers_file_cannot_set_anything_going(tmp_path):
    """A hand-made file says "waiting": the house holds it all the same."""
    sending = {
        "id": 1, "public_id": "s" * 26, "lane": "mail", "channel": "mail", "approved_by": "staff:1", "notice": "",
        "recipient": "victim@post.example", "message_id": "<x@y>", "departure": DEPARTURE, "post_id": None, "case_id": None,
        "state": "waiting", "created_at": "2026-11-02T09:12:00Z", "not_before": "2026-11-02T09:12:00Z",
        "lease_until": None, "attempts": 0, "settled_at": None, "last_word": "",
    }  # fmt: skip
    fact = {
        "id": 1,
        "kind": "case.opened",
        "at": "2026-11-02T09:12:00Z",
        "actor": "",
        "things": [],
        "data": {},
    }
    step = {
        "id": 1, "fact": 1, "name": "answers.acknowledge", "state": "waiting", "attempts": 0,
        "not_before": "2026-11-02T09:12:00Z", "lease_until": None, "error": "",
    }  # fmt: skip
    path = made(
        tmp_path / "x.tar", {"outbox.sending": [sending], "kernel.fact": [fact], "kernel.step": [step]}
    )
    moves.cli("import", path, home=tmp_path / "new")
    states = moves.python(
        "from eyelevel.outbox.models import Sending\nfrom eyelevel.kernel.models import Step\n"
        "print(Sending.objects.get().state, Step.objects.get(name='answers.acknowledge').state)",
        home=tmp_path / "new",
    )  # fmt: skip
    assert states == "unknown dead"


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("kernel.fact.things", ["case:1"], [None, {}, "case:1", [1], [["x"]], [None]]),
        ("kernel.fact.data", {"case": 1}, [[], "x", 7]),
        ("posts.post.remarks", [], [{}, "x", [{}]]),
        ("cases.asking.post_ids", [1, 2], [{}, ["1"], [True], [0], [1.5], [-1], [2**60]]),
        ("cases.bulkpart.before", STATE | {"waiting_since": "2026-11-02T09:12:00+00:00", "holder_id": 3},
         [{}, STATE | {"more": 1}, STATE | {"waiting_since": "soon"}, STATE | {"waiting_since": "2026-11-02T09:12:00"},
          STATE | {"holder_id": "3"}, STATE | {"holder_id": True}, []]),
        ("cases.merge.before", {"kept": STATE, "merged": STATE}, [{"kept": {}}, {"kept": None}, []]),
        ("channels.arrival.envelope", {"mail_from": "a@x.example"}, [[], {"mail_from": 7}, {"ours": None}]),
        ("channels.source.options", {"did": "did:plc:x", "minutes": 15}, [[], "x"]),
        ("outbox.sending.departure", DEPARTURE, [{}, [], {**DEPARTURE, "to": "a@x.example"}, {**DEPARTURE, "text": 7}]),
        ("hooks.subscription.kinds", ["case.opened"], [{}, [7]]),
    ],
)  # fmt: skip
def test_a_structured_field_of_another_shape_is_refused(field, good, bad):
    label, name = field.rsplit(".", 1)
    (table,) = [one for one in plan.plan(frozenset({"logins", "keys"})) if one.label == label]
    (column,) = [one for one in table.columns if one.name == name]
    assert column.value_of({name: good}) == good
    for value in bad:
        with pytest.raises(ValueError, match=name):
            column.value_of({name: value})
