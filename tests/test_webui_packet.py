"""What is passed on: shown in full, left out on request, stored exactly as it was shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from web_page import Page
from web_server import make_service

from assistant import Assistant, Case, Decision, HandOver, Runtime
from assistant.outbox import Outbox
from assistant.promise import make_promise
from assistant.titles import title_in
from corpus.settings import Settings
from index import OnnxEncoder, current_artifact, open_artifact
from webui import create_app
from webui.packet import article_title

pytest_plugins = ["web_client"]
RED = "Die Lampe am Router blinkt rot"


@pytest.fixture
def form(client: FlaskClient, examples: dict[Decision, str]) -> Page:
    """The form after two questions, one article that was read and did not help."""
    thread = Page.of(client.post("/", data={"question": examples[Decision.ANSWER]}))
    rejected = {**thread.carried, "rejected": thread.button("rejected")}
    after = Page.of(client.post("/feedback", data=rejected))
    more = Page.of(client.post("/", data={**after.carried, "question": RED}))
    return Page.of(client.post("/contact", data=more.carried))


def sent(client: FlaskClient, service: Runtime, fields: dict[str, str]) -> Case:
    page = Page.of(client.post("/contact/send", data={"email": "erika@example.org", **fields}))
    case = service.cases.find(page.fields["number"], page.fields["code"])
    assert case is not None, page.text
    return case


def with_email(form: Page, *without: str, **fields: str) -> dict[str, str]:
    kept = {name: value for name, value in form.fields.items() if name not in without}
    return {**kept, "email": "erika@example.org", **fields}


def articles(form: Page) -> list[str]:
    return [name for name in form.fields if name.startswith("keep-article-")]


def test_the_form_shows_what_is_passed_on(form: Page, examples: dict[Decision, str]) -> None:
    assert form.fields["keep-question-0"] == form.fields["keep-question-1"] == "yes"
    assert articles(form)
    shown = form.text.partition("Was wir weitergeben")[2]
    assert examples[Decision.ANSWER] in shown
    assert RED in shown
    assert "hat nicht geholfen" in shown
    assert form.fields["topic"]
    assert form.fields["answer_language"] == "de"


def test_all_of_it_is_stored(client: FlaskClient, service: Runtime, form: Page) -> None:
    case = sent(client, service, with_email(form))
    assert len(case.history) == 2
    assert {f"keep-article-{each}" for each in (*case.articles_read, *case.articles_rejected)} == set(
        articles(form)
    )
    assert case.topic == form.fields["topic"]


def test_what_was_unticked_is_neither_stored_nor_mailed(
    client: FlaskClient, service: Runtime, form: Page, examples: dict[Decision, str]
) -> None:
    left_out = articles(form)[0]
    fields = with_email(form, "keep-question-0", left_out, message="Nur das hier")
    case = sent(client, service, fields)
    assert case.history == (RED,)
    gone = left_out.removeprefix("keep-article-")
    assert gone not in case.articles_read
    assert gone not in case.articles_rejected
    mails = [entry for entry in Outbox(service.database).entries() if entry.case_number == case.number]
    assert len(mails) == 2


def test_an_error_keeps_what_was_unticked_and_chosen(client: FlaskClient, form: Page) -> None:
    fields = with_email(form, "keep-question-0", email="nope", topic="contract", answer_language="en")
    again = Page.of(client.post("/contact/send", data=fields))
    assert "keep-question-0" not in again.fields
    assert again.fields["keep-question-1"] == "yes"
    assert (again.fields["topic"], again.fields["answer_language"]) == (
        fields["topic"] if fields["topic"] in topics(again) else "",
        "en",
    )
    assert again.language == "de"
    assert "name@example.org" in again.text
    assert "Beispiel" in again.text


def topics(page: Page) -> set[str]:
    return {given.get("value", "") for tag, given in page.tags if tag == "option"} - {"de", "en"}


def test_a_chosen_topic_reaches_its_team_though_it_answers_later(
    client: FlaskClient, service: Runtime
) -> None:
    company = service.assistant.corpus.company
    for topic in company.topics:
        form = Page.of(client.post("/contact", data={"question": "Mein Internet ist ausgefallen"}))
        case = sent(client, service, with_email(form, topic=topic.id))
        assert case.topic == topic.id
        if topic.id != form.fields["topic"]:
            assert case.team == company.team_for(topic.id).id


def test_without_a_choice_the_topic_is_found(client: FlaskClient, service: Runtime, form: Page) -> None:
    case = sent(client, service, with_email(form, topic="", message="Wo finde ich meine Rechnung?"))
    assert case.topic not in {None, ""}


def test_a_forged_topic_counts_as_none_chosen(client: FlaskClient, service: Runtime, form: Page) -> None:
    assert sent(client, service, with_email(form, topic="'; --")).topic == form.fields["topic"]


def test_the_answer_may_be_in_another_language_than_the_page(client: FlaskClient, service: Runtime) -> None:
    form = Page.of(client.get("/contact"))
    response = client.post("/contact/send", data=with_email(form, message="Hallo", answer_language="en"))
    page = Page.of(response)
    case = service.cases.find(page.fields["number"], page.fields["code"])
    assert case is not None
    assert case.language == "en"
    assert page.language == "de"
    assert "Sie bekommen spätestens" in page.text


def test_switching_the_language_of_the_page_switches_that_of_the_answer(client: FlaskClient) -> None:
    form = Page.of(client.get("/contact"))
    page = Page.of(client.post("/contact?lang=en", data=with_email(form, message="Halb")))
    assert page.fields["answer_language"] == "en"
    assert '<option value="">We will choose it for you' in page.html


def test_one_message_under_one_key_is_one_case_whatever_page_sends_it(
    client: FlaskClient, service: Runtime, form: Page
) -> None:
    case = sent(client, service, with_email(form))
    assert sent(client, service, with_email(form)).number == case.number
    fresh = Page.of(client.get("/contact?lang=en"))
    kept = {name: form.fields[name] for name in ("message", "submission_key")}
    again = sent(client, service, with_email(fresh, **kept))
    assert (again.number, again.history) == (case.number, case.history)
    assert sent(client, service, with_email(form, message="Geändert")).number != case.number


def test_the_receipt_greets_by_name_and_shows_what_came_with_the_message(
    client: FlaskClient, form: Page
) -> None:
    fields = with_email(form, message="Bitte um Hilfe", name="Aylin Kaya")
    page = Page.of(client.post("/contact/send", data=fields))
    assert "Guten Tag Aylin Kaya," in page.text
    assert "erika@example.org" in page.text
    assert RED in page.text
    assert "(hat nicht geholfen)" in page.text
    nameless = Page.of(client.post("/contact/send", data=with_email(form, name="")))
    assert "Guten Tag" not in nameless.text


def test_by_phone_alone_the_receipt_says_to_keep_it(client: FlaskClient) -> None:
    form = Page.of(client.get("/contact"))
    page = Page.of(client.post("/contact/send", data={**form.fields, "message": "x", "phone": "089 1234567"}))
    assert "Nummer und Code stehen nur auf dieser Seite" in page.text
    assert "+49 89 1234567" in page.text
    assert "/status" in page.text


def test_suggestions_for_a_text_are_a_piece_of_the_page(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    def piece(text: str) -> str:
        response = client.post("/contact/suggestions", data={"message": text})
        assert response.status_code == 200
        return response.get_data(as_text=True)

    assert 1 <= piece(examples[Decision.ANSWER]).count("<details") <= 3
    assert "<html" not in piece(examples[Decision.ANSWER])
    for text in ("", examples[Decision.ESCALATE], examples[Decision.HAND_OVER]):
        assert piece(text).strip() == ""


def test_an_article_that_is_not_shown_any_more_keeps_its_title(
    app: Flask, shipped: Settings, encoder: OnnxEncoder
) -> None:
    artifact = open_artifact(shipped.data, current_artifact(shipped.data) or "", encoder)
    article = artifact.corpus.articles["find-invoice"]
    expired = article.model_copy(update={"valid_until": date(2020, 1, 1)})
    corpus = replace(
        artifact.corpus, articles=MappingProxyType({**artifact.corpus.articles, "find-invoice": expired})
    )
    with app.test_request_context("/"):
        g.assistant = Assistant(replace(artifact, corpus=corpus), None, answer_unproven=True)
        assert g.assistant.article("find-invoice") is None
        for language in ("de", "en"):
            words = article.translation(language)
            assert words
            assert article_title("find-invoice", language) == (words.question, language)
            assert title_in(corpus, "find-invoice", language) == words.question
        assert article_title("gone-article", "en") == ("gone-article", "en")


@pytest.fixture
def crowded(shipped: Settings, tmp_path: Path) -> Iterator[Runtime]:
    """A runtime in which 300 cases about contracts wait, and none about anything else."""
    runtime = make_service(shipped, tmp_path)
    for number in range(300):
        waiting = HandOver("c", "de", "contract", f"Wartet {number}", email="erika@example.org")
        runtime.cases.open(waiting, submission_key=f"waiting {number}", now=datetime.now(UTC))
    yield runtime
    runtime.close()


def test_the_promise_of_another_team_counts_the_cases_that_wait_there(crowded: Runtime) -> None:
    client = create_app(crowded).test_client()
    company = crowded.assistant.corpus.company
    other = company.team_for("contract")
    question = "Mein Internet ist ausgefallen"
    form = Page.of(client.post("/contact", data={"question": question}))
    assert form.fields["team"] != other.id
    case = sent(client, crowded, with_email(form, topic="contract"))
    assert case.team == other.id
    least = make_promise(company, other, language="de", now=case.created_at, ahead=300).latest
    assert least > make_promise(company, other, language="de", now=case.created_at).latest
    assert case.promised_at == least

    asked = client.post("/api/v1/ask", json={"question": "Wie hoch ist der Mond über Grönland?"}).json
    given = {"message": "Ich möchte meinen Vertrag kündigen", "email": "a@example.org"}
    over = client.post("/api/v1/cases", json={**given, "conversation": asked["conversation"]}).json
    stored = crowded.cases.find(over["number"], over["code"])
    assert stored is not None
    assert stored.team == other.id
    assert stored.promised_at >= least
