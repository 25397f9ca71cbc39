"""Starting a house of its own for a measurement, and knowing its processes."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class House:
    """A running server: its process, folder and ports."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int
    smtp: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(home: Path, *, port: int, smtp: int, **more: str) -> dict[str, str]:
    return {
        **os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "EYELEVEL_HOME": str(home), "EYELEVEL_PORT": str(port),
        "EYELEVEL_SMTP_IN_PORT": str(smtp), "EYELEVEL_MAIL_ADDRESS": "service@nordlicht.example",
        "EYELEVEL_COMPANY": "Nordlicht Mobil", **more,
    }  # fmt: skip


def start(
    home: Path,
    *,
    port: int,
    smtp: int,
    command: tuple[str, ...] = ("serve",),
    before: tuple[str, ...] = (),
    **more: str,
) -> House:
    """Start and wait until /healthz answers. Raises RuntimeError with the log where it does not within 60 s."""
    log = (home.parent / f"{home.name}.log").open("ab")
    process = subprocess.Popen(
        [*before, sys.executable, "-m", "eyelevel.server.cli", *command],
        env=environment(home, port=port, smtp=smtp, **more), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return House(process=process, home=home, port=port, smtp=smtp)
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise RuntimeError((home.parent / f"{home.name}.log").read_text(errors="replace")[-4000:])


@contextmanager
def house(**more: str) -> Iterator[House]:
    """A fresh house on free ports, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="eyelevel-bench-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        one = start(home, port=free_port(), smtp=free_port(), **more)
        try:
            yield one
        finally:
            one.process.terminate()
            try:
                one.process.wait(20)
            except subprocess.TimeoutExpired:
                one.process.kill()


def machine() -> str:
    """The machine in one line, for RESULTS.md."""
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    return (
        f"{os.cpu_count()} cores {model}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return (
        ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))] if ordered else float("nan")
    )


def tree_pss_mb(pid: int) -> dict[int, float]:
    """PSS in MB of a process and all its descendants, from smaps_rollup; what ends meanwhile is not counted."""
    found: dict[int, float] = {}
    try:
        # A child stands under the thread that started it, which need not be the first.
        children = [child for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                found[pid] = int(line.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError):
        return found
    for child in children:
        found |= tree_pss_mb(int(child))
    return found


def _children(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []  # the thread ended between the listing and the look
