"""How well promises are found and dated, on a labelled set of answers.

    python -m bench.promises --file FILE --json

A found promise matches a labelled one if their spans overlap by at least half of the shorter. `due_exact` is the share of
matched ones with the same due_to (none equals none); `false_in_negatives` counts promises found in answers that hold none.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from eyelevel.word import commitments


def overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return shared * 2 >= min(one[1] - one[0], other[1] - other[0])


def matched(
    found: Sequence[commitments.Commitment], wanted: Sequence[dict[str, Any]], text: str
) -> list[tuple[commitments.Commitment, dict[str, Any]]]:
    """Pairs of a found and a labelled promise; each of both at most once."""
    pairs, free = [], list(wanted)
    for one in found:
        for label in free:
            start = text.find(label["span"])
            if overlap((one.start, one.end), (start, start + len(label["span"]))):
                pairs.append((one, label))
                free.remove(label)
                break
    return pairs


def same_moment(one: datetime | None, label: str | None) -> bool:
    return one == (datetime.fromisoformat(label) if label else None)


def measure(rows: Sequence[dict[str, Any]], *, wrong: bool = False) -> dict[str, Any]:
    counts = dict.fromkeys(
        ("found", "labelled", "matched", "due", "kind", "conditional", "negatives", "false"), 0
    )
    for row in rows:
        found = commitments.find(row["text"], sent_at=datetime.fromisoformat(row["sent_at"]))
        pairs = matched(found, row["promises"], row["text"])
        counts["found"] += len(found)
        counts["labelled"] += len(row["promises"])
        counts["matched"] += len(pairs)
        counts["due"] += sum(same_moment(one.due_to, label["due_to"]) for one, label in pairs)
        counts["kind"] += sum(one.kind == label["kind"] for one, label in pairs)
        counts["conditional"] += sum(one.conditional == label["conditional"] for one, label in pairs)
        counts["negatives"] += not row["promises"]
        counts["false"] += len(found) if not row["promises"] else 0
        if wrong:
            _show(row, found, pairs)
    share = {
        "precision": counts["matched"] / (counts["found"] or 1), "recall": counts["matched"] / (counts["labelled"] or 1),
        "due_exact": counts["due"] / (counts["matched"] or 1), "kind_right": counts["kind"] / (counts["matched"] or 1),
        "conditional_right": counts["conditional"] / (counts["matched"] or 1),
    }  # fmt: skip
    rounded = {name: round(value, 4) for name, value in share.items()}
    return {
        **rounded,
        "false_in_negatives": counts["false"],
        "negatives": counts["negatives"],
        "answers": len(rows),
        "labelled": counts["labelled"],
    }


def _show(row: dict[str, Any], found: Sequence[commitments.Commitment], pairs: Sequence[Any]) -> None:
    hit, got = [one for one, _ in pairs], [label for _, label in pairs]
    for one in found:
        if one not in hit:
            print(row["id"], "FALSE ", one.text, "|", row["text"])
    for label in row["promises"]:
        if label not in got:
            print(row["id"], "MISSED", label["span"], "|", row["text"])
    for one, label in pairs:
        if not same_moment(one.due_to, label["due_to"]):
            print(
                row["id"],
                "DUE   ",
                one.due_to,
                "wanted",
                label["due_to"],
                "|",
                label["span"],
                "| sent",
                row["sent_at"],
            )


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--file", type=Path, required=True)
    options.add_argument("--json", action="store_true")
    options.add_argument("--wrong", action="store_true", help="print what was missed, false or dated wrongly")
    given = options.parse_args()
    rows = [json.loads(line) for line in given.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    result = measure(rows, wrong=given.wrong)
    print(json.dumps(result) if given.json else "\n".join(f"{key}: {value}" for key, value in result.items()))


if __name__ == "__main__":
    main()
