"""The same tests on PostgreSQL: a cluster of our own in a temporary folder, on a Unix socket, gone at the end.

./eyelevel py -m tests.on_postgres [pytest arguments]
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.run import ROOT, postgres_tools

PORT = 54329


def _as_nobody(command: list[str]) -> list[str]:
    """initdb and postgres refuse to run as root; there they run as the packaged user, or nobody."""
    if os.getuid() != 0:
        return command
    names = {entry.pw_name for entry in pwd.getpwall()}
    return ["runuser", "-u", "postgres" if "postgres" in names else "nobody", "--", *command]


@contextmanager
def cluster() -> Iterator[str]:
    """A fresh cluster; gives the address of its database `eyelevel`."""
    tools = Path(postgres_tools() or "")
    folder = Path(tempfile.mkdtemp(prefix="eyelevel-pg-", dir="/tmp"))
    folder.chmod(0o777)
    data, sockets = folder / "data", folder / "s"
    sockets.mkdir(mode=0o777)
    sockets.chmod(0o777)
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        _as_nobody([str(tools / "initdb"), "-D", str(data), "-U", "eyelevel", "-A", "trust", "-E", "UTF8"]),
        **quiet,
    )
    options = f"-k {sockets} -p {PORT} -c listen_addresses='' -c fsync=off -c max_connections=200"
    control = [str(tools / "pg_ctl"), "-D", str(data), "-l", str(folder / "s" / "log"), "-w"]
    subprocess.run(_as_nobody([*control, "-o", options, "start"]), **quiet)
    try:
        create = [str(tools / "createdb"), "-h", str(sockets), "-p", str(PORT), "-U", "eyelevel", "eyelevel"]
        subprocess.run(create, **quiet)
        yield f"postgresql://eyelevel@{quote(str(sockets), safe='')}:{PORT}/eyelevel"
    finally:
        subprocess.run(_as_nobody([*control, "-m", "immediate", "stop"]), **{**quiet, "check": False})
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    with cluster() as address:
        environment = {**os.environ, "EYELEVEL_DATABASE": address, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        marks = [] if "-m" in sys.argv else ["-m", "not browser and not peers"]
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *marks, *sys.argv[1:]]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
