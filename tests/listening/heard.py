"""Words as sources bring them."""

from __future__ import annotations

from datetime import UTC, datetime

from eyelevel.channels.contract import Overheard

NOW = datetime(2026, 11, 2, 9, 12, tzinfo=UTC)


def said(text="Die Bahn fällt aus", name="1", *, network="bluesky", author="did:plc:jana", **more):
    fields = {"source": "jetstream", "at": NOW, "author_name": "jana.bsky.social", "language": "de", **more}
    return Overheard(network=network, external_id=name, author=author, text=text, **fields)


def edited(text, name="1", **more):
    return said(text, name, event="edit", **more)


def deleted(name="1", **more):
    return said("", name, event="delete", **more)
