"""To whom an answer goes and how it looks on its channel. Plain Python, no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """One recipient, and whether they have been part of this case before."""

    address: str
    new: bool


def addressees(*, chosen: str, known: Sequence[str]) -> tuple[Addressee, ...]:
    """The recipients of an answer. Whoever was not part of the case is new and needs a click."""
    if not chosen:
        return ()
    return (Addressee(address=chosen, new=chosen.lower() not in {address.lower() for address in known}),)


def subject_line(*, subject: str, token: str) -> str:
    """The subject "Re: subject [#token]", with former prefixes and tags taken off so that they do not pile up."""
    bare = subject.strip()
    while bare[:3].lower() in {"re:", "aw:", "wg:", "fw:"}:
        bare = bare[3:].strip()
    return f"Re: {bare} [#{token}]" if bare else f"[#{token}]"


def case_address(*, address: str, token: str) -> str:
    """The address that brings a reply back into its case: service+c-TOKEN@domain."""
    local, _, domain = address.rpartition("@")
    return f"{local}+c-{token}@{domain}"
