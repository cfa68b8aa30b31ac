"""What fits to half a word, and to a question of a word or two."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from web_page import Page

from assistant import Assistant, Conversation, Decision, Runtime
from assistant.tables import QuestionRow

pytest_plugins = ["web_client"]


def ask(client: FlaskClient, text: str, query: str = "") -> Page:
    return Page.of(client.post("/" + query, data={"question": text}))


def suggested(client: FlaskClient, text: str, language: str) -> list[str]:
    response = client.post("/api/v1/suggest", json={"question": text, "language": language})
    assert response.status_code == 200
    return [each["id"] for each in response.get_json()["articles"]]


@pytest.mark.parametrize(
    ("language", "typed", "first"),
    [
        ("de", "wo ist mein pak", "order-status"),
        ("de", "rechnung fin", "find-invoice"),
        ("de", "internet lang", "slow-internet"),
        ("en", "where is my inv", "find-invoice"),
        ("de", "where is my inv", "find-invoice"),
        ("en", "reset my pass", "reset-password"),
    ],
)
def test_half_a_word_is_understood(client: FlaskClient, language: str, typed: str, first: str) -> None:
    assert suggested(client, typed, language)[0] == first


@pytest.mark.parametrize("typed", ["wie backe ich apfelk", "xyz", "?"])
def test_what_no_article_answers_is_not_completed_into_one(client: FlaskClient, typed: str) -> None:
    assert suggested(client, typed, "de") == []


def test_a_mere_word_is_asked_back_about(client: FlaskClient, service: Runtime, assistant: Assistant) -> None:
    page = ask(client, "Rechnung")
    assert page.title.startswith("Worum geht es genau?")
    choices = [given["value"] for given in page.buttons if given.get("name") == "choice"]
    found = assistant.ask("Rechnung", page_language="de", conversation=Conversation.start()).articles
    assert set(choices[: len(found)]) == {each.id for each in found}, "those that were found come first"
    assert "find-invoice" in choices[:3]
    assert 3 <= len(choices) <= 6
    assert choices[-1] == "", "none of these leads on"
    assert "/topics/invoices" in page.html
    assert "Alle Fragen zu „Rechnung und Zahlung“" in page.text
    picked = Page.of(client.post("/choose", data={**page.carried, "choice": "find-invoice"}))
    assert picked.title.startswith("Antwort: Wo finde ich meine Rechnung")
    assert service.tokens.load(page.fields["conversation"]).turns[-1].decision == Decision.CLARIFY
    with service.database.reading() as session:
        recorded = session.scalar(select(QuestionRow).order_by(QuestionRow.id.desc()).limit(1))
    assert recorded is not None
    assert (recorded.decision, recorded.outcome) == ("clarify", None), "no person was called for yet"


def test_a_sure_article_of_high_risk_is_suggested_however_few_the_words(client: FlaskClient) -> None:
    page = ask(client, "sim sperren")
    assert not page.has_button("choice")
    assert "SIM-Karte" in page.text


@pytest.mark.parametrize("text", ["Rechnung", "Internet", "Vertrag", ""])
def test_whoever_says_that_nothing_fits_is_not_asked_again(
    client: FlaskClient, examples: dict[Decision, str], text: str
) -> None:
    text = text or examples[Decision.CLARIFY]
    page = ask(client, text)
    assert page.has_button("choice")
    nothing = Page.of(client.post("/choose", data={**page.carried, "choice": ""}))
    assert nothing.fields["message"].strip() == text
    for language, title in [("de", "Ein Mensch hilft Ihnen weiter"), ("en", "A person will help you")]:
        shown = Page.of(client.post(f"/conversation?lang={language}", data=nothing.carried))
        assert shown.title.startswith(title)
        assert not shown.has_button("choice")


def test_the_api_asks_back_as_the_page_does(client: FlaskClient) -> None:
    page = ask(client, "Rechnung")
    choices = [given["value"] for given in page.buttons if given.get("name") == "choice"]
    reply = client.post("/api/v1/ask", json={"question": "Rechnung"}).get_json()
    assert reply["decision"] == "clarify"
    assert [each["id"] for each in reply["articles"]] == choices[:-1]
    assert reply["message"] == "Worum geht es genau?"
    again = client.post(
        "/api/v1/ask", json={"question": "Vertrag", "conversation": reply["conversation"]}
    ).get_json()
    assert again["decision"] == "hand_over"


def test_what_did_not_help_is_no_choice(client: FlaskClient) -> None:
    asked = client.post("/api/v1/ask", json={"question": "Wo finde ich meine Rechnung?"}).get_json()
    given = {"article": "find-invoice", "helped": False, "conversation": asked["conversation"]}
    after = client.post("/api/v1/feedback", json=given).get_json()
    reply = client.post("/api/v1/ask", json={"question": "Rechnung", "conversation": after["conversation"]})
    choices = [each["id"] for each in reply.get_json()["articles"]]
    assert "find-invoice" not in choices
    assert len(choices) >= 2


def test_it_is_asked_back_once_only(client: FlaskClient) -> None:
    page = ask(client, "Rechnung")
    again = Page.of(client.post("/", data={**page.carried, "question": "Vertrag"}))
    assert again.title.startswith("Ein Mensch hilft Ihnen weiter")


def test_the_way_back_shows_the_choices_again(client: FlaskClient) -> None:
    page = ask(client, "Rechnung")
    again = Page.of(client.post("/conversation", data=page.carried))
    assert again.title.startswith("Worum geht es genau?")
    english = Page.of(client.post("/conversation?lang=en", data=page.carried))
    assert english.title.startswith("What exactly is it about?")
    assert "Where do I find my invoice" in english.text


@pytest.mark.parametrize("text", ["hallo", "Apfelkuchen", "Rechnung Apfel Birne Kirsche"])
def test_what_tells_nothing_or_more_goes_to_a_person(client: FlaskClient, text: str) -> None:
    assert ask(client, text).title.startswith("Ein Mensch hilft Ihnen weiter")


@pytest.mark.parametrize(
    ("text", "query", "language"),
    [("Router", "", "de"), ("Router", "?lang=en", "en"), ("Internet", "", "de"), ("invoice", "", "en")],
)
def test_a_word_of_both_languages_leaves_the_page_in_its_own(
    client: FlaskClient, text: str, query: str, language: str
) -> None:
    assert ask(client, text, query).language == language


def test_the_first_page_offers_examples_that_answer(client: FlaskClient) -> None:
    page = Page.of(client.get("/"))
    examples = [given["value"] for given in page.buttons if given.get("name") == "choice"]
    assert len(examples) == len(set(examples)) == 3
    answer = Page.of(client.post("/choose", data={"choice": examples[0]}))
    assert answer.title.startswith("Antwort: ")
    assert not Page.of(client.get(f"/articles/{examples[0]}")).has_button("choice")


def test_a_topic_lists_titles_with_what_many_ask_first(client: FlaskClient) -> None:
    html = client.get("/topics/invoices").get_data(as_text=True)
    assert html.index("/articles/find-invoice") < html.index("/articles/final-invoice")
    assert "36 Monate" not in html, "no answers between the titles"


def test_in_an_emergency_the_number_comes_first(client: FlaskClient) -> None:
    page = ask(client, "Handy weg sim sperren sofort")
    assert page.text.index("0800 000 1116") < page.text.index("Das ist ein Schreck.")
    assert "Fax" not in page.text.partition("Andere Wege zu uns")[2].partition("Weiterfragen")[0]


def test_my_request_is_a_link_where_articles_name_it(client: FlaskClient) -> None:
    german = client.get("/articles/complaint-status").get_data(as_text=True)
    assert german.count('<a href="/status">Meine Anfrage</a>') >= 2
    english = client.get("/articles/complaint-status?lang=en").get_data(as_text=True)
    assert '<a href="/status?lang=en">My request</a>' in english
