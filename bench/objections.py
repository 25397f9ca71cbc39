"""How often the objection check is right, on a labelled set of earlier statements and drafts, and how fast it is.

    python -m bench.objections --file FILE [--json] [--half tune|test|blind] [--wrong]
    python -m bench.objections --speed

It runs what ships: kinds that are switched off (rules.SWITCHED_OFF) are not looked for, and count as missed. Precision
counts an objection on a pair labelled "consistent" or "unrelated" as wrong. `by_kind`: recall over the pairs of that
label, precision over the objections of that name. `--speed`: 500 statements against one draft, in CPU time.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from eyelevel.word import claims, rules
from eyelevel.word.comparing import Kind
from eyelevel.word.rules import Statement, objections

CORPUS = Path(__file__).parent / "corpora" / "contradictions.jsonl"
STATEMENTS = 500


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--file", type=Path, default=CORPUS)
    options.add_argument("--half", choices=("tune", "test", "blind"), help="only the pairs of this half")
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    options.add_argument("--wrong", action="store_true", help="print the pairs that were judged wrongly")
    options.add_argument("--speed", action="store_true", help="measure the time of a check instead")
    given = options.parse_args()
    rows = [json.loads(line) for line in given.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    rows = [row for row in rows if given.half is None or row.get("half") == given.half]
    figures = speed(rows) if given.speed else quality(rows, wrong=given.wrong)
    if given.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for name, value in figures.items():
            print(f"{name}: {value}")


def quality(rows: Sequence[dict], *, wrong: bool) -> dict[str, object]:
    judged = [(row, _found(row)) for row in rows]
    if wrong:
        _print_wrong(judged)
    return {
        **_figures(judged),
        "pairs": len(rows),
        "by_kind": {kind: _of_kind(judged, kind) for kind in get_args(Kind)},
        "by_lang": {
            lang: _figures([one for one in judged if one[0]["lang"] == lang])
            for lang in sorted({row["lang"] for row in rows})
        },
        "not_checked": sorted(rules.SWITCHED_OFF),
    }


def _found(row: dict) -> frozenset[str]:
    """The kinds of objection that are raised against the draft of a pair."""
    said_at = datetime.fromisoformat(row["earlier"]["sent_at"])
    earlier = [Statement(id="1", text=row["earlier"]["text"], said_at=said_at)]
    found = objections(row["draft"], now=datetime.fromisoformat(row["draft_at"]), earlier=earlier)
    return frozenset(one.kind for one in found)


def _figures(judged: Sequence[tuple[dict, frozenset[str]]]) -> dict[str, float]:
    tally = Counter((row["label"] == "contradicts", bool(kinds)) for row, kinds in judged)
    return _rates(tally[True, True], tally[True, False], tally[False, True])


def _of_kind(judged: Sequence[tuple[dict, frozenset[str]]], kind: str) -> dict[str, float]:
    wanted = [bool(kinds) for row, kinds in judged if row["label"] == "contradicts" and row["kind"] == kind]
    named = [row["label"] == "contradicts" for row, kinds in judged if kind in kinds]
    return {
        "recall": round(sum(wanted) / len(wanted), 3) if wanted else 0.0, "pairs": len(wanted),
        "precision": round(sum(named) / len(named), 3) if named else 1.0, "raised": len(named),
    }  # fmt: skip


def _rates(hits: int, missed: int, false: int) -> dict[str, float]:
    precision = hits / (hits + false) if hits + false else 1.0
    recall = hits / (hits + missed) if hits + missed else 0.0
    both = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(both, 3)}


def _print_wrong(judged: Sequence[tuple[dict, frozenset[str]]]) -> None:
    for row, kinds in judged:
        wanted = row["label"] == "contradicts"
        if wanted != bool(kinds):
            print(
                row["id"],
                "missed" if wanted else f"false alarm ({', '.join(sorted(kinds))})",
                row["kind"],
                end=" | ",
            )
            print(row["earlier"]["text"], "|", row["draft"])


def speed(rows: Sequence[dict]) -> dict[str, object]:
    """One draft of four sentences against 500 statements of about four sentences each, made of the corpus."""
    texts = [text for row in rows for text in (row["earlier"]["text"], row["draft"])]
    now = datetime(2026, 11, 4, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    earlier = [
        Statement(
            id=str(number), said_at=now - timedelta(hours=number),
            text="\n\n".join(texts[(number * 7 + step * 101) % len(texts)] for step in range(3)),
        )
        for number in range(STATEMENTS)
    ]  # fmt: skip
    drafts = [" ".join(row["draft"] for row in rows[place : place + 4]) for place in range(0, 40, 4)]
    first = _cpu(drafts[0], now, earlier)
    later = sorted(_cpu(draft, now, earlier) for draft in drafts)
    return {
        "statements": STATEMENTS, "sentences": sum(len(claims.claims_of(one.text, said_at=one.said_at)) for one in earlier),
        "first_ms": first, "later_median_ms": later[len(later) // 2], "later_worst_ms": later[-1],
    }  # fmt: skip


def _cpu(draft: str, now: datetime, earlier: Sequence[Statement]) -> int:
    begun = time.process_time()
    objections(draft, now=now, earlier=earlier, limit=10_000)
    return round((time.process_time() - begun) * 1000)


if __name__ == "__main__":
    main()
