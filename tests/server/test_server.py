"""The server around the rooms: settings, limits, backups, and what the terminal says."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import io
import os
import subprocess
import sys
import tarfile

import pytest
from pydantic import ValidationError

from eyelevel.server import backup, env
from eyelevel.server.shell import Shell, environ_of
from tests.running import ROOT, wait_for


def cli(*arguments, home, **more):
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("EYELEVEL_", "DJANGO_"))
    }
    environment |= {"PYTHONPATH": str(ROOT / "src"), "EYELEVEL_HOME": str(home), **more}
    command = [sys.executable, "-m", "eyelevel.server.cli", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd=home.parent
    )


def said_by(code, *, home):
    """What these lines print in a house on SQLite in this folder."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "EYELEVEL_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "eyelevel.server.settings",
    }
    environment.pop("EYELEVEL_DATABASE", None)
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_wrong_setting_is_refused_and_named(tmp_path):
    done = cli("serve", home=tmp_path / "home", EYELEVEL_PORT="seventy")
    assert done.returncode == 78
    assert "port" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_setting_in_the_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / "eyelevel.toml").write_text("prot = 80\n")
    monkeypatch.setenv("EYELEVEL_HOME", str(tmp_path))
    with pytest.raises(ValidationError, match="prot"):
        env.load()


def test_a_secret_is_read_from_a_file(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("geheim\n")
    monkeypatch.setenv("EYELEVEL_SMTP_OUT_PASSWORD_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("EYELEVEL_HOME", str(tmp_path))
    assert env.load().smtp_out_password.get_secret_value() == "geheim"
    assert "geheim" not in repr(env.load())


def test_a_demo_listens_on_loopback_only(tmp_path, monkeypatch):
    monkeypatch.setenv("EYELEVEL_HOME", str(tmp_path))
    monkeypatch.setenv("EYELEVEL_DEMO", "true")
    monkeypatch.setenv("EYELEVEL_HOST", "0.0.0.0")
    with pytest.raises(ValidationError, match="loopback"):
        env.load()


@pytest.mark.parametrize("secret", ["", "0" * 64, "changeme", "ab" * 8])
def test_a_default_or_weak_secret_is_refused(tmp_path, secret):
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "secret").write_text(secret)
    done = cli("doctor", home=tmp_path)
    assert done.returncode != 0
    assert "secret" in done.stderr


def test_doctor_says_what_is_there_and_what_is_missing(tmp_path):
    done = cli("doctor", home=tmp_path)
    assert "no mail comes in" in done.stdout
    assert "answers wait in the outbox" in done.stdout
    assert "many watches are matched" in done.stdout
    assert ("numba is here" in done.stdout) == (importlib.util.find_spec("numba") is not None)
    assert done.returncode == 0


def test_a_backup_is_one_file_that_brings_the_house_back(tmp_path):
    home = tmp_path / "home"
    code = (
        "import django; django.setup()\n"
        "from eyelevel.server.schema import bring_up_to_date; bring_up_to_date()\n"
        "from eyelevel.people.models import Staff; Staff.objects.create(name='Mira Lang')\n"
        "from eyelevel.kernel import store; print(store.put(b'a scan'))\n"
    )
    digest = said_by(code, home=home)
    file, back = tmp_path / "backup.tar.gz", tmp_path / "back"
    assert cli("backup", str(file), home=home).returncode == 0
    assert cli("backup", str(file), home=home).returncode == 1, "a backup never overwrites another"
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert cli("restore", str(file), home=back).returncode == 0
    assert (back / "store" / digest[:2] / digest[2:]).read_bytes() == b"a scan"
    assert (back / "keys" / "secret").read_text() == (home / "keys" / "secret").read_text()
    assert cli("restore", str(file), home=home).returncode == 1, "restoring never overwrites a house"


def test_a_damaged_backup_is_refused(tmp_path):
    file = tmp_path / "bad.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        for name, body in {
            "eyelevel.sqlite3": b"x",
            "manifest.json": b'{"format": 1, "sha256": {"eyelevel.sqlite3": "00"}}',
        }.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    assert backup.read_file(file, home=tmp_path / "home") == 1
    assert not (tmp_path / "home").exists()


def test_a_backup_that_climbs_out_is_refused(tmp_path):
    file = tmp_path / "evil.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        entry = tarfile.TarInfo("../../evil")
        tar.addfile(entry, io.BytesIO(b""))
    assert backup.read_file(file, home=tmp_path / "home") == 1
    assert not (tmp_path.parent / "evil").exists()


def scope(path="/", method="GET", headers=(), client=("203.0.113.5", 1)):
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "scheme": "http",
        "headers": list(headers), "client": client, "server": ("127.0.0.1", 8460),
    }  # fmt: skip


async def ask(shell, asked, chunks=(b"",)):
    sent, waiting = [], list(chunks)

    async def receive():
        chunk = waiting.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    await shell(asked, receive, send)
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:])


def echo(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["wsgi.input"].read()]


def shell(**more):
    return Shell(echo, events=None, **{"threads": 1, "waiting": 1, "most_body": 1000, **more})


def test_a_body_goes_in_whole():
    assert asyncio.run(ask(shell(), scope(method="POST"), [b"a" * 400, b"b" * 400])) == (
        200,
        b"a" * 400 + b"b" * 400,
    )


def test_an_answer_says_how_long_it_is():
    async def heads(method):
        sent = []

        async def receive():
            return {"type": "http.request", "body": b"four", "more_body": False}

        async def send(message):
            sent.append(message)

        await shell()(scope(method=method), receive, send)
        return dict(sent[0]["headers"]), b"".join(one.get("body", b"") for one in sent[1:])

    assert asyncio.run(heads("POST")) == ({b"content-type": b"text/plain", b"content-length": b"4"}, b"four")
    assert asyncio.run(heads("HEAD"))[1] == b""


@pytest.mark.parametrize("headers", [[(b"content-length", b"1001")], []])
def test_a_body_that_is_too_large_is_refused_before_it_is_read_whole(headers):
    status, _ = asyncio.run(
        ask(shell(), scope(method="POST", headers=headers), [b"a" * 600, b"b" * 600, b"c"])
    )
    assert status == 413


def test_when_all_places_are_taken_the_next_is_told_to_come_again():
    async def crowd():
        one = shell(threads=1, waiting=0)
        one._taken = 1
        return await ask(one, scope())

    assert asyncio.run(crowd())[0] == 503


def test_underscore_headers_do_not_pass_for_dashed_ones():
    made = environ_of(scope(headers=[(b"x_forwarded_for", b"1.2.3.4"), (b"x-real", b"y")]), io.BytesIO())
    assert "HTTP_X_FORWARDED_FOR" not in made
    assert made["HTTP_X_REAL"] == "y"


FORWARDED = [(b"x-forwarded-for", b"198.51.100.7, 203.0.113.9"), (b"x-forwarded-proto", b"https")]


def test_a_forwarded_address_is_believed_only_from_a_trusted_proxy():
    lied = environ_of(scope(headers=FORWARDED), io.BytesIO(), trusted=frozenset({"10.0.0.1"}))
    assert (lied["REMOTE_ADDR"], lied["wsgi.url_scheme"]) == ("203.0.113.5", "http")
    true = environ_of(
        scope(headers=FORWARDED, client=("10.0.0.1", 1)), io.BytesIO(), trusted=frozenset({"10.0.0.1"})
    )
    assert (true["REMOTE_ADDR"], true["wsgi.url_scheme"]) == ("203.0.113.9", "https")


def test_a_longer_chain_is_followed_to_the_first_address_that_is_no_proxy():
    headers = [(b"x-forwarded-for", b"198.51.100.7, 203.0.113.9, 10.0.0.2")]
    trusted = frozenset({"10.0.0.1", "10.0.0.2"})
    made = environ_of(scope(headers=headers, client=("10.0.0.1", 1)), io.BytesIO(), trusted=trusted)
    assert made["REMOTE_ADDR"] == "203.0.113.9"


def test_a16_a_slow_body_and_a_slow_reader_take_no_place():
    async def crowd():
        one, never, asked = shell(threads=1, waiting=0), asyncio.Event(), asyncio.Event()

        async def body_that_never_comes():
            asked.set()
            await never.wait()

        async def reader_that_never_reads(_message):
            await never.wait()

        async def whole():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def told(_message):
            return None

        slow_body = scope(method="POST", headers=[(b"content-length", b"10")])
        hanging = [
            asyncio.create_task(one(slow_body, body_that_never_comes, told)),
            asyncio.create_task(one(scope(), whole, reader_that_never_reads)),
        ]
        await asked.wait()
        await asyncio.sleep(0.2)  # the second has its page by now and hangs in its answer
        answer = await ask(one, scope(method="POST"), [b"quick"])
        for task in hanging:
            task.cancel()
        return answer

    assert asyncio.run(crowd()) == (200, b"quick")


def test_a16_a_body_that_comes_too_slowly_is_ended(monkeypatch):
    monkeypatch.setattr("eyelevel.server.shell.GRACE_SECONDS", 0.05)

    async def drip():
        one, sent = shell(), []

        async def receive():
            await asyncio.sleep(0.02)
            return {"type": "http.request", "body": b"x", "more_body": True}

        async def send(message):
            sent.append(message)

        await one(scope(method="POST", headers=[(b"transfer-encoding", b"chunked")]), receive, send)
        return sent[0]["status"], (b"connection", b"close") in sent[0]["headers"], one._bodies.total()

    assert asyncio.run(drip()) == (408, True, 0)


def test_a16_bodies_of_one_peer_are_counted(monkeypatch):
    monkeypatch.setattr("eyelevel.server.shell.MOST_BODIES_OF_ONE", 0)
    status, _ = asyncio.run(ask(shell(), scope(method="POST", headers=[(b"content-length", b"1")]), [b"x"]))
    assert status == 503
    assert asyncio.run(ask(shell(), scope()))[0] == 200


def test_a16_somebody_who_stops_reading_is_put_out(monkeypatch):
    import socket
    import threading

    import uvicorn

    from eyelevel.server import guard

    monkeypatch.setattr(guard, "UNREAD_SECONDS", 0.1)

    async def much(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 30_000_000})

    config = uvicorn.Config(
        much, port=0, http=guard.Guarded, log_config=None, lifespan="off", ws="none", limit_concurrency=10
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started, why="the server did not start")
    port = server.servers[0].sockets[0].getsockname()[1]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_for(
            lambda: server.server_state.total_requests or server.server_state.connections, why="nobody came"
        )
        wait_for(lambda: not server.server_state.connections, why="still connected")
        got = 0
        with contextlib.suppress(ConnectionError):
            while chunk := one.recv(1 << 20):
                got += len(chunk)
    server.should_exit = True
    thread.join(10)
    assert got < 30_000_000


def test_a16_connections_never_take_the_last_open_file():
    """In a process of its own, because the limit of open files is the whole process's."""
    code = (
        "import resource; from eyelevel.server.guard import most_connections\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (300, {hard}))\n"
        "print(most_connections(12_000), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )

    def said(hard):
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-c", code.format(hard=hard)]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        ).stdout.split()

    assert said(1024) == ["768", "1024"]
    assert said(300) == ["64", "300"]


def test_a27_one_peer_that_never_speaks_takes_only_its_share(monkeypatch):
    import socket
    import threading

    import uvicorn

    from eyelevel.server import guard

    monkeypatch.setattr(guard, "MOST_WAITING_OF_ONE", 3)

    async def hello(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    server = uvicorn.Server(
        uvicorn.Config(hello, port=0, http=guard.Guarded, log_config=None, lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started, why="the server did not start")
    where = ("127.0.0.1", server.servers[0].sockets[0].getsockname()[1])
    silent = [socket.create_connection(where, timeout=20) for _ in range(3)]
    wait_for(lambda: len(server.server_state.connections) == 3, why="they did not come in")
    with socket.create_connection(where, timeout=20) as fourth:
        assert fourth.recv(100) == b""
    silent.pop().close()
    wait_for(lambda: len(server.server_state.connections) == 2, why="it did not leave")
    with socket.create_connection(where, timeout=20) as again:
        again.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert again.recv(100).startswith(b"HTTP/1.1 204")
    for one in silent:
        one.close()
    server.should_exit = True
    thread.join(10)


def test_the_index_is_made_again_by_a_command_and_doctor_says_how_it_stands(tmp_path):
    home = tmp_path / "home"
    assert "there is no index yet" in cli("doctor", home=home).stdout
    done = cli("reindex", home=home)
    assert done.returncode == 0, done.stderr
    assert "default: 0 things read, the index is whole" in done.stdout
    assert "search (default): the index is up to date" in cli("doctor", home=home).stdout


def test_doctor_names_a_source_that_cannot_be_heard_and_a_webhook_that_takes_nothing(tmp_path):
    home = tmp_path / "home"
    code = (
        "import django; django.setup()\n"
        "from eyelevel.server.schema import bring_up_to_date; bring_up_to_date()\n"
        "from eyelevel.kernel import clock\n"
        "from eyelevel.channels import source_actions as sources\n"
        "from eyelevel.hooks import actions as hooks\n"
        "from eyelevel.hooks.models import Subscription\n"
        "now = clock.now()\n"
        "made = sources.connect(kind='feed', name='Press', address='https://a.example/feed', by='staff:1', now=now)\n"
        "sources.note_trouble(made.pk, error='the feed answered 500', now=now)\n"
        "hooks.subscribe(url='https://b.example/', kinds=['case.opened'], with_content=False, settled=0, by='staff:1', now=now)\n"
        "Subscription.objects.update(failing_since=now)\n"
    )
    said_by(code, home=home)
    said = cli("doctor", home=home).stdout
    assert "source Press: the feed answered 500" in said
    assert "webhook https://b.example/ takes nothing since" in said


def test_doctor_says_how_much_work_got_stuck(tmp_path):
    home = tmp_path / "home"
    code = (
        "import django; django.setup()\n"
        "from eyelevel.server.schema import bring_up_to_date; bring_up_to_date()\n"
        "from eyelevel.kernel import clock, facts\n"
        "from eyelevel.kernel.models import Step\n"
        "facts.record('post.kept', at=clock.now(), post=1)\n"
        "print(Step.objects.update(state='dead'))\n"
    )
    said_by(code, home=home)
    assert "stuck steps: 1;" in cli("doctor", home=home).stdout


@pytest.mark.django_db(databases="__all__")
def test_metrics_count_sources_in_trouble_and_webhooks_that_fail(client):
    from eyelevel.channels import source_actions as sources
    from eyelevel.hooks.models import Subscription
    from eyelevel.kernel import clock

    made = sources.connect(kind="feed", name="Press", by="staff:1", now=clock.now())
    assert "eyelevel_sources_in_trouble 0.0" in client.get("/metrics").content.decode()
    sources.note_trouble(made.pk, error="500", now=clock.now())
    Subscription.objects.create(
        url="https://b.example/", approved_by="staff:1", created_at=clock.now(), told_id=0, failing_since=clock.now()
    )  # fmt: skip
    told = client.get("/metrics").content.decode()
    assert "eyelevel_sources_in_trouble 1.0" in told
    assert "eyelevel_webhooks_failing 1.0" in told


@pytest.mark.django_db(databases="__all__")
def test_metrics_tell_how_far_behind_the_index_is(client):
    from eyelevel.kernel import clock, facts
    from eyelevel.kernel.search import indexer

    indexer.catch_up()
    facts.record("something.happened", at=clock.now())
    assert 'eyelevel_search_behind{index="default"} 1.0' in client.get("/metrics").content.decode()
    indexer.catch_up()
    assert 'eyelevel_search_behind{index="default"} 0.0' in client.get("/metrics").content.decode()


def test_a_house_that_no_program_visits_does_not_load_the_api():
    """The libraries of the API cost 14 MB and half a second; the pages of the desk come without them."""
    code = (
        "import sys, django; django.setup()\n"
        "from django.urls import resolve, reverse\n"
        "reverse('desk'); resolve('/contact/')\n"
        "assert 'ninja' not in sys.modules\n"
        "assert reverse('api:me') == '/api/v1/me'\n"
        "assert 'ninja' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
