"""With real counterparts: swaks to OpenSMTPD, Dovecot by IMAP IDLE, the desk, and back over SMTP into the sender's mailbox."""

from __future__ import annotations

import email
import email.policy
import imaplib
import json
import subprocess
import time

import pytest

from tests import running
from tests.peers import mailservers
from tests.running import plain, wait_for

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def peers():
    if not mailservers.can_run():
        pytest.skip("Dovecot and OpenSMTPD need root here")
    with mailservers.servers() as one:
        yield one


@pytest.fixture(scope="module")
def house(peers):
    box = {
        "name": "service",
        "host": "127.0.0.1",
        "port": peers.imap,
        "user": "service",
        "password": "pw",
        "tls": "none",
    }
    settings = {
        "mailboxes": json.dumps([box]), "mail_address": "service@example.test", "smtp_out_port": str(peers.smtp),
    }  # fmt: skip
    with running.house(**settings) as one:
        yield one


@pytest.fixture(scope="module")
def ruth(house):
    return house.owner()


@pytest.fixture(scope="module")
def mira(house, ruth):
    return house.colleague("Mira Lang", by=ruth)


def swaks(peers, *, sender, subject, body, to="service@example.test", **headers):
    """Send a mail as somebody else's program does."""
    command = [
        "swaks",
        "--server",
        f"127.0.0.1:{peers.smtp}",
        "--from",
        sender,
        "--to",
        to,
        "--h-Subject",
        subject,
        "--body",
        body,
    ]
    for name, value in headers.items():
        command += ["--header", f"{name.replace('_', '-')}: {value}"]
    subprocess.run(command, check=True, capture_output=True, timeout=30)


def mails_of(peers, name, *, count):
    """What stands in this mailbox, parsed, oldest first."""

    def look():
        found = peers.mailbox(name)
        return found if len(found) >= count else None

    raws = wait_for(look, why=f"{count} mails in the mailbox of {name}")
    mails = [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]
    return sorted(mails, key=lambda mail: mail["Date"].datetime)


def test_the_whole_road_through_real_mail_servers(peers, house, mira):
    swaks(
        peers,
        sender="tom@example.test",
        subject="Router",
        body="It is dead. What now?",
        Message_Id="<tom-1@example.test>",
    )
    case = mira.case_about("Router")
    assert "It is dead. What now?" in plain(mira.get(f"/desk/cases/{case}/"))
    mira.post(f"/desk/cases/{case}/answer/", text="Guten Tag Tom, ein neuer ist unterwegs.\n\nMira Lang")
    answer = next(mail for mail in mails_of(peers, "tom", count=2) if mail["Auto-Submitted"] is None)
    assert "<tom-1@example.test>" in answer["References"]
    assert "ein neuer ist unterwegs" in answer.get_content()
    assert f"service+c-{case}-" in answer["Reply-To"]
    swaks(
        peers, sender="tom@example.test", subject=f"Re: {answer['Subject']}", body="Danke!", In_Reply_To=answer["Message-ID"],
        References=f"{answer['References']} {answer['Message-ID']}",
    )  # fmt: skip
    wait_for(
        lambda: "Danke!" in plain(mira.get(f"/desk/cases/{case}/")), why="the reply did not join its case"
    )


def test_what_was_fetched_is_seen_in_the_mailbox_and_not_fetched_again(peers, house, mira):
    def unseen():
        with imaplib.IMAP4("127.0.0.1", peers.imap) as box:
            box.login("service", "pw")
            box.select("INBOX")
            return box.search(None, "UNSEEN")[1][0].split()

    wait_for(lambda: unseen() == [], why="something stayed unseen")
    before = mira.get("/desk/search/?q=Router+kind:case").count("data-case=")
    time.sleep(1)
    assert mira.get("/desk/search/?q=Router+kind:case").count("data-case=") == before == 1


def test_a_letter_arrives_within_seconds_by_idle(peers, house, mira):
    began = time.monotonic()
    swaks(peers, sender="eve@example.test", subject="Pushed by IDLE", body="x")
    mira.case_about("Pushed by IDLE")
    assert time.monotonic() - began < 15, "IDLE pushes; waiting for the next round would take a minute"


def test_a_mailbox_that_refuses_is_shown_on_the_page_of_the_house(peers):
    box = {
        "name": "wrong",
        "host": "127.0.0.1",
        "port": peers.imap,
        "user": "x",
        "password": "wrong",
        "tls": "none",
    }
    with running.house(mailboxes=json.dumps([box])) as one:
        ruth = one.owner()
        wait_for(lambda: 'class="mark bad"' in ruth.get("/desk/house/"), why="the trouble is not shown")
        assert "pw" not in one.log().replace("--password", "")
        tried = plain(ruth.post("/desk/house/doors/imap-0/", expect=502))
        assert "MailboxRefused" in tried or "AUTHENTICATIONFAILED" in tried
