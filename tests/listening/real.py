"""Real public words from the data folder: German and English, from several networks."""

from __future__ import annotations

import csv
import json
import os
import warnings
from pathlib import Path

import pytest


def real_posts():
    """(text, language, network, author) by the thousand. Skips, loudly, where the data folder is absent."""
    named = os.environ.get("EYELEVEL_DATA", "")
    folder = Path(named)
    if not named or not (folder / "germeval2017" / "dev_v1.4.tsv").exists():
        warnings.warn("EYELEVEL_DATA names no data folder: the real posts were NOT matched", stacklevel=1)
        pytest.skip("NOT RUN: EYELEVEL_DATA names no folder with germeval2017")
    return [*_germeval(folder), *_comments(folder), *_crises(folder), *_bluesky(folder)]


def _germeval(folder):
    lines = (folder / "germeval2017" / "dev_v1.4.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line.count("\t") > 1]
    return [
        (text, "de", "feed", address.split("/")[2] if "//" in address else "") for address, text, *_ in rows
    ]


def _comments(folder):
    for path in sorted((folder / "germeval2021").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            yield from ((row["comment_text"], "de-DE", "facebook", "") for row in csv.DictReader(lines))


def _crises(folder):
    for path in sorted((folder / "crisislex").glob("*/*tweets_labeled.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines)
            next(rows)
            yield from ((row[1], "", "twitter", f"did:{row[0][-4:]}\nÄnne {row[0][-2:]}") for row in rows)


def _bluesky(folder):
    for path in sorted((folder / "bluesky").rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            record = told.get("commit", {}).get("record") or {}
            if isinstance(record, dict) and record.get("text"):
                yield record["text"], (record.get("langs") or [""])[0], "bluesky", told["did"]
