"""The view for a frame survives every step, and says which pages may show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from web_page import Page
from web_server import make_service
from werkzeug.test import TestResponse

from assistant import Decision
from corpus.settings import Settings
from webui import create_app

pytest_plugins = ["web_client"]

STATIC = Path(__file__).resolve().parents[1] / "webui" / "static"
HOSTS = "https://www.example.de https://shop.example.de"
FRAMED = f"frame-ancestors 'self' {HOSTS};"
PAGES = [
    "/",
    "/contact",
    "/status",
    "/status/lost",
    "/topics/contract",
    "/articles/invoice-download",
    "/nowhere",
]


@pytest.fixture(scope="module")
def framed(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of an installation that two sites may frame."""
    runtime = make_service(shipped, tmp_path_factory.mktemp("framed"), widget_origins=HOSTS)
    client = create_app(runtime).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de-DE,de;q=0.9"
    yield client
    runtime.close()


def policy(response: TestResponse) -> str:
    return response.headers["Content-Security-Policy"]


def assert_stays_embedded(response: TestResponse) -> Page:
    """Every way on from a page keeps the view, but for what opens a tab of its own."""
    page = Page.of(response)
    assert ("body", {"class": "embedded"}) in [
        (tag, {"class": given.get("class", "")}) for tag, given in page.tags if tag == "body"
    ]
    assert FRAMED in policy(response)
    ways = [
        (given, given[name])
        for tag, given in page.tags
        for name in ("href", "action", "formaction")
        if tag != "link" and given.get(name, "").startswith("/")
    ]
    assert ways
    for given, address in ways:
        own_tab = "_blank" in (given.get("target"), given.get("formtarget"))
        assert ("embed=1" in address) is not own_tab, given
    return page


@pytest.mark.parametrize("path", PAGES)
def test_every_link_and_form_keeps_the_view(framed: FlaskClient, path: str) -> None:
    for language in ("", "&lang=en"):
        response = framed.get(f"{path}?embed=1{language}")
        page = assert_stays_embedded(response)
        assert response.headers["X-Robots-Tag"] == "noindex"
        closing = next(given for tag, given in page.tags if "data-close" in given)
        assert closing["data-close"] == HOSTS
        assert "hidden" in closing
        assert closing["aria-label"] == ("Close help" if language else "Hilfe schließen")


@pytest.mark.parametrize("decision", list(Decision))
def test_every_outcome_keeps_the_view(
    framed: FlaskClient, examples: dict[Decision, str], decision: Decision
) -> None:
    assert_stays_embedded(framed.post("/?embed=1", data={"question": examples[decision]}))


def test_a_case_is_made_read_and_switched_in_the_view(framed: FlaskClient) -> None:
    form = {"message": "Mein Router ist kaputt.", "email": "erika@example.org", "submission_key": "k" * 20}
    refused = assert_stays_embedded(framed.post("/contact/send?embed=1", data={**form, "email": ""}))
    assert refused.fields["message"] == form["message"]
    sent = framed.post("/contact/send?embed=1&lang=en", data=form)
    receipt = assert_stays_embedded(sent)
    shown = re.search(r'class="address">([^<]*)<', receipt.html)
    assert shown
    assert shown[1].endswith("/status")
    keys = {name: receipt.fields[name] for name in ("number", "code")}
    case = assert_stays_embedded(framed.post("/status?embed=1", data=keys))
    assert keys["number"] in case.title
    switch = next(given for given in case.buttons if given.get("lang") == "en")
    assert switch["formaction"] == "/status?lang=en&embed=1"
    assert assert_stays_embedded(framed.post(switch["formaction"], data=keys)).language == "en"


def test_what_cannot_be_undone_is_done_in_a_tab_that_nobody_frames(framed: FlaskClient) -> None:
    form = {"message": "Bitte melden.", "phone": "0151 23456789", "submission_key": "q" * 20}
    receipt = Page.of(framed.post("/contact/send?embed=1", data=form))
    keys = {name: receipt.fields[name] for name in ("number", "code")}
    case = Page.of(framed.post("/status?embed=1", data=keys))
    delete = next(given for given in case.buttons if given.get("formaction", "").startswith("/status/delete"))
    assert delete == {**delete, "formaction": "/status/delete", "formtarget": "_blank"}
    for address in ("/status/delete", "/status/delete?embed=1"):
        assert "frame-ancestors 'none';" in policy(framed.post(address, data=keys))


def test_redirects_keep_the_view(framed: FlaskClient) -> None:
    for path in ("/contact/send", "/status/message", "/status/fax"):
        assert framed.get(f"{path}?embed=1").location == "/status?embed=1"
        assert framed.get(path).location == "/status"


def test_only_the_view_for_frames_may_be_framed_by_others(framed: FlaskClient, client: FlaskClient) -> None:
    assert "frame-ancestors 'self';" in policy(framed.get("/"))
    assert "X-Robots-Tag" not in framed.get("/").headers
    assert "embed" not in framed.get("/").text
    assert "frame-ancestors 'self';" in policy(client.get("/?embed=1"))
    assert "frame-ancestors 'self';" in policy(framed.get("/?embed=yes"))


@pytest.mark.parametrize("path", ["/desk/x", "/desk/team/x", "/desk/x?embed=1", "/desk/x/files/1?embed=1"])
def test_the_desk_is_never_framed(framed: FlaskClient, path: str) -> None:
    assert "frame-ancestors 'none';" in policy(framed.get(path))


def test_the_script_is_small_and_may_be_loaded_by_any_page(client: FlaskClient) -> None:
    with client.get("/widget.js", headers={"Accept-Encoding": "br"}) as response:
        assert response.content_type == "text/javascript; charset=utf-8"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert response.headers["Cache-Control"] == "public, max-age=3600"
        assert "Set-Cookie" not in response.headers
        assert response.headers["Content-Encoding"] == "br"
        assert len(response.data) < 4_000
        etag = response.headers["ETag"]
    with client.get("/widget.js", headers={"If-None-Match": etag, "Accept-Encoding": "br"}) as response:
        assert response.status_code == 304
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    script = (STATIC / "widget.js").read_bytes()
    assert len(script) < 10_000
    with client.get("/widget.js") as response:
        assert response.data == script


def test_the_script_needs_nothing_that_a_policy_forbids() -> None:
    script = (STATIC / "widget.js").read_text()
    for word in (
        "eval(",
        "Function(",
        "innerHTML",
        "document.write",
        "cssText",
        "<style",
        "fetch(",
        "window.",
    ):
        assert word not in script.replace("window.HTMLDialogElement", ""), word


@pytest.mark.parametrize(
    ("language", "title"), [("de", "Hilfe auf Ihren eigenen Seiten"), ("en", "Help on your own pages")]
)
def test_the_demo_shows_the_tag_under_the_strictest_policy(
    client: FlaskClient, language: str, title: str
) -> None:
    response = client.get(f"/widget-demo?lang={language}")
    page = Page.of(response)
    assert page.title.startswith(title)
    assert page.language == language
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert policy(response) == (
        "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert [given["src"] for tag, given in page.tags if tag == "script"] == ["/widget.js"]
    script = (STATIC / "widget.js").read_text()
    options = set(re.findall(r"<code>(data-[a-z]+)</code>", page.html))
    read = re.search(r"const \{ ([^}]*) \} = tag\.dataset", script)
    assert read
    assert options == {f"data-{name}" for name in read[1].split(", ")}
    assert '<script src="http://127.0.0.1:8000/widget.js" async referrerpolicy="no-referrer">' in page.text
    assert "script-src http://127.0.0.1:8000; frame-src http://127.0.0.1:8000" in page.text
