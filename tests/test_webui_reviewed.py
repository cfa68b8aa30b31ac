"""The day of the last review: shown where an article tells it, on every surface, else nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest
from flask.testing import FlaskClient
from web_page import Page
from web_server import make_service

from assistant import Assistant
from corpus.settings import Settings
from index import OnnxEncoder, current_artifact, open_artifact
from webui import create_app

pytest_plugins = ["web_client"]

ARTICLE = "order-status"
QUESTION = "Wo ist mein Paket?"


@pytest.fixture(params=[date(2026, 7, 31), None], ids=["told", "not told"])
def reviewed(
    shipped: Settings, encoder: OnnxEncoder, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[FlaskClient, date | None]]:
    """The application over articles of which one tells when it was reviewed, or none does."""
    runtime = make_service(shipped, tmp_path)
    before = runtime.assistant
    artifact = open_artifact(shipped.data, current_artifact(shipped.data) or "", encoder)
    changed = artifact.corpus.articles[ARTICLE].model_copy(update={"reviewed": request.param})
    articles = MappingProxyType({**artifact.corpus.articles, ARTICLE: changed})
    runtime._snapshot.assistant = Assistant(
        replace(artifact, corpus=replace(artifact.corpus, articles=articles)),
        before.confidence,
        answer_unproven=True,
    )
    yield create_app(runtime).test_client(), request.param
    runtime.close()


def test_the_day_stands_with_the_answer_the_article_and_in_the_api(
    reviewed: tuple[FlaskClient, date | None],
) -> None:
    client, day = reviewed
    told = day is not None
    answer = Page.of(client.post("/", data={"question": QUESTION}))
    assert answer.title.startswith("Antwort: ")
    assert ("Zuletzt geprüft am 31. Juli 2026" in answer.text) is told
    assert ("Zuletzt geprüft" in answer.text) is told
    english = Page.of(client.get(f"/articles/{ARTICLE}?lang=en"))
    assert ("Last reviewed on 31 July 2026" in english.text) is told
    expected = day.isoformat() if day else None
    assert client.get(f"/api/v1/articles/{ARTICLE}").json["reviewed"] == expected
    reply = client.post("/api/v1/ask", json={"question": QUESTION}).json
    assert reply["articles"][0]["reviewed"] == expected
