"""How often the objection check is right, on a labelled set of earlier statements and drafts.

    EYELEVEL_DATA=... python -m bench.objections FILE.jsonl

The set has more kinds of contradiction than this check knows (docs/objections.md); both figures are given: over all
kinds, and over those that it claims to find (date, amount). Precision counts an objection on a pair labelled
"consistent" or "unrelated" as wrong.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from eyelevel.word.rules import Statement, objections

CLAIMED = {"date", "amount"}


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("file", type=Path)
    options.add_argument("--wrong", action="store_true", help="print the pairs that were judged wrongly")
    given = options.parse_args()
    tally: Counter[str] = Counter()
    for line in given.file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said_at = datetime.fromisoformat(row["earlier"]["sent_at"])
        earlier = [Statement(id="1", text=row["earlier"]["text"], said_at=said_at)]
        found = bool(objections(row["draft"], now=datetime.fromisoformat(row["draft_at"]), earlier=earlier))
        wanted = row["label"] == "contradicts"
        tally[f"{wanted}-{found}"] += 1
        if row["kind"] in CLAIMED:
            tally[f"claimed-{found}"] += 1
        if given.wrong and found != wanted:
            print(
                row["id"],
                "missed" if wanted else "false alarm",
                row["kind"],
                "|",
                row["earlier"]["text"],
                "|",
                row["draft"],
            )
    hits, missed, false = tally["True-True"], tally["True-False"], tally["False-True"]
    print(f"pairs: {sum(tally[key] for key in ('True-True', 'True-False', 'False-True', 'False-False'))}")
    print(f"precision: {hits}/{hits + false}, recall over all kinds: {hits}/{hits + missed}")
    print(
        f"recall over dates and amounts: {tally['claimed-True']}/{tally['claimed-True'] + tally['claimed-False']}"
    )


if __name__ == "__main__":
    main()
