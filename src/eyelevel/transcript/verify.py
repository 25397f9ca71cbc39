"""The command `eyelevel verify`: is this file what the installation signed? Offline, without a house or a database."""

from __future__ import annotations

import contextlib
import stat
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from eyelevel.transcript import keys, signed

GOOD, TAMPERED, UNREADABLE = 0, 1, 2
Standing = Literal["known", "retired", "unknown", "backdated", "not asked"]


def run(path: Path, *, key_file: Path | None, fingerprint: str) -> int:
    """Say in plain words what holds and what does not; returns 0 good, 1 changed or by another key, 2 unreadable."""
    try:
        known = _known(key_file)
        wanted = keys.fingerprint_in(fingerprint) if fingerprint else ""
        opened = signed.unseal(_read(path, most=signed.MOST_BYTES))
        document = opened.document
        _insist_on_fields(document, opened.key)
    except signed.Changed as error:
        return _say(
            [f"NOT GOOD: {path.name} is not as it was signed.", str(error).capitalize() + "."], TAMPERED
        )
    except (OSError, signed.NotATranscript, keys.NoKeys) as error:
        return _say([f"Cannot tell: {error}."], UNREADABLE)
    standing = _standing(opened, known, wanted, made_at=datetime.fromisoformat(document["made_at"]))
    lines = list(_told(opened, standing))
    return _say(lines, TAMPERED if standing in {"unknown", "backdated"} else GOOD)


def _read(path: Path, *, most: int) -> bytes:
    """At most one byte more than is looked at, and only of a plain file: a device or a pipe has no end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is no file")
    with path.open("rb") as file:
        return file.read(most + 1)


def _known(path: Path | None) -> Sequence[keys.Known]:
    return keys.read(_read(path, most=keys.MOST_BYTES)) if path is not None else ()


def _insist_on_fields(document: dict[str, Any], key: bytes) -> None:
    """What this command reads of a record. A signed one that lacks it was made by something else than an Eyelevel."""
    try:
        told = document["key"]
        datetime.fromisoformat(document["made_at"])
        strange = not all(isinstance(document["installation"][name], str) for name in ("name", "address"))
        strange = strange or not all(isinstance(document[name], list) for name in ("posts", "promises"))
        number, subject = document["case"]["number"], document["case"]["subject"]
        strange = strange or not (isinstance(number, int) and isinstance(subject, str))
        same = told["public"] == key.hex() and told["fingerprint"] == signed.fingerprint(key)
    except (KeyError, TypeError, ValueError) as error:
        raise signed.NotATranscript("the signature holds, but fields of the record are missing") from error
    if strange:
        raise signed.NotATranscript("the signature holds, but fields of the record are of another kind")
    if not same:
        raise signed.Changed("the record names another key than the one that signed it")


def _standing(
    opened: signed.Opened, known: Sequence[keys.Known], wanted: str, *, made_at: datetime
) -> Standing:
    if wanted and wanted != signed.fingerprint(opened.key):
        return "unknown"
    if not known:
        return "known" if wanted else "not asked"
    match = next((one for one in known if one.key == opened.key), None)
    if match is None:
        return "unknown"
    if match.retired_at is None:
        return "known"
    return "retired" if made_at <= match.retired_at else "backdated"


def _told(opened: signed.Opened, standing: Standing) -> Iterator[str]:
    document, what = opened.document, "pages and record" if opened.kind == "pdf" else "record"
    if standing in {"unknown", "backdated"}:
        yield "NOT GOOD: whoever signed this is not who you asked for."
    else:
        yield f"Good: not one byte of this file was changed since it was signed ({what})."
    house, case = document["installation"], document["case"]
    yield f"Case {case['number']}: {_plain(case['subject'])}"
    yield f"Posts: {len(document['posts'])}, promises: {len(document['promises'])}, as of {document['made_at']}"
    yield f"The file says it comes from: {_plain(house['name'])} {_plain(house['address'])}".rstrip()
    yield f"Signed by the key: {signed.fingerprint(opened.key)}"
    yield _about_the_key(standing, address=_plain(house["address"]))
    yield (
        "This does not prove who wrote under which name, that the time of the house was right, or that nothing else was "
        "ever said. Internal notes are never part of a transcript, and attached files only by name, size and SHA-256."
    )


def _about_the_key(standing: Standing, *, address: str) -> str:
    where = f"{address}/keys/" if address else "the page /keys/ of the company"
    return {
        "known": "The key is the one that you gave.",
        "retired": "The key is a former one of the list that you gave; it was retired after this was made.",
        "backdated": "The key was retired before the moment at which this file says it was made.",
        "unknown": "The key is not the one that you gave. Anybody can sign with a key of their own.",
        "not asked": f"NOT CHECKED: whose key this is. Anybody can sign with a key of their own. Compare it with {where} as you "
        "find that by yourself, or give --key or --fingerprint.",
    }[standing]


def _plain(text: str) -> str:
    """Words of a file as they may stand on a terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)[:300]


def _say(lines: Sequence[str], status: int) -> int:
    """A terminal that lacks a sign, or a reader that has gone, changes no verdict."""
    stream = sys.stdout if status == GOOD else sys.stderr
    code = stream.encoding or "utf-8"
    with contextlib.suppress(BrokenPipeError):
        print("\n".join(lines).encode(code, "replace").decode(code), file=stream, flush=True)
    return status
