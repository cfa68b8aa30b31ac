"""A lost code: asked for on a page that tells nobody which cases there are, and wrong codes wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from web_page import Page
from web_server import make_service

from assistant import Runtime
from assistant.outbox import Outbox
from corpus.settings import Settings
from webui import create_app
from webui.guessing import FREE, LONGEST, SlowDown

pytest_plugins = ["web_client"]


@pytest.fixture
def own_service(shipped: Settings, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime that no other test asked for codes."""
    runtime = make_service(shipped, tmp_path)
    yield runtime
    runtime.close()


@pytest.fixture
def own_app(own_service: Runtime) -> Flask:
    return create_app(own_service)


def browser(app: Flask, address: str = "192.0.2.1") -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def new_case(client: FlaskClient) -> dict[str, str]:
    form = Page.of(client.get("/contact")).fields
    data = {**form, "message": "Wo ist mein Paket?", "email": "erika@example.org"}
    return Page.of(client.post("/contact/send", data=data)).fields


def body(html: str, *typed: str) -> str:
    for text in typed:
        html = html.replace(text, "…")
    return html.partition("<main")[2]


def test_the_answer_is_the_same_whether_or_not_they_fit(own_app: Flask, own_service: Runtime) -> None:
    client = browser(own_app)
    number = new_case(client)["number"]
    before = len(Outbox(own_service.database).entries())
    answers = {
        body(client.post("/status/lost", data={"number": each, "email": email}).text, each, email)
        for each, email in ((number, "erika@example.org"), (number, "x@example.org"), ("K-26-1", "e@x.org"))
    }
    assert len(answers) == 1
    assert "ein neuer Code" in next(iter(answers))
    assert len(Outbox(own_service.database).entries()) == before + 1


@pytest.mark.parametrize(
    ("number", "email", "wrong"),
    [("", "erika@example.org", "number"), ("K-26-000001", "erika@", "email"), ("K-26-1", "", "email")],
)
def test_what_cannot_be_meant_is_said_at_its_field(
    client: FlaskClient, number: str, email: str, wrong: str
) -> None:
    response = client.post("/status/lost", data={"number": number, "email": email})
    page = Page.of(response)
    assert response.status_code == 422
    assert f'id="{wrong}-error"' in page.html
    assert page.fields["number"] == number


def test_the_page_is_linked_and_says_what_to_do_by_phone(client: FlaskClient) -> None:
    assert 'href="/status/lost"' in client.get("/status").get_data(as_text=True)
    assert "K-26-000001" in client.get("/status/lost?number=K-26-000001").get_data(as_text=True)
    page = Page.of(client.get("/status/lost"))
    assert "0800" in page.text.partition("nur eine Telefonnummer angegeben?")[2]


def test_many_requests_from_one_address_wait_and_others_do_not(own_app: Flask) -> None:
    client, data = browser(own_app), {"number": "K-26-1", "email": "e@example.org"}
    codes = [client.post("/status/lost", data=data).status_code for _ in range(FREE + 1)]
    assert codes == [200] * FREE + [429]
    assert browser(own_app, "192.0.2.9").post("/status/lost", data=data).status_code == 200


@pytest.mark.parametrize("page", ["/status", "/status/fax", "/status/delete"])
def test_wrong_codes_slow_down_one_address_for_one_case(own_app: Flask, page: str) -> None:
    guesser, customer = browser(own_app), browser(own_app, "192.0.2.9")
    mine, other = new_case(customer), new_case(customer)
    wrong = {"number": mine["number"], "code": "0000"}
    codes = [guesser.post(page, data=wrong).status_code for _ in range(FREE + 1)]
    assert codes == [404] * FREE + [429]
    response = guesser.post(page, data=wrong)
    assert 1 <= int(response.headers["Retry-After"]) <= LONGEST
    keys = {name: mine[name] for name in ("number", "code")}
    assert customer.post("/status", data=keys).status_code == 200
    theirs = {name: other[name] for name in ("number", "code")}
    assert guesser.post("/status", data=theirs).status_code == 200


def test_the_right_code_starts_afresh(own_app: Flask) -> None:
    client = browser(own_app)
    mine = new_case(client)
    for _ in range(2):
        for _ in range(FREE - 1):
            assert client.post("/status", data={**mine, "code": "0"}).status_code == 404
        assert client.post("/status", data=mine).status_code == 200


@given(st.lists(st.floats(0, 4000), max_size=40))
def test_nobody_ever_waits_longer_than_a_minute(pauses: list[float]) -> None:
    now = [0.0]
    slow = SlowDown(clock=lambda: now[0])
    for pause in pauses:
        slow.count("K-26-1", "192.0.2.1")
        now[0] += pause
        assert 0 <= slow.wait_seconds("K-26-1", "192.0.2.1") <= LONGEST
        assert slow.wait_seconds("K-26-1", "192.0.2.2") == 0


def test_waits_double_and_wrong_tries_are_forgotten_after_an_hour() -> None:
    now = [0.0]
    slow = SlowDown(clock=lambda: now[0])
    waits = []
    for _ in range(FREE + 6):
        slow.count("a", "192.0.2.1")
        waits.append(slow.wait_seconds("a", "192.0.2.1"))
    assert waits == [0.0] * (FREE - 1) + [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    now[0] = 3600.0
    slow.count("a", "192.0.2.1")
    assert slow.wait_seconds("a", "192.0.2.1") == 0
