"""The commands about what the house signs. `verify` needs neither a house nor Django."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any


def commands(command: Callable[..., argparse.ArgumentParser], *, settings: Callable[[], Any]) -> None:
    """Add them to the command line; `settings` is asked only by what needs a house."""
    verify = command(
        "verify", _verify, "Check a signed transcript (PDF or JSON), offline and without a house."
    )
    verify.add_argument("file", type=Path)
    verify.add_argument(
        "--key", type=Path, metavar="FILE", help="the company's eyelevel-keys.json, or a public key in hex"
    )
    verify.add_argument("--fingerprint", default="", metavar="HEX", help="of the key that you expect")

    def renew(_options: argparse.Namespace) -> int:
        return _renew(settings().KEYS)

    command("renew-key", renew, "Sign with a new key from now on; the old public key stays published.")


def _verify(options: argparse.Namespace) -> int:
    from eyelevel.transcript import verify

    return verify.run(options.file, key_file=options.key, fingerprint=options.fingerprint)


def _renew(keys: Any) -> int:
    from eyelevel.kernel import clock, signing
    from eyelevel.transcript.signed import fingerprint

    fresh = signing.renew(keys, now=clock.real_now())
    print(f"From now on this house signs with the key {fingerprint(fresh.key)}")
    return 0
