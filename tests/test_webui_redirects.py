"""Renamed articles on a running server: addresses, programs, and conversations that began before."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from web_page import Page
from web_server import make_service

from assistant import Conversation, Runtime
from assistant.conversation import Turn
from corpus.settings import Settings
from webui import create_app
from webui.redirects import RedirectSource

OLD, NEW, OTHER = "find-bill", "find-invoice", "reset-password"


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which an editor renamed an article."""
    folder = tmp_path_factory.mktemp("edited")
    write(folder, f"redirects:\n  {OLD}: {NEW}\n  gone: not-built-yet\n  {OTHER}: {NEW}\n")
    return folder


@pytest.fixture(scope="module")
def renamed(shipped: Settings, edited: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A service whose articles have their new ids."""
    runtime = make_service(shipped, tmp_path_factory.mktemp("renamed"), corpus=edited)
    yield runtime
    runtime.close()


@pytest.fixture
def client(renamed: Runtime) -> FlaskClient:
    """A browser without JavaScript that asks for German."""
    client = create_app(renamed).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    return client


def write(folder: Path, text: str) -> None:
    """Write the file; each time at another time, however fast the test."""
    file = folder / "redirects.yaml"
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(before + 1_000_000_000,) * 2)


def said_of(article: str) -> Conversation:
    """A conversation that read and rejected an article."""
    turn = Turn("Wo ist die Rechnung?", "answer", (article, NEW))
    return Conversation("c", turns=(turn,), read=(article, NEW, OTHER), rejected=(article,), language="de")


def test_an_old_address_leads_to_the_new_one_for_good(client: FlaskClient) -> None:
    moved = client.get(f"/articles/{OLD}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/articles/{NEW}")
    english = client.get(f"/articles/{OLD}?lang=en")
    assert (english.status_code, english.headers["Location"]) == (301, f"/articles/{NEW}?lang=en")
    assert client.get(f"/articles/{OLD}", follow_redirects=True).status_code == 200


def test_an_article_that_is_there_keeps_its_address(client: FlaskClient) -> None:
    assert client.get(f"/articles/{OTHER}").status_code == 200


def test_a_redirect_to_an_article_that_does_not_serve_yet_leads_nowhere(client: FlaskClient) -> None:
    assert client.get("/articles/gone").status_code == 404
    assert client.get("/api/v1/articles/gone").status_code == 404


def test_programs_are_told_the_new_address(client: FlaskClient) -> None:
    moved = client.get(f"/api/v1/articles/{OLD}")
    assert (moved.status_code, moved.headers["Location"]) == (301, f"/api/v1/articles/{NEW}")
    followed = client.get(f"/api/v1/articles/{OLD}", follow_redirects=True)
    assert json.loads(followed.get_data())["id"] == NEW


def test_a_conversation_of_before_goes_on(client: FlaskClient, renamed: Runtime) -> None:
    token = renamed.tokens.dump(said_of(OLD))
    moved = client.post(f"/articles/{OLD}", data={"conversation": token})
    assert (moved.status_code, moved.headers["Location"]) == (308, f"/articles/{NEW}")
    page = Page.of(client.post(f"/articles/{NEW}", data={"conversation": token}))
    kept = renamed.tokens.load(page.fields["conversation"])
    assert kept.read == (NEW, OTHER)
    assert kept.rejected == (NEW,)
    assert kept.turns[0].articles == (NEW,)


def test_buttons_of_before_name_the_article(client: FlaskClient, renamed: Runtime) -> None:
    token = renamed.tokens.dump(
        Conversation("c", turns=(Turn("Rechnung", "suggest", (OLD,)),), language="de")
    )
    title = renamed.assistant.corpus.articles[NEW].translation("de")
    assert title is not None
    chosen = Page.of(client.post("/choose", data={"conversation": token, "choice": OLD}))
    assert title.question in chosen.text
    rejected = Page.of(client.post("/feedback", data={"conversation": token, "rejected": OLD}))
    assert renamed.tokens.load(rejected.fields["conversation"]).rejected == (NEW,)
    given = {"conversation": token, "article": OLD, "helped": False}
    answer = json.loads(client.post("/api/v1/feedback", json=given).get_data())
    assert renamed.tokens.load(answer["conversation"]).rejected == (NEW,)


def test_what_was_ticked_before_is_passed_on_under_the_new_name(
    client: FlaskClient, renamed: Runtime
) -> None:
    form = {
        "conversation": renamed.tokens.dump(said_of(OLD)),
        "packet": "1",
        "keep-question-0": "1",
        f"keep-article-{OLD}": "1",
        "message": "Bitte helfen Sie mir mit der Rechnung.",
        "email": "kundin@example.org",
        "submission_key": "k" * 24,
    }
    sent = client.post("/contact/send", data=form)
    assert sent.status_code in {200, 201}, sent.get_data(as_text=True)
    with renamed.database.reading() as session:
        packet = json.loads(session.connection().exec_driver_sql("SELECT packet FROM cases").scalar_one())
    assert (packet["articles_read"], packet["articles_rejected"]) == ([NEW], [NEW])


def test_edits_show_at_once_and_a_mistake_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = RedirectSource(tmp_path)
    assert (dict(source.moved), source.last_error) == ({}, None)
    write(tmp_path, "redirects:\n  a: b\n")
    assert dict(source.moved) == {"a": "b"}
    write(tmp_path, "redirects:\n  a: [\n")
    assert dict(source.moved) == {"a": "b"}
    assert source.last_error
    assert "redirects.yaml:3:1" in source.last_error
    assert len([each for each in caplog.records if "redirects" in each.message]) == 1
    write(tmp_path, "redirects:\n  a: c\n")
    assert (dict(source.moved), source.last_error) == ({"a": "c"}, None)
    (tmp_path / "redirects.yaml").unlink()
    assert (dict(source.moved), source.last_error) == ({}, None)
    assert source.names_of("c") == ("c",)


def test_readiness_tells_that_an_edit_waits(client: FlaskClient, edited: Path) -> None:
    good = (edited / "redirects.yaml").read_text(encoding="utf-8")
    assert json.loads(client.get("/readyz").get_data())["last_error"] is None
    write(edited, "redirects:\n  a: a\n")
    try:
        assert json.loads(client.get("/readyz").get_data())["last_error"]
        assert client.get(f"/articles/{OLD}").status_code == 301
    finally:
        write(edited, good)
