"""Errors: a page for people in their language, JSON for programs, never a traceback."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from web_page import Page
from web_server import make_service

from assistant import Runtime
from corpus.settings import Settings
from webui import create_app

pytest_plugins = ["web_client"]


@pytest.mark.parametrize(
    ("method", "path", "status", "german", "english"),
    [
        ("GET", "/nowhere", 404, "Diese Seite gibt es nicht", "We cannot find this page"),
        ("GET", "/feedback", 405, "lässt sich nicht direkt öffnen", "cannot be opened directly"),
        ("DELETE", "/", 405, "lässt sich nicht direkt öffnen", "cannot be opened directly"),
    ],
)
def test_error_pages_speak_the_readers_language(
    client: FlaskClient, method: str, path: str, status: int, german: str, english: str
) -> None:
    for accepted, words in (("de", german), ("en", english)):
        response = client.open(path, method=method, headers={"Accept-Language": accepted})
        page = Page.of(response)
        assert response.status_code == status
        assert words in page.title
        assert page.language == accepted


def test_huge_form_is_refused_with_a_page(client: FlaskClient) -> None:
    response = client.post("/", data={"question": "x" * 600_000})
    assert response.status_code == 413
    assert "Das war zu viel auf einmal" in Page.of(response).title


def test_unforeseen_failure_shows_a_calm_page_and_logs_the_cause(
    service: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(service)
    app.add_url_rule("/fails", view_func=lambda: 1 / 0)
    app.add_url_rule("/api/fails", endpoint="api_fails", view_func=lambda: 1 / 0)
    page = app.test_client().get("/fails")
    assert page.status_code == 500
    assert "Bei uns ist etwas schiefgegangen" in page.text
    assert "0800" in page.text
    assert "ZeroDivisionError" not in page.text
    assert "ZeroDivisionError" in caplog.text
    answer = app.test_client().get("/api/fails")
    assert answer.json["error"]["code"] == "internal_error"
    assert set(answer.json) == {"error"}


def test_error_pages_keep_the_ways_to_go_on(client: FlaskClient) -> None:
    page = Page.of(client.get("/nowhere"))
    links = [given.get("href", "") for tag, given in page.tags if tag == "a"]
    assert "/" in links
    assert "/contact" in links


def test_health_says_what_serves(client: FlaskClient, service: Runtime) -> None:
    assert client.get("/healthz").get_data(as_text=True) == "alive\n"
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["ready"] is True
    assert ready.json["problems"] == []
    assert ready.json["articles"] == service.assistant.state["articles"]


def test_health_tells_the_public_no_path(
    shipped: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    runtime = make_service(shipped, tmp_path)
    try:
        with sqlite3.connect(tmp_path / "web.sqlite3") as database:
            database.execute("DROP TABLE alembic_version")
        database.close()
        response = create_app(runtime).test_client().get("/readyz")
    finally:
        runtime.close()
    assert response.status_code == 503
    assert response.json["problems"] == ["the database cannot be used; the log says why"]
    assert "not ready: " in caplog.text


@pytest.mark.parametrize(
    "path", ["/", "/contact", "/status", "/status/K-26-1", "/healthz", "/readyz", "/api/v1/articles"]
)
def test_head_is_answered_like_get_without_a_body(client: FlaskClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code == 200
    assert head.data == b""
    assert head.content_type == get.content_type


def test_head_finds_articles_and_topics(client: FlaskClient, service: Runtime) -> None:
    article = next(iter(service.assistant.corpus.articles.values()))
    for path in (f"/articles/{article.id}", f"/topics/{article.topic}"):
        assert client.head(path).status_code == 200
