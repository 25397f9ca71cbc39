"""Which adapter hears which kind of source."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from eyelevel.channels import reading
from eyelevel.channels import source_actions as actions
from eyelevel.channels.bluesky import firehose, jetstream
from eyelevel.channels.contract import Listens, Plan
from eyelevel.channels.feed import poll as feed
from eyelevel.channels.mastodon import poll as mastodon
from eyelevel.channels.models import Source
from eyelevel.channels.replay import play as replay

ADAPTERS: Mapping[str, Listens] = {
    Source.Kind.BLUESKY: jetstream.listen, Source.Kind.FIREHOSE: firehose.listen,
    Source.Kind.FEED: feed.listen, Source.Kind.MASTODON: mastodon.listen, Source.Kind.REPLAY: replay.listen,
}  # fmt: skip


def recordings() -> Path:
    """The folder whose files can be replayed; nothing outside of it can be named."""
    return Path(settings.HOME) / "replay"


def plan_of(source: Source) -> Plan:
    """What the adapter gets to know. Raises KeysRefused for a secret of another installation."""
    return Plan(
        name=source.name, address=source.address, options=source.options, cursor=source.cursor, secret=actions.revealed(source),
        allowed=tuple(settings.ENV.allow_addresses), folder=recordings(), read_mail=reading.mail_of, read_feed=reading.feed_of,
    )  # fmt: skip
