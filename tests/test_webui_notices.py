"""Notices on the pages, in the API and in the terminal; an edit shows while the server runs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from companies import BERLIN
from flask.testing import FlaskClient
from notice_files import one, write_notices
from small_corpus import write_small
from web_page import Page
from web_server import ROOT, Server, make_service

from assistant import Conversation, Decision, Runtime, notices_of
from assistant.rendering import reply_as_data
from corpus.settings import Settings
from webui import create_app

pytest_plugins = ["web_client"]

BEGAN = datetime.now(BERLIN) - timedelta(days=10)
OUTAGE = one(
    start=f"{BEGAN:%Y-%m-%d} 08:20",
    title="{de: Netz gestört, en: Network down}",
    text="{de: Wir tauschen <ein> Kabel aus., en: We replace <a> cable.}",
    topics="[faults]",
    words="{de: [Internet], en: [internet]}",
    places="[{de: München, en: Munich}, '803']",
    article="check-outage",
)
SEASON = one(
    "season",
    start="2020-01-01",
    until="2199-12-31",
    title="{de: Pakete dauern länger, en: Parcels take longer}",
    topics="[order-delivery]",
).replace("id: one", "id: two")
FOR_ALL = one("change", start="2020-01-01", until="2199-12-31", title="{de: Neues für alle, en: New for all}")
FOR_ALL = FOR_ALL.replace("id: one", "id: three")


def together(*files: str) -> str:
    """One file of several."""
    return "notices:\n" + "".join(text.partition("\n")[2] for text in files)


@pytest.fixture(scope="module")
def noticed(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A service over the shipped index with notices of its own."""
    home = tmp_path_factory.mktemp("noticed")
    corpus = write_notices(home / "corpus", together(OUTAGE, SEASON, FOR_ALL))
    runtime = make_service(shipped, home, corpus=corpus, poll_seconds=0.05)
    yield runtime
    runtime.close()


@pytest.fixture
def german(noticed: Runtime) -> FlaskClient:
    """A browser that asks for German."""
    client = create_app(noticed).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    return client


@pytest.fixture
def english(noticed: Runtime) -> FlaskClient:
    """A browser that asks for English."""
    client = create_app(noticed).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def notices_on(page: Page) -> list[str]:
    """The ids of the notices of a page, in order."""
    return [
        given["aria-labelledby"].removeprefix("notice-")
        for _, given in page.tags
        if given.get("role") == "note" and "notice" in given.get("class", "")
    ]


def ask(client: FlaskClient, text: str) -> Page:
    return Page.of(client.post("/", data={"question": text}))


def test_the_first_page_tells_of_incidents_and_what_concerns_everybody(german: FlaskClient) -> None:
    page = Page.of(german.get("/"))
    assert notices_on(page) == ["one", "three"]
    assert "Bekannte Störung: München, 803" in page.text
    assert "Netz gestört" in page.text
    assert "Wir tauschen <ein> Kabel aus." in page.text, "escaped in the source"
    assert page.html.index('id="question"') < page.html.index('role="note"')
    times = [given["datetime"] for tag, given in page.tags if tag == "time"]
    assert times[0] == BEGAN.replace(hour=8, minute=20, second=0, microsecond=0).isoformat(timespec="minutes")
    assert ", 8:20 Uhr." in page.text


def test_the_same_in_english(english: FlaskClient) -> None:
    page = Page.of(english.get("/"))
    assert notices_on(page) == ["one", "three"]
    for words in ("Known problem: Munich, 803", "Network down", ", 08:20.", "What changes", "New for all"):
        assert words in page.text
    assert "Netz gestört" not in page.text


def test_a_symptom_in_the_place_shows_the_notice_first_and_the_article_below(german: FlaskClient) -> None:
    page = ask(german, "internet geht nicht in 80331")
    assert notices_on(page) == ["one", "three"]
    assert page.title.startswith("Antwort: Was tue ich, wenn mein Internet nicht funktioniert?")
    assert page.html.index("Netz gestört") < page.html.index("Ziehen Sie den Stecker")
    assert page.html.index("data-focus") < page.html.index("Netz gestört"), "the reading starts there"
    assert any(given.get("formaction", "").startswith("/articles/check-outage") for given in page.buttons), (
        "the conversation goes along"
    )


def test_a_symptom_elsewhere_shows_only_what_concerns_everybody(german: FlaskClient) -> None:
    assert notices_on(ask(german, "internet geht nicht in 10115 Berlin")) == ["three"]


def test_where_no_article_answers_the_known_problem_may_be_the_cause(german: FlaskClient) -> None:
    page = ask(german, "Internet Quasselstrippe Blaubeerkuchen 80331")
    assert "one" in notices_on(page)
    assert "Wenn es daran nicht liegt, hilft Ihnen ein Mensch weiter." in page.text


def test_a_conversation_that_is_shown_again_keeps_its_notices(german: FlaskClient) -> None:
    first = ask(german, "internet geht nicht in 80331")
    again = Page.of(german.post("/conversation", data=first.carried))
    assert notices_on(again) == ["one", "three"]
    assert "Was tue ich, wenn mein Internet nicht funktioniert?" in again.text
    helped = Page.of(german.post("/feedback", data={**first.carried, "helped": "no-internet"}))
    assert notices_on(helped) == []


def test_topic_and_article_pages_show_what_concerns_them(german: FlaskClient) -> None:
    assert notices_on(Page.of(german.get("/topics/faults"))) == ["one", "three"]
    assert notices_on(Page.of(german.get("/topics/order-delivery"))) == ["two", "three"]
    assert notices_on(Page.of(german.get("/topics/invoices"))) == ["three"]
    page = Page.of(german.get("/articles/no-internet"))
    assert notices_on(page) == ["one", "three"]
    assert "/articles/check-outage" in page.html
    own = Page.of(german.get("/articles/check-outage"))
    assert 'class="link" href="/articles/check-outage' not in own.html, "no link to the page itself"


def test_beside_the_form_nobody_writes_in_vain(german: FlaskClient, english: FlaskClient) -> None:
    empty = Page.of(german.get("/contact"))
    assert notices_on(empty) == ["one", "three"]
    assert "(neuer Tab)" in empty.text
    parcel = Page.of(german.post("/contact", data={"message": "Wo ist meine Bestellung?"}))
    assert notices_on(parcel) == ["two", "three"]
    assert "Network down" in Page.of(english.post("/contact", data={"message": "no internet in 80331"})).text


@pytest.mark.parametrize(
    ("text", "notices"),
    [
        ("Ihr Saftladen, seit Tagen kein Internet in 80331!", ["one"]),
        ("Ihr Saftladen, seit Tagen kein Internet!", []),
        ("Mein Vater ist gestorben, was wird aus dem Vertrag?", []),
        ("Ich will mich beschweren", []),
        ("Mein Handy wurde gestohlen!", []),
    ],
)
def test_cases_are_left_in_peace(german: FlaskClient, text: str, notices: list[str]) -> None:
    page = ask(german, text)
    assert 'class="card urgent"' in page.html
    assert notices_on(page) == notices
    assert notices_on(Page.of(german.post("/contact", data={"message": text}))) == notices


def test_the_page_of_a_complaint_has_no_cheerful_words(german: FlaskClient, english: FlaskClient) -> None:
    angry = {german: "Das ist eine Frechheit, ihr Saftladen!", english: "You are useless, I am furious"}
    cheerful = ("!", "freu", "toll", "super", "gern", "glücklich", "happy", "great", "glad", "enjoy")
    for client, text in angry.items():
        page = ask(client, text)
        said = page.text.lower().replace(text.lower(), "")
        assert 'class="card urgent"' in page.html
        assert [word for word in cheerful if word in said] == []


def test_the_api_gives_notices_with_the_reply(english: FlaskClient) -> None:
    reply = english.post("/api/v1/ask", json={"question": "internet not working in 80331"}).get_json()
    assert reply["decision"] == Decision.ANSWER
    first, second = reply["notices"]
    assert (first["id"], first["kind"], first["title"]) == ("one", "incident", "Network down")
    assert first["places"] == ["Munich", "803"]
    assert first["when"].startswith("Since ")
    assert first["as_of"] == ""
    assert first["ends"] is None
    assert first["article"]["id"] == "check-outage"
    assert datetime.fromisoformat(first["begins"]).utcoffset() is not None
    assert second["id"] == "three"


def test_the_api_describes_notices(english: FlaskClient) -> None:
    schemas = english.get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    assert set(schemas["NoticeOut"]["properties"]) >= {"id", "kind", "title", "text", "when", "article"}
    assert "notices" in schemas["ReplyOut"]["required"]


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


def test_an_edit_shows_on_a_running_server_without_a_build(tmp_path: Path) -> None:
    corpus = write_small(tmp_path / "corpus")
    write_notices(corpus, FOR_ALL)
    settings = Settings(data=tmp_path / "data", corpus=corpus, _env_file=None)
    running = Server(settings, tmp_path, "--port", "0").wait(300)

    def get(path: str) -> str:
        with urllib.request.urlopen(running.url + path, timeout=20) as response:
            return str(response.read().decode())

    try:
        before = json.loads(get("/readyz"))
        assert "Neues für alle" in get("/")
        write_notices(corpus, FOR_ALL.replace("Neues für alle", "Noch neuer"))
        assert wait_for(lambda: "Noch neuer" in get("/"))
        after = json.loads(get("/readyz"))
        assert (before["artifact"], before["built_at"]) == (after["artifact"], after["built_at"])
        write_notices(corpus, "notices: [")
        assert wait_for(lambda: json.loads(get("/readyz"))["last_error"] is not None)
        assert "Noch neuer" in get("/")
        assert "the notices cannot be shown, the last good ones are" in running.output
    finally:
        running.stop()


def lotse(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "LOTSE_DATA": str(settings.data),
            "LOTSE_CORPUS": str(settings.corpus),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_terminal_shows_notices_above_the_reply(noticed: Runtime) -> None:
    done = lotse(noticed.settings, "ask", "internet geht nicht in 80331")
    assert done.stdout.startswith("! Netz gestört (München, 803)\n"), done.stderr
    assert done.stdout.index("Wir tauschen <ein> Kabel aus.") < done.stdout.index("(no-internet)")


def test_a_reply_as_data_has_its_notices(noticed: Runtime) -> None:
    assistant, board, now = noticed.assistant, noticed.notices.board, datetime.now(BERLIN)
    question = "internet not working in 80331"
    reply = assistant.ask(
        question,
        page_language="de",
        conversation=Conversation.start(),
        searched=board.without_places(question, now),
    )
    assert reply.conversation.turns[-1].text == question, "what is kept is what the customer wrote"
    notices = notices_of(reply, question, board, article=assistant.article, now=now)
    given = json.loads(json.dumps(reply_as_data(reply, notices)))
    assert [each["id"] for each in given["notices"]] == ["one", "three"]
    assert given["notices"][0]["when"].startswith("Since ")
    assert given["notices"][0]["article"]["question"].startswith("Is there an outage")


def test_the_terminal_lists_what_shows_now_next_and_what_is_over(noticed: Runtime, tmp_path: Path) -> None:
    later = one("change", start="2199-01-01", until="2199-12-31").replace("id: one", "id: later")
    over = one("season", start="2020-01-01", until="2020-01-31").replace("id: one", "id: over")
    corpus = write_notices(tmp_path, together(OUTAGE, later, over))
    settings = noticed.settings.model_copy(update={"corpus": corpus})
    done = lotse(settings, "notices", "--language", "en")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert [line for line in lines if line.startswith(("now", "next", "ended"))] == [
        "now: 1",
        "next: 1",
        "ended: 1",
    ], done.stderr
    assert [line.split()[-1] for line in lines if line.startswith(("incident", "change", "season"))] == [
        "one",
        "later",
        "over",
    ]
    assert "From Tuesday, 1 January 2199" in lines
    write_notices(tmp_path, "notices: [\n")
    failed = lotse(settings, "notices")
    assert (failed.returncode, "notices.yaml:2:1" in failed.stderr) == (1, True)
    assert "Traceback" not in failed.stderr
