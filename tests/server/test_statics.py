"""Static files stay as they were at the start, also while an update writes over them."""

from __future__ import annotations

from wsgiref.util import setup_testing_defaults

import pytest

from eyelevel.server.statics import Statics


def _nothing(_environ, start_response):
    start_response("404 Not Found", [])
    return []


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "desk.css").write_text("a { color: red }")
    return tmp_path


def fetched(app, method="GET", **more):
    environ = {"PATH_INFO": "/static/desk.css", "REQUEST_METHOD": method, **more}
    setup_testing_defaults(environ)
    told = []
    body = b"".join(app(environ, lambda status, fields: told.extend([status[:3], dict(fields)])))
    return told[0], told[1], body


def test_a_file_that_an_update_wrote_over_is_served_as_it_was_with_the_right_length(folder):
    app = Statics(_nothing, root=str(folder), prefix="static/")
    for words in ("a { color: green; margin: 0 }", ""):
        (folder / "desk.css").write_text(words)
        status, fields, body = fetched(app)
        assert (status, body) == ("200", b"a { color: red }")
        assert fields["Content-Length"] == str(len(body))
    (folder / "desk.css").unlink()
    assert fetched(app)[2] == b"a { color: red }"


def test_a_new_start_serves_the_new_edition(folder):
    Statics(_nothing, root=str(folder), prefix="static/")
    (folder / "desk.css").write_text("new")
    assert fetched(Statics(_nothing, root=str(folder), prefix="static/"))[2] == b"new"


def test_what_a_browser_knows_is_not_sent_again_and_parts_come_whole(folder):
    app = Statics(_nothing, root=str(folder), prefix="static/")
    etag = fetched(app)[1]["ETag"]
    assert fetched(app, HTTP_IF_NONE_MATCH=etag)[::2] == ("304", b"")
    assert fetched(app, HTTP_RANGE="bytes=2-4")[::2] == ("200", b"a { color: red }")
    assert fetched(app, "HEAD")[::2] == ("200", b"")
    assert fetched(app, "POST")[0] == "405"
