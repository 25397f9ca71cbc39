"""What one house holds stands in an empty one afterwards, byte for byte, on either database."""

from __future__ import annotations

import os

import pytest

from tests import running
from tests.moving import moves

ALL = ("--with-logins", "--with-keys")


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moving")
    database = running.fresh_database()
    moves.filled(folder / "home", database)
    moves.cli("export", folder / "all.tar", *ALL, home=folder / "home", database=database)
    return folder, database


def test_a_move_into_an_empty_house_and_out_again_gives_the_same_bytes(house, tmp_path):
    folder, _ = house
    database = running.fresh_database()
    told = moves.cli("import", folder / "all.tar", home=tmp_path / "new", database=database)
    moves.cli("export", tmp_path / "again.tar.gz", *ALL, home=tmp_path / "new", database=database)
    assert moves.members(tmp_path / "again.tar.gz") == moves.members(folder / "all.tar")
    assert "rows are in the house" in told
    assert "keys/former" in moves.members(folder / "all.tar"), "what was signed before the move stays good"
    for label in (
        "posts.post",
        "posts.version",
        "cases.merge",
        "cases.asking",
        "listening.heard",
        "channels.source",
        "tokens.token",
        "word.promise",
        "word.amendment",
    ):
        assert moves.rows(folder / "all.tar", label), label
    [source], [hook] = (
        moves.rows(folder / "all.tar", one) for one in ("channels.source", "hooks.subscription")
    )
    clocks = [
        one for one in moves.rows(folder / "all.tar", "kernel.step") if one["name"] == "word.promises.remind"
    ]
    assert {one["state"] for one in clocks} == {"waiting"}, "a promise is due in the new house as well"
    assert source["paused_at"], "two houses must not listen by one cursor"
    assert hook["stopped_at"], "nobody stood up for it in the new house"


def test_two_exports_of_the_same_state_are_the_same(house, tmp_path):
    folder, database = house
    moves.cli("export", tmp_path / "twice.tar", *ALL, home=folder / "home", database=database)
    assert moves.members(tmp_path / "twice.tar") == moves.members(folder / "all.tar")


@pytest.mark.skipif(not os.environ.get("EYELEVEL_DATABASE"), reason="needs both databases")
def test_a_move_from_one_database_to_the_other_and_back_gives_the_same_bytes(tmp_path):
    moves.filled(tmp_path / "small")
    moves.cli("export", tmp_path / "1.tar", *ALL, home=tmp_path / "small")
    database = running.fresh_database()
    moves.cli("import", tmp_path / "1.tar", home=tmp_path / "large", database=database)
    moves.cli("export", tmp_path / "2.tar", *ALL, home=tmp_path / "large", database=database)
    moves.cli("import", tmp_path / "2.tar", home=tmp_path / "back")
    moves.cli("export", tmp_path / "3.tar", *ALL, home=tmp_path / "back")
    assert (
        moves.members(tmp_path / "1.tar")
        == moves.members(tmp_path / "2.tar")
        == moves.members(tmp_path / "3.tar")
    )


def test_new_cases_get_numbers_above_those_that_moved(house, tmp_path):
    folder, _ = house
    database = running.fresh_database()
    moves.cli("import", folder / "all.tar", home=tmp_path / "new", database=database)
    told = moves.python(
        "from tests.making import mail_in, case_of\n"
        "from eyelevel.cases.models import Case\n"
        "highest = Case.objects.order_by('-pk')[0].pk\n"
        "from eyelevel.channels import actions as a\n"
        "print(case_of(mail_in('Neu', sender='neu@post.example')).pk > highest)",
        home=tmp_path / "new", database=database,
    )  # fmt: skip
    assert told.splitlines()[-1] == "True"


def test_case_addresses_and_codes_go_on_working_with_the_keys_and_only_with_them(house, tmp_path):
    folder, database = house
    ask = "from eyelevel.cases import reads\nprint(reads.token_of(1))"
    before = moves.python(ask, home=folder / "home", database=database)
    with_keys, without = running.fresh_database(), running.fresh_database()
    moves.cli("import", folder / "all.tar", home=tmp_path / "new", database=with_keys)
    assert moves.python(ask, home=tmp_path / "new", database=with_keys) == before
    moves.cli("export", tmp_path / "bare.tar", home=folder / "home", database=database)
    told = moves.cli("import", tmp_path / "bare.tar", home=tmp_path / "bare", database=without)
    assert moves.python(ask, home=tmp_path / "bare", database=without) != before
    assert "receipt codes and links to questions given out before stop working" in told


def test_passwords_stay_behind_unless_they_are_asked_for(house, tmp_path):
    folder, database = house
    moves.cli("export", tmp_path / "bare.tar", home=folder / "home", database=database)
    assert {row["password"] for row in moves.rows(tmp_path / "bare.tar", "people.login")} == {"!"}
    assert b"argon2" not in (tmp_path / "bare.tar").read_bytes()
    assert b"JBSWY3DPEHPK3PXP" not in (tmp_path / "bare.tar").read_bytes()
    assert b"JBSWY3DPEHPK3PXP" not in (folder / "all.tar").read_bytes(), "with the keys it moves as it stands"
    assert moves.rows(folder / "all.tar", "mfa.authenticator")[0]["data"]["secret"].startswith("c1:")
    moves.cli("export", tmp_path / "logins.tar", "--with-logins", home=folder / "home", database=database)
    usable = moves.rows(tmp_path / "logins.tar", "mfa.authenticator")[0]["data"]
    assert usable == {"secret": "JBSWY3DPEHPK3PXP"}, "a house with other keys could read it in no other way"
    names = moves.members(tmp_path / "bare.tar")
    assert not {"keys/secret", "mfa.authenticator.jsonl", "cases.receiptcode.jsonl"} & set(names)
    assert all(row["password"].startswith("argon2") for row in moves.rows(folder / "all.tar", "people.login"))


def test_nothing_that_waited_is_sent_or_done_by_the_new_house(house, tmp_path):
    folder, _ = house
    database = running.fresh_database()
    moves.cli("import", folder / "all.tar", home=tmp_path / "new", database=database)
    told = moves.python(
        "from datetime import timedelta\n"
        "from eyelevel.channels.contract import Receipt\n"
        "from eyelevel.kernel import clock, steps\n"
        "from eyelevel.outbox.lanes import send_due\n"
        "from eyelevel.outbox.models import Sending\n"
        "left = []\n"
        "door = lambda one: (left.append(one), Receipt(state='delivered', at=clock.real_now()))[1]\n"
        "clock.stand_apart(timedelta(days=60))\n"
        "steps.run_due()\n"
        "send_due(doors={'mail': door, 'receipt': door}, now=clock.now)\n"
        "held = Sending.objects.filter(state='unknown')\n"
        "print(len(left), held.count() > 0, set(held.values_list('last_word', flat=True)))\n"
        "from eyelevel.cases.models import Case\n"
        "print(Case.objects.exclude(alarm_since=None).exists(), Case.objects.exclude(snoozed_until=None).exists())\n",
        home=tmp_path / "new", database=database,
    )  # fmt: skip
    sending, clocks = told.splitlines()[-2:]
    assert sending == "0 True {'held by a move: the former house may have done it'}"
    assert clocks == "True False", "alarms and snoozes go on by themselves"
    listed = moves.cli("held", home=tmp_path / "new", database=database)
    assert "posts.read_arrival" in listed
    moves.cli("held", "--release", home=tmp_path / "new", database=database)
    moves.python(
        "from eyelevel.kernel import steps; steps.run_due()", home=tmp_path / "new", database=database
    )
    found = moves.python(
        "from eyelevel.posts.models import Post; print(Post.objects.filter(text='Noch ungelesen').count())",
        home=tmp_path / "new", database=database,
    )  # fmt: skip
    assert found == "1", "a person let the unread letters go on"


def test_a_house_that_holds_something_is_left_alone(house, tmp_path):
    folder, database = house
    before = moves.members(folder / "all.tar")
    told = moves.cli("import", folder / "all.tar", home=folder / "home", database=database, expect=1)
    assert "is not empty" in told
    moves.cli("export", tmp_path / "after.tar", *ALL, home=folder / "home", database=database)
    assert moves.members(tmp_path / "after.tar") == before


def test_a_dry_run_counts_and_writes_nothing(house, tmp_path):
    folder, _ = house
    database = running.fresh_database()
    told = moves.cli("import", "--dry-run", folder / "all.tar", home=tmp_path / "new", database=database)
    assert "cases.case.jsonl" in told
    assert "nothing was written" in told
    assert not (tmp_path / "new" / "eyelevel.sqlite3").exists()
    assert not (tmp_path / "new" / "store").exists()


def test_an_export_never_overwrites(house):
    folder, database = house
    assert "exists already" in moves.cli(
        "export", folder / "all.tar", home=folder / "home", database=database, expect=1
    )


def test_a_file_of_the_store_that_was_damaged_is_named_and_the_rest_goes_on(house, tmp_path):
    folder, database = house
    stored = next(path for path in sorted((folder / "home" / "store").rglob("*")) if path.is_file())
    kept = stored.read_bytes()
    stored.write_bytes(b"rot")
    try:
        told = moves.cli("export", tmp_path / "x.tar", home=folder / "home", database=database, expect=1)
    finally:
        stored.write_bytes(kept)
    assert "1 files of the store are damaged" in told
    assert (stored.parent.name + stored.name).encode() in moves.content(tmp_path / "x.tar", "manifest.json")
    assert moves.rows(tmp_path / "x.tar", "posts.post")
