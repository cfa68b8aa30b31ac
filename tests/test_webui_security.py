"""What pages may do in a browser, what they keep, how they read, and how floods are stopped."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from web_page import Page
from web_server import make_service

from assistant import Decision
from corpus.settings import Settings
from webui import create_app
from webui.rate import network

pytest_plugins = ["web_client"]

WEBUI = Path(__file__).resolve().parents[1] / "webui"
PAGES = ["/", "/contact", "/status", "/topics/contract", "/nowhere", "/api/v1/articles", "/healthz"]


@pytest.mark.parametrize("path", PAGES)
def test_every_response_carries_the_headers_and_no_cookie(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def test_scripts_run_by_a_nonce_that_is_new_each_time(client: FlaskClient) -> None:
    seen = set()
    for _ in range(3):
        response = client.get("/")
        nonce = re.search(r"script-src 'nonce-([^']+)'", response.headers["Content-Security-Policy"])
        assert nonce
        scripts = [given for tag, given in Page.of(response).tags if tag == "script"]
        assert [given["nonce"] for given in scripts] == [nonce[1]]
        seen.add(nonce[1])
    assert len(seen) == 3


def test_pages_have_no_inline_code_and_nothing_from_elsewhere(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    responses = [client.get(path) for path in PAGES[:5]]
    responses += [client.post("/", data={"question": text}) for text in examples.values()]
    for response in responses:
        page = Page.of(response)
        for tag, given in page.tags:
            assert not any(name.startswith("on") or name == "style" for name in given), (tag, given)
            for name in ("src", "href", "action", "formaction"):
                assert not given.get(name, "").startswith(("http:", "https:", "//", "javascript:"))


def test_private_pages_are_not_stored_and_static_files_are(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "private, no-cache"
    address = next(
        given["href"]
        for tag, given in Page.of(client.get("/")).tags
        if tag == "link" and given["rel"] == "stylesheet"
    )
    assert "?v=" in address
    with client.get(address) as response:
        assert "immutable" in response.headers["Cache-Control"]
    assert "immutable" not in client.get("/static/nowhere.css").headers["Cache-Control"]


@pytest.mark.parametrize("path", PAGES[:5])
def test_page_has_one_title_headings_in_order_and_labelled_fields(client: FlaskClient, path: str) -> None:
    assert_readable(Page.of(client.get(path)))


@pytest.mark.parametrize("decision", list(Decision))
def test_thread_has_one_title_headings_in_order_and_labelled_fields(
    client: FlaskClient, examples: dict[Decision, str], decision: Decision
) -> None:
    assert_readable(Page.of(client.post("/", data={"question": examples[decision]})))


def assert_readable(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    labelled = {given["for"] for tag, given in page.tags if tag == "label"}
    fields = [
        given
        for tag, given in page.tags
        if tag in {"input", "textarea", "select"} and given.get("type") != "hidden"
    ]
    assert all(given["id"] in labelled for given in fields)
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids)), ids
    for _, given in page.tags:
        for name in ("aria-labelledby", "aria-describedby", "form"):
            assert set(given.get(name, "").split()) <= set(ids), given
    assert any(tag == "main" for tag, _ in page.tags)
    assert 'class="skip" href="#main"' in page.html
    assert "Mit einem Menschen sprechen" in page.text
    assert "Beispielfirma" in page.text


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_colours_have_enough_contrast_in_light_and_dark(scheme: int) -> None:
    css = (WEBUI / "static" / "style.css").read_text()
    colours = dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", css.split(":root {")[1 + scheme].split("}")[0])
    )
    texts = [
        *((text, ground) for text in ("ink", "soft", "accent") for ground in ("bg", "card", "tint")),
        *(("bad", ground) for ground in ("bg", "card")),
        *((text, "warm-tint") for text in ("ink", "warm", "accent")),
        ("on-accent", "accent"),
    ]
    for text, ground in texts:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for ground in ("bg", "card"):
        assert contrast(colours["edge"], colours[ground]) >= 3, ground


@pytest.mark.parametrize(
    ("address", "sender"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        (None, ""),
        ("unix:", "unix:"),
    ],
)
def test_sender_is_an_address_or_a_households_network(address: str | None, sender: str) -> None:
    assert network(address) == sender


def test_flood_gets_the_phone_numbers_and_may_go_on_reading(shipped: Settings, tmp_path: Path) -> None:
    runtime = make_service(shipped, tmp_path, posts_per_minute=4)
    try:
        client = create_app(runtime).test_client()
        codes = [client.post("/status", data={}).status_code for _ in range(3)]
        assert codes == [404, 404, 429]
        page = client.post("/", data={"question": "Hallo"})
        assert int(page.headers["Retry-After"]) >= 1
        assert "0800" in page.text
        assert client.post("/api/v1/ask", json={}).json["error"]["code"] == "too_many_requests"
        assert client.get("/").status_code == 200
    finally:
        runtime.close()


@pytest.mark.parametrize("address", ["/api/v1/suggest", "/contact/suggestions"])
def test_typing_does_not_use_up_what_forms_may_send(shipped: Settings, tmp_path: Path, address: str) -> None:
    runtime = make_service(shipped, tmp_path, posts_per_minute=1)
    try:
        client = create_app(runtime).test_client()
        # One more may come every six seconds, so that a busy machine is fast enough.
        typed = [client.post(address, json={"question": ""}).status_code for _ in range(6)]
        assert typed == [200] * 5 + [429]
        assert client.post("/", data={"question": "Hallo"}).status_code == 200
    finally:
        runtime.close()


def test_only_trusted_proxies_name_the_sender(shipped: Settings, tmp_path: Path) -> None:
    for proxies, wanted in ((0, 429), (1, 404)):
        folder = tmp_path / str(proxies)
        folder.mkdir()
        runtime = make_service(shipped, folder, posts_per_minute=2, proxies=proxies)
        try:
            client = create_app(runtime).test_client()
            codes = [
                client.post("/status", headers={"X-Forwarded-For": f"203.0.113.{last}"}).status_code
                for last in (1, 2)
            ]
            assert codes == [404, wanted]
        finally:
            runtime.close()
