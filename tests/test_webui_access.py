"""WCAG 2.2 AA on every page and in every state: axe-core, sizes, zoom, spacing, reflow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from access_checks import failures
from access_walk import Tour
from axe import violations
from browser import opened
from case_files import NO_FILES
from flask import abort
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from web_server import Server, make_service

from assistant import Cases, Database
from assistant.secret import secret_key
from corpus import LANGUAGES, Language
from corpus.settings import Settings
from index import current_corpus
from webui import create_app

pytest_plugins = ["web_browser"]

FEWEST_STATES = 49


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("access")


@pytest.fixture(scope="module")
def served(shipped: Settings, place: Path) -> Iterator[Server]:
    """A real server on a free port that takes more forms than a person sends."""
    running = Server(shipped, place, "--port", "0", posts_per_minute=10_000).wait()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cases(shipped: Settings, served: Server, place: Path) -> Iterator[Cases]:
    """The cases of the server."""
    database = Database(f"sqlite:///{place / 'served.sqlite3'}")
    company = current_corpus(shipped.data).company
    yield Cases(database, lambda: company, secret_key(shipped), served.url, attachments=NO_FILES)
    database.close()


@pytest.fixture(scope="module")
def failing(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """An application that fails in every way when it is asked to."""
    runtime = make_service(shipped, tmp_path_factory.mktemp("failing"))
    app = create_app(runtime)
    app.add_url_rule("/fails/<int:status>", view_func=abort)
    yield app.test_client()
    runtime.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_in_every_state_is_accessible(
    browser: Browser, served: Server, cases: Cases, failing: FlaskClient, language: Language
) -> None:
    found, states = [], 0
    with opened(browser, locale=f"{language}-DE", refusals=True) as page:
        for state in Tour(page, served.url, language, cases, failing).states():
            states += 1
            found += [f"{state}: {each}" for each in (*violations(page), *failures(page))]
    assert found == [], "\n".join(found)
    assert states >= FEWEST_STATES
