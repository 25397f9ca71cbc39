"""The whole check of the house, the same on every machine: format, lint, types, layers, tests, stories, browser.

`--quick` leaves out the browser, PostgreSQL and the peers; `--peers` adds real mail servers. What cannot run here is
named loudly, and with CI=true it fails the run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def postgres_tools() -> str | None:
    """The folder with initdb and postgres, newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    onpath = shutil.which("initdb")
    return str(found[0].parent) if found else (str(Path(onpath).parent) if onpath else None)


def can_run() -> dict[str, bool]:
    return {
        "browser": any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")),
        "postgres": postgres_tools() is not None,
        "peers": all(shutil.which(name) for name in ("dovecot", "smtpd", "swaks")),
    }


def checks() -> list[tuple[str, list[str]]]:
    py = sys.executable
    return [
        ("format", [py, "-m", "ruff", "format", "--check", "-q", "."]),
        ("lint", [py, "-m", "ruff", "check", "-q", "."]),
        ("types", [py, "-m", "mypy"]),
        ("layers", [str(BIN / "lint-imports"), "--no-cache"]),
    ]


def counted(marker: str) -> int:
    """How many tests carry this marker."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", marker, "-p", "no:cacheprovider"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return sum("::" in line for line in listed.stdout.splitlines())


def run(name: str, command: list[str], environment: dict[str, str]) -> bool:
    began = time.monotonic()
    print(f"── {name}", flush=True)
    good = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    print(f"── {name}: {'well' if good else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)
    return good


def main() -> int:
    arguments = argparse.ArgumentParser(prog="eyelevel test", description=__doc__)
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--peers", action="store_true")
    options = arguments.parse_args()
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    environment.pop("EYELEVEL_HOME", None)
    able = can_run()
    wanted = {"browser": not options.quick, "postgres": not options.quick, "peers": options.peers}
    running = {name for name in wanted if wanted[name] and able[name]}
    left_out = sorted(set(wanted) - running)
    expression = " and ".join(f"not {name}" for name in left_out)

    results = [run(name, command, environment) for name, command in checks()]
    tests = [sys.executable, "-m", "pytest", *(["-m", expression] if expression else [])]
    results.append(run("tests", tests, environment))
    if "postgres" in running:
        on_postgres = [sys.executable, "-m", "tests.on_postgres"]
        results.append(run("tests on PostgreSQL", on_postgres, environment))

    missing = [name for name in wanted if wanted[name] and not able[name]]
    for name in missing:
        print(f"NOT RUN: {name} ({counted(name)})", flush=True)
    if "peers" in running and not all(shutil.which(name) for name in ("node", "npm")):
        print("NOT RUN: tests/peers/test_bluesky.py needs node and npm", flush=True)
        missing.append("bluesky")
    good = all(results) and not (missing and os.environ.get("CI") == "true")
    print("All well." if good else "Something failed.", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
