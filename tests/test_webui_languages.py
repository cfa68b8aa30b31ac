"""Both languages, complete and unmixed: every page, mail and error, as a native reader sees them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import flask_babel
import pytest
from flask import Flask
from flask.testing import FlaskClient
from language_rules import Pairs, complaints, pairs
from language_walk import ANSWERS, MESSAGES, QUESTIONS, Seen, Walk
from marked_text import MarkedText
from small_corpus import article, write_small
from sqlalchemy import select
from web_page import Page
from web_server import make_service

from assistant import Conversation, Runtime
from assistant.build import build
from assistant.case import to_case
from assistant.case_rows import team_named
from assistant.channel_command import advice_as_text
from assistant.mail import deleted_mail, overdue_mail, warning_mail
from assistant.rendering import reply_as_text
from assistant.tables import CaseRow, OutboxRow
from corpus import LANGUAGES, Company, Language, load_notices
from corpus.settings import PACKAGE, Settings
from webui import create_app
from webui.i18n import as_language

pytest_plugins = ["web_client"]
ACCEPTED: dict[Language, str] = {"de": "de-AT,en;q=0.9", "en": "en-GB,de;q=0.8"}
OWN = {
    *MESSAGES.values(),
    *ANSWERS.values(),
    *(text for each in QUESTIONS.values() for text in each.values()),
}


@pytest.fixture(scope="module")
def walked(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A service of its own, whose outbox holds the mails of the walk alone."""
    runtime = make_service(shipped, tmp_path_factory.mktemp("languages"))
    yield runtime
    runtime.close()


@pytest.fixture(scope="module")
def known(walked: Runtime) -> Pairs:
    """All texts that exist in both languages."""
    corpus = walked.assistant.corpus
    notices = load_notices(PACKAGE, corpus.company, corpus.articles)
    return pairs(corpus.articles.values(), corpus.company, corpus.escalation, notices)


@pytest.fixture(scope="module", params=LANGUAGES)
def walk(request: pytest.FixtureRequest, walked: Runtime) -> Walk:
    """Somebody whose browser asks for a language."""
    return Walk(reading(create_app(walked), request.param), walked, request.param)


@pytest.fixture(scope="module")
def pages(walk: Walk) -> list[Seen]:
    """Every page in every state."""
    return list(walk.pages())


def reading(app: Flask, language: Language) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = ACCEPTED[language]
    return client


def wrong_on(pages: Iterable[Seen], language: Language, known: Pairs) -> list[str]:
    """Return what is wrong with the texts of pages, each once with the pages it stands on."""
    found: dict[tuple[str, Language], set[str]] = {}
    for page in pages:
        marked = MarkedText(page.html)
        assert marked.unclosed == [], page.name
        for said in marked.said:
            if not said.own:
                spoken = as_language(said.language) or language
                found.setdefault((said.text, spoken), set()).add(f"{page.status} {page.name}")
    return [
        f"{problem}: {sorted(where)[:3]}"
        for (text, spoken), where in found.items()
        for problem in complaints(text, spoken, known)
    ]


def test_every_text_of_every_page_is_in_the_language_it_is_marked_with(
    walk: Walk, pages: list[Seen], known: Pairs
) -> None:
    wrong = wrong_on(pages, walk.language, known)
    assert not wrong, "\n".join(wrong)
    assert {200, 404, 405, 409, 413, 422, 429} == {page.status for page in pages}


def test_every_page_has_the_readers_language(walk: Walk, pages: list[Seen]) -> None:
    whole = [page for page in pages if page.html.startswith("<!doctype html>")]
    assert len(whole) > 300
    assert {Page(page.html).language for page in whole} == {walk.language}


WORDS = {
    # What the other side calls a request.
    "customer": {"de": r"\bVorgangs?(?:nummer)?\b|\bTicket", "en": r"\b(?:case|ticket) number|\byour case\b"},
    "desk": {"de": r"\bAnfragen?\b|\bTicket", "en": r"\brequests?\b|\btickets?\b"},
}


def test_one_thing_has_one_name(walk: Walk, pages: list[Seen]) -> None:
    for page in pages:
        if not page.name.startswith(("/articles", "/topics")):
            pattern = WORDS["desk" if page.name.startswith("/desk") else "customer"][walk.language]
            texts = [said.text for said in MarkedText(page.html).said if not said.own]
            assert [text for text in texts if re.search(pattern, text)] == [], page.name


def test_failures_speak_the_readers_language(shipped: Settings, tmp_path: Path, known: Pairs) -> None:
    runtime = make_service(shipped, tmp_path)
    app = create_app(runtime)
    app.add_url_rule("/fails", view_func=lambda: 1 / 0)
    with sqlite3.connect(tmp_path / "web.sqlite3") as database:
        for table in ("outbox", "case_events", "feedback", "cases", "questions"):
            database.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
    database.close()
    for language in LANGUAGES:
        client = reading(app, language)
        form = {
            **Page.of(client.get("/contact")).fields,
            "message": MESSAGES[language],
            "phone": "089 123456",
        }
        failed = [
            client.get("/fails"),
            client.post("/contact/send", data=form),
            client.post("/status", data={"number": "K-26-1", "code": "x"}),
        ]
        assert [response.status_code for response in failed] == [500, 503, 503]
        seen = [Seen(str(each.status_code), each.status_code, each.text) for each in failed]
        assert wrong_on(seen, language, known) == []
        assert {Page(page.html).language for page in seen} == {language}
    runtime.close()


def wrong_in(text: str, language: Language, known: Pairs) -> list[str]:
    """Return what is wrong with a plain text, line by line, without what customers and colleagues wrote."""
    lines = (line.strip().removeprefix("- ") for line in text.splitlines())
    written = (line for line in lines if line not in OWN and not line.startswith("http"))
    return [problem for line in written for problem in complaints(line, language, known)]


@pytest.mark.usefixtures("pages")
def test_every_mail_is_in_the_language_of_its_case(walk: Walk, walked: Runtime, known: Pairs) -> None:
    with walked.database.reading() as session:
        rows = session.execute(
            select(OutboxRow.mail, CaseRow.language)
            .join(CaseRow, CaseRow.id == OutboxRow.case_id)
            .where(CaseRow.number.in_(walk.numbers))
        ).all()
    subjects = set()
    for raw, language in rows:
        mail = message_from_bytes(raw, policy=default)
        assert language == walk.language
        assert wrong_in(f"{mail['Subject']}\n{mail.get_content()}", language, known) == []
        subjects.add(str(mail["Subject"]).split("K-26")[0])
    assert len(rows) > 10
    assert len(subjects) >= 3


@pytest.mark.usefixtures("pages")
def test_reminders_are_in_the_language_of_their_case(walk: Walk, walked: Runtime, known: Pairs) -> None:
    company, links = walked.assistant.corpus.company, walked.cases.links
    with walked.database.reading() as session:
        case = to_case(session.scalars(select(CaseRow).where(CaseRow.number == walk.numbers[-1])).one())
    team, above = team_named(company, case.team), company.teams[-1]
    desk = links.addresses(case.id, team.id, now=datetime.now(UTC))
    mails = [
        warning_mail(company, team, case, desk, left=timedelta(minutes=75), holder=None),
        warning_mail(company, team, case, desk, left=timedelta(0), holder="Kim"),
        overdue_mail(company, team, team, case, desk, holder=None),
        overdue_mail(company, above, team, case, desk, holder="Kim"),
        deleted_mail(company, team, case),
    ]
    for mail in mails:
        assert wrong_in(f"{mail['Subject']}\n{mail.get_content()}", walk.language, known) == []


def test_the_terminal_speaks_the_language_of_the_question(walk: Walk, walked: Runtime, known: Pairs) -> None:
    assistant, now = walked.assistant, datetime.now(UTC)
    for question in QUESTIONS[walk.language].values():
        reply = assistant.ask(question, page_language=walk.language, conversation=Conversation.start())
        *said, _trace = reply_as_text(reply).split("\n\n")
        assert wrong_in(" ".join("\n".join(said).split()), walk.language, known) == []
    company: Company = assistant.corpus.company
    for topic in (None, *(each.id for each in company.topics)):
        for urgent in (False, True):
            advice = advice_as_text(company, topic, language=walk.language, now=now, urgent=urgent)
            _moment, _, said_of = advice.partition("\n\n")
            assert wrong_in(" ".join(said_of.split()), walk.language, known) == []


def test_the_api_tells_customers_what_is_wrong_in_their_language(walk: Walk, known: Pairs) -> None:
    wrong = {"message": "", "email": "nobody", "phone": "12", "language": walk.language}
    answer = walk.client.post("/api/v1/cases", json=wrong, headers={"Idempotency-Key": "k" * 20})
    fields = answer.json["error"]["fields"]
    assert set(fields) >= {"email", "phone"}
    for text in fields.values():
        assert wrong_in(text, walk.language, known) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "How can we help?"),
        ("en", "Womit können wir helfen?"),
        ("de", "Bitte 3 Dateien. These are too many files: at most 3."),
        ("en", "Rechnungsteam"),
        ("de", "This sentence stands in no catalogue and is written by hand."),
        ("en", "Dieser Satz steht in keinem Katalog und ist von Hand geschrieben."),
        ("de", "Antwort bis Tuesday, 3 November"),
        ("de", "am 3 November"),
        ("en", "by 16:00 on Dienstag"),
        ("en", "on 3. Dezember"),
        ("en", "Last reviewed on December 3, 2026"),
        ("de", "Das kostet €9.90."),
        ("en", "It costs 9,90 €."),
        ("en", "by 16:00 Uhr"),
        ("de", "Spätestens um 16:00 haben Sie Antwort."),
        ("de", "Wählen Sie “Beenden”."),
        ("en", "Press „End“."),
        ("de", 'Wählen Sie "Beenden".'),
        ("de", "Einen Moment..."),
        ("en", "One moment -- please"),
        ("de", "Hallo %(name)s"),
        ("de", "Hallo {{ name }}"),
        ("en", "Case $number"),
    ],
)
def test_a_slip_is_noticed(language: Language, text: str, known: Pairs) -> None:
    assert list(complaints(text, language, known))


def test_a_missing_translation_is_noticed(
    walked: Runtime, known: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(walked)
    client = reading(app, "de")

    def wrong() -> list[str]:
        return wrong_on([Seen("/", 200, client.get("/").text)], "de", known)

    assert wrong() == []
    with app.test_request_context(headers={"Accept-Language": "de"}):
        german: Any = flask_babel.get_domain().get_translations()
    monkeypatch.delitem(german._catalog, "Talk to a person")
    assert any("Talk to a person" in problem for problem in wrong())
    monkeypatch.setitem(german._catalog, "Talk to a person", "Mit einem Menschen sprechen")
    monkeypatch.setitem(german._catalog, "Ask", "Yes, delete everything")
    assert any("Yes, delete everything" in problem for problem in wrong())


@pytest.fixture(scope="module")
def halved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A service over a corpus on disk with an article in German alone and one in English alone."""
    home = tmp_path_factory.mktemp("halved")
    german, english = article("find-invoice"), article("router-lights", related=["find-invoice"])
    del german["translations"]["en"]
    del english["translations"]["de"]
    settings = Settings(
        data=home / "data", corpus=write_small(home / "corpus", german, english), _env_file=None
    )
    build(settings)
    runtime = make_service(settings, home)
    yield runtime
    runtime.close()


@pytest.mark.parametrize(
    ("language", "foreign", "note", "label"),
    [
        ("en", "find-invoice", "not available in English yet", "Only available in German"),
        ("de", "router-lights", "noch nicht auf Deutsch", "Nur auf Englisch verfügbar"),
    ],
)
def test_an_article_in_one_language_alone_says_so_and_is_marked(
    halved: Runtime, language: Language, foreign: str, note: str, label: str
) -> None:
    client = reading(create_app(halved), language)
    words = halved.assistant.corpus.articles[foreign].translations
    title = (words.de or words.en).question  # type: ignore[union-attr]
    other: Language = "en" if language == "de" else "de"

    alone = client.get(f"/articles/{foreign}").text
    assert note in alone
    topic = client.get("/topics/contract").text
    assert label in topic
    asked = client.post(f"/?lang={language}", data={"question": title}).text
    for html in (alone, topic, asked):
        marks = {said.language for said in MarkedText(html).said if said.text == title and not said.own}
        assert marks == {other}
    labels = [said.language for said in MarkedText(topic).said if said.text == label]
    assert labels == [language]


def test_a_link_to_an_article_in_the_other_language_says_so(halved: Runtime) -> None:
    html = reading(create_app(halved), "en").get("/articles/router-lights").text
    assert "Only available in German" in html
