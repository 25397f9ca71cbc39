"""Real mail servers on loopback for the tests: Dovecot with mailboxes, OpenSMTPD before it. Ended with the block."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import free_port

DOMAIN = "example.test"
UID = 5000

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%n
mail_uid = {uid}
mail_gid = {uid}
first_valid_uid = {uid}
auth_username_format = %Ln
passdb {{
  driver = static
  args = password=pw
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={folder}/mail/%n allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
namespace inbox {{
  inbox = yes
}}
"""

SMTPD = """
table everybody {{ "@" = nobody }}
listen on 127.0.0.1 port {smtp} hostname mx.{domain}
action "deliver" lmtp "127.0.0.1:{lmtp}" rcpt-to virtual <everybody>
match from any for domain "{domain}" action "deliver"
"""


@dataclass(frozen=True)
class Servers:
    """Where they listen. Any name at example.test has a mailbox with the password "pw"."""

    imap: int
    smtp: int
    folder: Path

    def mailbox(self, name: str) -> list[bytes]:
        """The raw mails in this mailbox."""
        files = [*self.folder.glob(f"mail/{name}/new/*"), *self.folder.glob(f"mail/{name}/cur/*")]
        return [path.read_bytes() for path in sorted(files)]

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))


def can_run() -> bool:
    return os.getuid() == 0 and all(shutil.which(name) for name in ("dovecot", "smtpd", "swaks"))


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on {port}")


def _pid_in(file: Path) -> int:
    """The process id that a daemon writes some time after its command has returned."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text().strip()):
            return int(text)
        time.sleep(0.05)
    raise RuntimeError(f"{file} was not written")


@contextmanager
def servers() -> Iterator[Servers]:
    """Dovecot and OpenSMTPD in a folder of their own."""
    folder = Path(tempfile.mkdtemp(prefix="eyelevel-peers-", dir="/tmp"))
    folder.chmod(0o755)
    places = {"imap": free_port(), "lmtp": free_port(), "smtp": free_port()}
    for name in ("mail", "run", "state"):
        (folder / name).mkdir()
    os.chown(folder / "mail", UID, UID)
    (folder / "dovecot.conf").write_text(DOVECOT.format(folder=folder, uid=UID, **places))
    (folder / "smtpd.conf").write_text(SMTPD.format(domain=DOMAIN, **places))
    subprocess.run(
        ["dovecot", "-c", str(folder / "dovecot.conf")],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    master = _pid_in(folder / "run" / "master.pid")
    with (folder / "smtpd.log").open("wb") as log:
        smtpd = subprocess.Popen(
            ["smtpd", "-d", "-f", str(folder / "smtpd.conf")],
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
    try:
        for port in places.values():
            _wait(port)
        yield Servers(imap=places["imap"], smtp=places["smtp"], folder=folder)
    finally:
        smtpd.terminate()
        smtpd.wait(10)
        os.kill(master, signal.SIGTERM)
        time.sleep(0.5)
        shutil.rmtree(folder, ignore_errors=True)
