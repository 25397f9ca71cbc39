"""The demo: seconds from start to the first page, and memory of its processes after 20 idle seconds (sum of PSS).

python -m bench.idle --times 5
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.house import ROOT, free_port, machine, tree_pss_mb


def once(*, idle: float, speed: int) -> tuple[float, dict[int, float]]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="eyelevel-idle-") as folder:
        log = Path(folder) / "log"
        began = time.monotonic()
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "eyelevel.server.cli", "demo", "--port", str(port), "--speed", str(speed)],
                env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, stdout=file, stderr=file, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/demo/", timeout=5):
                    first = time.monotonic() - began
                    break
            except OSError:
                time.sleep(0.02)
        memory: dict[int, float] = {}
        if idle:
            while "now it is your turn" not in log.read_text(errors="replace"):
                time.sleep(0.5)
            time.sleep(idle)
            memory = tree_pss_mb(process.pid)
        process.terminate()
        process.wait(30)
    return first, memory


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--times", type=int, default=5)
    given = options.parse_args()
    starts = [once(idle=0, speed=1)[0] for _ in range(given.times)]
    _, memory = once(idle=20, speed=30)
    print(json.dumps({
        "start_s": round(statistics.median(starts), 2), "starts": [round(one, 2) for one in starts],
        "pss_mb": round(sum(memory.values())), "processes": [round(one) for one in memory.values()], "machine": machine(),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
