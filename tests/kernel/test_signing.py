"""The signing key: made once, renewed on a word, and its former public halves never forgotten."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from eyelevel.kernel import signing
from eyelevel.kernel.keys import Keys

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_many_threads_at_the_first_use_have_one_key(tmp_path):
    keys = Keys.load_or_create(tmp_path)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(signing.public_half(keys.signing_key())))
        for _ in range(16)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 16
    assert len(set(found)) == 1
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == ["ed25519", "secret"]


def test_a_renewed_key_signs_and_the_former_ones_stay_known_newest_first(tmp_path):
    keys = Keys.load_or_create(tmp_path)
    first = signing.public_keys(keys)[0].key
    second = signing.renew(keys, now=NOON).key
    third = signing.renew(keys, now=NOON.replace(hour=13)).key
    assert [(one.key, one.retired_at) for one in signing.public_keys(keys)] == [
        (third, None),
        (second, NOON.replace(hour=13)),
        (first, NOON),
    ]
    assert signing.public_half(keys.signing_key()) == third


def test_a_crash_between_the_two_writes_leaves_a_key_that_works_on(tmp_path, monkeypatch):
    keys = Keys.load_or_create(tmp_path)
    first = signing.public_keys(keys)[0].key
    monkeypatch.setattr(signing, "_replace", lambda *_: (_ for _ in ()).throw(OSError("power")))
    with pytest.raises(OSError, match="power"):
        signing.renew(keys, now=NOON)
    assert [(one.key, one.retired_at) for one in signing.public_keys(keys)] == [(first, None)]


def test_the_key_is_readable_for_its_owner_alone(tmp_path):
    keys = Keys.load_or_create(tmp_path)
    keys.signing_key()
    signing.renew(keys, now=NOON)
    assert (tmp_path / "keys" / "ed25519").stat().st_mode & 0o777 == 0o600
