"""Real public posts for benchmarks of listening, as texts and as the JSON lines that a source would bring."""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from bench.ear import texts as german_texts

Corpus = Literal["all", "germeval2017"]
_PEOPLE = 50_000


def real_texts(corpus: Corpus) -> list[str]:
    """The distinct texts. Where the data folder is absent: made up, and said so."""
    folder = Path(os.environ.get("EYELEVEL_DATA", ""))
    source, found = german_texts()
    if corpus == "germeval2017" or source == "made up":
        return found
    for path in sorted((folder / "germeval2021").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found += [row["comment_text"] for row in csv.DictReader(lines)]
    for path in sorted((folder / "crisislex").glob("*/*tweets_labeled.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            found += [row[1] for row in csv.reader(lines)][1:]
    for path in sorted((folder / "bluesky").rglob("*.jsonl")):
        records = (json.loads(line).get("commit", {}).get("record") for line in path.open(encoding="utf-8"))
        found += [record["text"] for record in records if isinstance(record, dict) and record.get("text")]
    return list(dict.fromkeys(found))


def posts_in(texts: Sequence[str], many: int, at_a_time: int, *, seed: int) -> Iterator[bytes]:
    """JSON lines, so many posts in each piece, with the fields that networks send along."""
    chance = random.Random(seed)
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
    for first in range(0, many, at_a_time):
        lines = []
        for number in range(first, first + at_a_time):
            key = f"{seed:02d}{number:010d}"
            author = f"did:plc:{chance.randrange(_PEOPLE):024d}"
            lines.append(encoder.encode({
                "id": f"at://{author}/app.bsky.feed.post/{key}", "network": "bluesky", "author": author, "author_name": "someone.bsky.social",
                "text": chance.choice(texts), "language": chance.choice(("de", "de", "en", "")), "at": "2026-11-02T09:12:00.000Z",
                "url": f"https://bsky.app/profile/{author}/post/{key}", "parent": None, "root": None, "marks": [], "likes": 0,
            }).encode())  # fmt: skip
        yield b"\n".join(lines)
