"""Signed files for tests: one small case, by a key of its own."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eyelevel.kernel.signing import public_half
from eyelevel.transcript import signed
from eyelevel.transcript.printing import Block, Task, print_pages

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def document(by=KEY, **more):
    public = public_half(by)
    return {
        "format": "eyelevel-transcript",
        "version": 1,
        "made_at": "2026-11-02T09:12:00Z",
        "language": "de",
        "installation": {"name": "Nordlicht Mobil", "address": "https://service.nordlicht.example"},
        "key": {"algorithm": "Ed25519", "public": public.hex(), "fingerprint": signed.fingerprint(public)},
        "case": {"number": 12, "subject": "Scan", "opened_at": "2026-11-01T09:12:00Z", "closed_at": None},
        "posts": [{"text": "Mein Scan ist unlesbar – „nochmal“? 🧾", "number": 1}],
        "promises": [],
    } | more


def record(by=KEY, **more):
    return signed.seal(document(by, **more), key=public_half(by), sign=by.sign)


def pages(by=KEY, *, inside=None, **more):
    content = inside or record(by, **more)
    printed = print_pages(
        Task(
            title="Fall 12", language="de", made_at="2026-11-02T09:12:00Z", foot="Nordlicht", blocks=[Block("words", "Mein Scan 🧾")],
            replaced="Es fehlen Zeichen.", record=content, record_name="fall.json", record_words="Protokoll",
        )
    )  # fmt: skip
    return signed.seal_pages(
        printed.content, offset=printed.offset, length=printed.length, key=public_half(by), sign=by.sign
    )
