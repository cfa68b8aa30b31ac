"""Fixtures of the web tests: a real application over the shipped corpus, and a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from web_server import Server, make_service

from assistant import Assistant, Conversation, Decision, Runtime
from corpus.settings import Settings
from webui import create_app


@pytest.fixture(scope="session")
def service(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """The open runtime that all tests of pages share."""
    runtime = make_service(shipped, tmp_path_factory.mktemp("web"))
    yield runtime
    runtime.close()


@pytest.fixture(scope="session")
def app(service: Runtime) -> Flask:
    """The application."""
    return create_app(service)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript that asks for German."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de-DE,de;q=0.9"
    return client


@pytest.fixture(scope="session")
def examples(assistant: Assistant) -> dict[Decision, str]:
    """A German question for each decision, found by asking."""
    articles = [article.translation("de") for article in assistant.corpus.articles.values()]
    words = [each for each in articles if each is not None]
    candidates = [
        *(each.question for each in words),
        *(keyword for each in words for keyword in each.keywords),
        *(f"{a.keywords[0]} {b.keywords[0]}" for a in words for b in words if a.keywords and b.keywords),
    ]
    found = {
        Decision.ESCALATE: "Mein Handy wurde gestohlen!",
        Decision.HAND_OVER: "Wie hoch ist der Mond heute Nacht über Grönland?",
    }
    for text in candidates:
        reply = assistant.ask(text, page_language="de", conversation=Conversation.start())
        if reply.language == "de":
            found.setdefault(reply.decision, text)
        if len(found) == len(Decision):
            break
    assert set(found) == set(Decision)
    return found


@pytest.fixture(scope="session")
def server(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server on a free port."""
    running = Server(shipped, tmp_path_factory.mktemp("server"), "--port", "0").wait()
    yield running
    running.stop()
