"""The examples of docs/api.md and docs/webhooks.md, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from eyelevel_client import Eyelevel
from tests import running
from tests.running import ROOT, free_port, wait_for
from tests.stories.test_a_program_comes_in import make_token, post_pairs


@pytest.fixture(scope="module")
def house():
    with running.house(allow_addresses='["127.0.0.1/32"]') as one:
        yield one


def example(name):
    """The one Python block of a page."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / name).read_text(), re.DOTALL)
    return code


def started(code, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "clients" / "python"), **environment},
    )  # fmt: skip


def test_the_script_of_the_api_page_sends_an_answer(house, ruth):
    script = started(example("api.md"), EYELEVEL_URL=house.url, EYELEVEL_TOKEN=make_token(ruth))
    said, _ = script.communicate(timeout=60)
    assert script.returncode == 0
    assert said.startswith("leaves at 20")


def test_the_receiver_of_the_webhooks_page_prints_what_happens(house, ruth):
    port = str(free_port())
    url = f"http://127.0.0.1:{port}/"
    page = post_pairs(ruth, "/desk/house/webhooks/", [("url", url), ("kind", "case.opened_by_hand")])
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", page.replace("&#43;", "+"))[0]
    place = re.search(r'action="(/desk/house/webhooks/\w+/)"', page)[1]
    process = started(example("webhooks.md"), HOOK_SECRETS=secret, HOOK_PORT=port)
    try:
        wait_for(lambda: _listens(int(port)), why="the receiver did not open")
        case = Eyelevel(house.url, token=make_token(ruth)).open_case(subject="x", heard="y")
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("case.opened_by_hand")
        assert f"'case': {case['number']}" in line
        wait_for(lambda: "204" in ruth.get(place), why="the page does not show the delivery")
    finally:
        process.terminate()
        process.wait(10)


def _listens(port):
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
