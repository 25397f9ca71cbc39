"""A script with a token and another system with a webhook, against the server as it really runs."""

from __future__ import annotations

import json
import re
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from eyelevel_client import Eyelevel, Forbidden, NotFound, NotValid, Objected, SaidMeanwhile, Unauthorized
from eyelevel_client.webhooks import NotFromThere, verify
from tests import running
from tests.receiver import receiver, signed_by
from tests.running import plain, wait_for

EVERYTHING = "cases:write answers:send persons:read files:read quarantine:write outbox:write arrivals:write journal:read"


@pytest.fixture(scope="module")
def house():
    with running.house(allow_addresses='["127.0.0.1/32"]', api_per_minute="100000") as one:
        yield one


def make_token(browser, *, scopes=EVERYTHING, name="script"):
    """Make a token at the desk, as a colleague does, and read it off the page."""
    fields = [("name", name), ("days", "30"), *(("scope", scope) for scope in scopes.split())]
    page = post_pairs(browser, "/desk/house/tokens/", fields)
    return re.search(r"eye_\w+", page)[0]


def post_pairs(browser, path, pairs):
    from urllib.parse import urlencode

    request = urllib.request.Request(
        browser.base + path, data=urlencode(pairs).encode(), headers={"Origin": browser.base}
    )
    return browser._open(request, 200)


@pytest.fixture(scope="module")
def api(house, ruth):
    return Eyelevel(house.url, token=make_token(ruth))


def arrived(api, name):
    """The case of an arrival that was handed in, once it is read."""
    return wait_for(lambda: api.arrival(name)["case"], why=f"{name} was not read")


def test_a_script_hands_in_answers_and_follows_the_journal(house, api):
    journal = api.facts()
    before = len(list(journal))
    assert before
    api.hand_in(
        id="shop-1", text="Wo bleibt mein Paket?", name="Jana Petersen", mail="jana@post.example", subject="Paket",
        files={"beleg.txt": b"Beleg"},
    )  # fmt: skip
    number = arrived(api, "shop-1")
    assert api.case(number)["subject"] == "Paket"
    (post,) = api.posts(number)
    assert api.file(post["files"][0]["id"]) == b"Beleg"
    api.add_note(number, text="Kennt den Vorgang")
    seen = list(api.posts(number))[-1]["id"]
    api.write_draft(number, text="Das Paket kommt am 12. November 2026.", seen=seen, to="jana@post.example")
    answer = api.send_answer(number)
    assert answer["recipients"] == ["jana@post.example"]
    wait_for(
        lambda: "12. November" in str(house.sent_to("jana@post.example", count=2)[-1].get_content()),
        why="no mail",
    )
    kinds = [fact["kind"] for fact in api.facts(after=journal.cursor)]
    assert "case.opened" in kinds
    assert "answer.approved" in kinds
    again = api.facts(after=journal.cursor)
    assert [fact["kind"] for fact in again][: len(kinds)] == kinds


def test_an_objection_reaches_the_script_with_both_sentences(api):
    api.hand_in(id="shop-2", text="Wann kommt der Techniker?", mail="bo@post.example")
    number = arrived(api, "shop-2")

    def draft(text):
        seen = list(api.posts(number))[-1]["id"]
        return api.write_draft(number, text=text, seen=seen, to="bo@post.example")

    draft("Der Techniker kommt am 12. November 2026.")
    api.send_answer(number)
    draft("Der Techniker kommt am 19. November 2026.")
    with pytest.raises(Objected) as caught:
        api.send_answer(number)
    against = caught.value.objections[0]
    assert "12. November" in against["old_sentence"]
    assert "19. November" in against["new_sentence"]
    api.send_answer(number, reason="Der Termin wurde verschoben")


def test_words_that_come_meanwhile_stop_the_script(api):
    api.hand_in(id="shop-3", text="Hallo", mail="cy@post.example")
    number = arrived(api, "shop-3")
    (first,) = api.posts(number)
    api.write_draft(number, text="Guten Tag", seen=first["id"], to="cy@post.example")
    api.hand_in(id="shop-3b", text="Hat sich erledigt", case=number)
    arrived(api, "shop-3b")
    with pytest.raises(SaidMeanwhile) as caught:
        api.send_answer(number)
    assert caught.value.posts == [list(api.posts(number))[-1]["id"]]


def test_a_list_longer_than_a_page_is_read_to_its_end(api):
    for number in range(103):
        api.hand_in(id=f"many-{number}", text=f"Wort {number}", name="Viele")
    arrived(api, "many-102")
    wait_for(lambda: len(list(api.cases())) >= 103, why="not all cases came")
    numbers = [case["number"] for case in api.cases()]
    assert len(numbers) == len(set(numbers))


def test_sixteen_twins_at_once_have_one_effect(house, api, ruth):
    token = make_token(ruth, name="twins")
    number = api.open_case(subject="Zwillinge", heard="Hallo")["number"]
    body = json.dumps({"text": "Einmal"}).encode()
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": "twin",
    }

    def note(_):
        request = urllib.request.Request(
            f"{house.url}/api/v1/cases/{number}/notes", data=body, headers=headers
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, b""

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(note, range(16)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({said for status, said in answers if status == 201}) == 1
    assert [post["text"] for post in api.posts(number)].count("Einmal") == 1


def test_the_client_repeats_after_a_broken_connection_without_doing_it_twice(house, api, ruth):
    token = make_token(ruth, name="flaky")
    number = api.open_case(subject="Wackelig", heard="Hallo")["number"]
    with lossy(house.port) as port:
        Eyelevel(f"http://127.0.0.1:{port}", token=token, sleep=lambda _: None).add_note(
            number, text="Einmal"
        )
    assert [post["text"] for post in api.posts(number)].count("Einmal") == 1


class lossy:  # noqa: N801 -- used like a function
    """A proxy that carries the first request to the server and then loses the answer."""

    def __init__(self, target):
        self.target = target

    def __enter__(self):
        import socket

        self.door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._run, daemon=True).start()
        return self.door.getsockname()[1]

    def __exit__(self, *_about):
        self.door.close()

    def _run(self):
        import socket

        for number in range(2):
            client, _ = self.door.accept()
            with client, socket.create_connection(("127.0.0.1", self.target)) as server:
                asked = b""
                while b"\r\n\r\n" not in asked or not asked.endswith(b"}"):
                    asked += client.recv(65536)
                server.sendall(asked.replace(b"Connection: keep-alive", b"Connection: close"))
                answer = b""
                while part := server.recv(65536):
                    answer += part
                assert answer.startswith(b"HTTP/1.1 201")
                if number:
                    client.sendall(answer)


def test_what_is_wrong_has_a_name(api, house, ruth):
    with pytest.raises(NotFound):
        api.case(999_999)
    with pytest.raises(NotValid):
        api.open_case(subject="", heard="x")
    with pytest.raises(Unauthorized):
        Eyelevel(house.url, token="eye_none").me()
    with pytest.raises(Forbidden) as caught:
        Eyelevel(house.url, token=make_token(ruth, scopes="cases:read")).open_case(subject="x", heard="y")
    assert caught.value.scopes == ["cases:write"]
    with pytest.raises(ValueError):
        Eyelevel("http://service.example", token="eye_none")


def test_a23_a_token_dies_with_the_seat_the_role_and_by_revoking(house, ruth):
    mira = house.colleague("Mira Lang", by=ruth, role="supervisor")
    one, two = (Eyelevel(house.url, token=make_token(mira, name=name)) for name in ("one", "two"))
    assert list(one.facts())
    row = next(part for part in mira.get("/desk/house/tokens/").split("<tr>") if ">one<" in part)
    mira.post(re.search(r'action="(/desk/house/tokens/\w+/)"', row)[1])
    with pytest.raises(Unauthorized):
        one.me()
    number = next(one["id"] for one in two.colleagues() if one["name"] == "Mira Lang")
    ruth.post(f"/desk/house/colleagues/{number}/", do="role", role="agent")
    with pytest.raises(Forbidden):
        list(two.facts())
    ruth.post(f"/desk/house/colleagues/{number}/", do="leave")
    with pytest.raises(Unauthorized):
        two.me()


def test_the_secret_of_a_token_is_shown_once_and_an_agent_sees_only_their_own(house, ruth):
    secret = make_token(ruth, name="geheim")
    assert secret not in ruth.get("/desk/house/tokens/")
    okafor = house.colleague("Chidi Okafor", by=ruth)
    assert "geheim" not in okafor.get("/desk/house/tokens/")
    make_token(okafor, name="seines")
    assert "seines" in ruth.get("/desk/house/tokens/")


def test_the_documentation_needs_no_script_and_nobody_else(house):
    page = house.browser().get("/api/?lang=de")
    assert "<script" not in page
    assert "Schnittstelle für Programme" in plain(page)
    assert "api.send_answer(412)" in plain(page)
    said = json.loads(house.browser().get("/api/v1/openapi.json"))
    assert said["openapi"].startswith("3.1")


def test_what_is_too_large_for_the_server_is_a_problem_too(house):
    import socket

    head = "POST /api/v1/arrivals HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 40000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", house.port), timeout=20) as line:
        line.sendall(head.encode())
        answer = line.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 413")
    assert "content-type: application/problem+json" in answer
    assert '"status": 413' in answer


class TestWebhooks:
    """From the form at the desk to another system's door."""

    def add(self, ruth, url, *kinds):
        page = post_pairs(ruth, "/desk/house/webhooks/", [("url", url), *(("kind", kind) for kind in kinds)])
        secret = re.search(r"whsec_[A-Za-z0-9+/=]+", page.replace("&#43;", "+"))[0]
        return secret, re.search(r'action="(/desk/house/webhooks/\w+/)"', page)[1]

    def test_what_happens_is_told_signed_and_told_again_on_request(self, ruth, api):
        with receiver() as outside:
            secret, page = self.add(ruth, outside.url, "case.opened_by_hand")
            number = api.open_case(subject="Geheim", heard="Hallo")["number"]
            wait_for(lambda: outside.came, why="nothing was told")
            said = outside.came[0]
            assert said["body"]["data"]["case"] == number
            assert "Geheim" not in said["raw"].decode()
            assert signed_by(secret, said)
            fields = {
                "Webhook-Id": said["id"], "Webhook-Timestamp": said["timestamp"], "Webhook-Signature": said["signature"],
            }  # fmt: skip
            assert verify(fields, said["raw"], secrets=[secret]) == said["id"]
            with pytest.raises(NotFromThere):
                verify(fields, said["raw"] + b" ", secrets=[secret])
            with pytest.raises(NotFromThere):
                verify(fields, said["raw"], secrets=[secret], now=time.time() + 400)
            again = wait_for(
                lambda: re.search(rf'action="({page}\w+/)"', ruth.get(page)), why="no delivery on the page"
            )[1]
            wait_for(lambda: "zugestellt" in plain(ruth.get(page)), why="not delivered")
            ruth.post(again)
            wait_for(lambda: len(outside.came) == 2, why="not told again")
            assert len(set(outside.ids())) == 1
            ruth.post(page, do="stop")

    def test_six_receivers_that_do_not_answer_hold_no_mail_up(self, house, ruth, api):
        with receiver() as outside:
            outside.slow.clear()
            pages = [self.add(ruth, f"{outside.url}?{one}", "case.closed")[1] for one in range(6)]
            api.hand_in(id="slow-1", text="Hallo", mail="di@post.example")
            number = arrived(api, "slow-1")
            api.close_case(number)
            wait_for(lambda: outside.came, why="nothing was told")
            (first,) = api.posts(number)
            api.write_draft(number, text="Guten Tag", seen=first["id"], to="di@post.example")
            api.send_answer(number)
            house.sent_to("di@post.example", count=2)
            assert not outside.slow.is_set()
            outside.slow.set()
            for page in pages:
                ruth.post(page, do="stop")

    def test_410_switches_it_off_and_the_page_says_so(self, ruth, api):
        with receiver() as outside:
            outside.status = 410
            _, page = self.add(ruth, outside.url, "case.opened_by_hand")
            api.open_case(subject="x", heard="y")
            wait_for(lambda: "410" in plain(ruth.get(page)), why="the page does not say so")
