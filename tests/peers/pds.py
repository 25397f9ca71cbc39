"""A real Bluesky server (PDS) and its directory from npm, on loopback for the tests. Ended with the block.

The package is installed once, into a folder outside of the repository: EYELEVEL_PEERS, else ~/.cache/eyelevel-peers.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import free_port, wait_for

PACKAGE, VERSION = "@atproto/dev-env", "0.3.215"
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Server:
    """Where it listens."""

    url: str
    directory: str

    def call(self, name: str, *, body=None, token: str = "", **query: str):
        """One call of somebody else's program. Raises urllib.error.HTTPError."""
        address = f"{self.url}/xrpc/{name}" + (
            "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
        )
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
        request = urllib.request.Request(
            address, data=json.dumps(body).encode() if body is not None else None, headers=headers
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def member(self, name: str) -> Member:
        made = self.call(
            "com.atproto.server.createAccount", body={"handle": f"{name}.test", "email": f"{name}@example.test", "password": PASSWORD}
        )  # fmt: skip
        return Member(server=self, did=made["did"], handle=made["handle"], token=made["accessJwt"])


@dataclass(frozen=True)
class Member:
    """Somebody with an account there."""

    server: Server
    did: str
    handle: str
    token: str

    def posts(self, text: str, *, rkey: str = "", **record):
        """Post or edit; returns {"uri", "cid"}."""
        body = {
            "repo": self.did, "collection": "app.bsky.feed.post",
            "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-02T09:12:00.000Z", "langs": ["de"], **record},
        }  # fmt: skip
        if rkey:
            return self.server.call(
                "com.atproto.repo.putRecord", body={**body, "rkey": rkey}, token=self.token
            )
        return self.server.call("com.atproto.repo.createRecord", body=body, token=self.token)

    def deletes(self, uri: str) -> None:
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": uri.rpartition("/")[2]}
        self.server.call("com.atproto.repo.deleteRecord", body=body, token=self.token)

    def app_password(self) -> str:
        made = self.server.call(
            "com.atproto.server.createAppPassword", body={"name": secrets.token_hex(4)}, token=self.token
        )
        return str(made["password"])

    def everything(self):
        """All posts of this account."""
        found = self.server.call(
            "com.atproto.repo.listRecords", repo=self.did, collection="app.bsky.feed.post"
        )
        return found["records"]


def folder() -> Path:
    return Path(os.environ.get("EYELEVEL_PEERS") or Path.home() / ".cache" / "eyelevel-peers") / "pds"


def can_run() -> bool:
    return all(shutil.which(name) for name in ("node", "npm"))


def installed() -> Path:
    """The folder with the package, installed at the first use."""
    here = folder()
    if not (here / "node_modules" / PACKAGE / "package.json").exists():
        here.mkdir(parents=True, exist_ok=True)
        (here / "package.json").write_text('{"name": "peers", "private": true}')
        subprocess.run(
            ["npm", "install", "--silent", f"{PACKAGE}@{VERSION}"], cwd=here, check=True, timeout=600
        )
    return here


@contextmanager
def server() -> Iterator[Server]:
    """The server with a directory of its own; all that it keeps is gone afterwards."""
    here, ports = installed(), (free_port(), free_port())
    script = Path(__file__).with_name("pds.cjs")
    with (
        tempfile.TemporaryDirectory(prefix="eyelevel-pds-") as place,
        (Path(place) / "log").open("wb") as log,
    ):
        environment = {
            "PATH": os.environ["PATH"], "HOME": place, "TMPDIR": place, "NODE_PATH": str(here / "node_modules"),
            "PDS_PORT": str(ports[0]), "PLC_PORT": str(ports[1]),
        }  # fmt: skip
        process = subprocess.Popen(
            ["node", str(script)], cwd=here, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )

        def opened() -> bool:
            said = (Path(place) / "log").read_text(errors="replace")
            assert process.poll() is None, said[-2_000:]
            return "open" in said.splitlines()

        try:
            wait_for(opened, why="the Bluesky server did not open", seconds=90)
            yield Server(url=f"http://127.0.0.1:{ports[0]}", directory=f"http://127.0.0.1:{ports[1]}")
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
