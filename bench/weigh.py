"""How much each sign of a contradiction weighs: learnt from the tuning half of the labelled pairs, written to a small text file.

    python -m bench.weigh [--file FILE] [--write]

A logistic regression over the evidence of word/signals.py in plain Python. Signs of a pair that contradicts, of the kind that the
pair is labelled with, are the true ones; all signs of the other pairs are false ones, and so are those of drafts held against
statements of other pairs. Prints precision and recall of five folds, each judged by weights learnt from the other four.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from eyelevel.word import rules, signals, weighing

CORPUS = Path(__file__).parent / "corpora" / "contradictions.jsonl"
FOLDS = 5
PROMISES = Path(__file__).parent / "corpora" / "promises.jsonl"
STRANGERS = 8  # statements of other pairs that each draft is held against
ANSWERS = 25  # answers to others that each answer is held against
APART = 0.35  # what a sign between strangers weighs
ROUNDS = 300
PULL = 0.0003  # towards zero (L2), for each true or false sign
STEP = 0.3
MORE = 1.5  # a fresh pair (the rules were not written by it) weighs so much


@dataclass(frozen=True)
class Example:
    evidence: dict[str, float]
    true: bool
    weight: float


@dataclass(frozen=True)
class Pair:
    """A draft and what was said: its label, the examples of it, and the evidence of all its signs."""

    contradicts: bool
    fresh: bool
    examples: tuple[Example, ...]
    all_evidence: tuple[dict[str, float], ...]


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--file", type=Path, default=CORPUS)
    options.add_argument("--write", action="store_true", help="write the weights that ship")
    given = options.parse_args()
    rows = [json.loads(line) for line in given.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = [row for row in rows if row["half"] == "tune"]
    pairs = read(rows)
    apart = strangers()
    judged = crossed(pairs, apart)
    for name, chosen in (("all", judged), ("fresh", [one for one in judged if one[0].fresh])):
        for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
            print(name, least, *_rates(chosen, least))
    if given.write:
        weights = learn([*apart, *(one for pair in pairs for one in pair.examples)])
        weighing.FILE.write_text(_written(weights), encoding="utf-8")


def read(rows: Sequence[dict]) -> list[Pair]:
    chance = random.Random(4)
    pairs = []
    for row in rows:
        wanted = row["kind"] if row["label"] == "contradicts" else ""
        fresh = row["id"] > "n256"
        weight = MORE if fresh else 1.0
        found = list(_signs(row, row))
        named = [one for one in found if one[0].kind == wanted] or (found if wanted else [])
        examples = [Example(evidence, bool(wanted), weight / (len(named) if wanted else 1) ** 0.5)
                    for _sign, evidence in (named if wanted else found)]  # fmt: skip
        others = [one for one in rows if one["lang"] == row["lang"] and one is not row]
        for other in chance.sample(others, STRANGERS):
            examples += [Example(evidence, False, APART) for _sign, evidence in _signs(other, row)]
        pairs.append(Pair(bool(wanted), fresh, tuple(examples), tuple(evidence for _sign, evidence in found)))
    return pairs


def _signs(said: dict, row: dict) -> list[tuple[signals.Sign, dict[str, float]]]:
    return list(
        rules.weighed(
            row["draft"], datetime.fromisoformat(row["draft_at"]), said["earlier"]["text"], datetime.fromisoformat(said["earlier"]["sent_at"])
        )
    )  # fmt: skip


def strangers() -> list[Example]:
    """Answers to different people about different things, held against each other: whatever shows there is no contradiction."""
    chance = random.Random(5)
    rows = [json.loads(line) for line in PROMISES.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = [row for row in rows if row["half"] == "tune"]
    found = []
    for row in rows:
        now = datetime.fromisoformat(row["sent_at"])
        for other in chance.sample(
            [one for one in rows if one["lang"] == row["lang"] and one is not row], ANSWERS
        ):
            signs = rules.weighed(row["text"], now, other["text"], now - timedelta(days=3))
            found += [Example(evidence, False, APART) for _sign, evidence in signs]
    return found


def crossed(pairs: Sequence[Pair], apart: Sequence[Example]) -> list[tuple[Pair, float]]:
    """Each pair with the likelihood of its likeliest sign, by weights that were learnt without it."""
    order = list(pairs)
    random.Random(7).shuffle(order)
    judged = []
    for fold in range(FOLDS):
        weights = learn(
            [
                *apart,
                *(
                    one
                    for number, pair in enumerate(order)
                    if number % FOLDS != fold
                    for one in pair.examples
                ),
            ]
        )
        judged += [
            (pair, max((weighing.likelihood(one, weights) for one in pair.all_evidence), default=0.0))
            for pair in order[fold::FOLDS]
        ]
    return judged


_FOR = frozenset(
    "matter|some matter|one noun|more than a noun|covered new|covered old|covered both|around|same act|verb|beyond bounds|same weekday".split(
        "|"
    )
)
_AGAINST = frozenset(
    "rival|apart|conditional|other subject|other act|other part|adds up|said again|fits|product|progress|progress of not|reasoned|left|threshold"
    "|recurring|more with and|same cause|ours too|bounds|moved|news of not|old waits|unruled|same sum|same number|same day|other place".split(
        "|"
    )
)


def _sign(name: str) -> int:
    """Evidence that is known to speak for a contradiction never weighs against it, and the other way round."""
    plain = name.split(":", maxsplit=1)[0]
    return 1 if plain in _FOR else -1 if plain in _AGAINST else 0


def learn(examples: Sequence[Example]) -> dict[str, float]:
    names = [*sorted({name for one in examples for name in one.evidence}), weighing.ALWAYS]
    place = {name: number for number, name in enumerate(names)}
    rows = [
        (
            [(place[name], value) for name, value in {**one.evidence, weighing.ALWAYS: 1.0}.items()],
            one.true,
            one.weight,
        )
        for one in examples
    ]
    weights = [0.0] * len(names)
    signs = [_sign(name) for name in names]
    speed = [0.0] * len(names)
    total = sum(weight for _row, _true, weight in rows)
    for _round in range(ROUNDS):
        slope = [PULL * one for one in weights]
        for row, true, weight in rows:
            off = 1 / (1 + math.exp(-sum(weights[number] * value for number, value in row))) - true
            for number, value in row:
                slope[number] += weight * off * value / total
        for number, one in enumerate(slope):
            speed[number] = 0.9 * speed[number] - STEP * one
            weights[number] += speed[number]
            if weights[number] * signs[number] < 0:
                weights[number] = speed[number] = 0.0
    return dict(zip(names, weights, strict=True))


def _rates(judged: Sequence[tuple[Pair, float]], least: float) -> tuple[str, str]:
    hits = sum(pair.contradicts and score >= least for pair, score in judged)
    raised = sum(score >= least for _pair, score in judged)
    wanted = sum(pair.contradicts for pair, _score in judged)
    return f"precision {hits / max(raised, 1):.3f}", f"recall {hits / max(wanted, 1):.3f}"


def _written(weights: dict[str, float]) -> str:
    head = "# What each sign of a contradiction weighs; made by `python -m bench.weigh --write` from the tuning half of the pairs.\n"
    return head + "".join(
        f"{name}\t{value:.3f}\n" for name, value in sorted(weights.items()) if abs(value) >= 0.0005
    )


if __name__ == "__main__":
    main()
