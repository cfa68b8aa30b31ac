"""The help page: every outcome of a question, feedback, choices, and text of any kind."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from web_page import Page

from assistant import Decision, Runtime, Turn
from assistant.tables import FeedbackRow
from webui.reasons import REASONS

pytest_plugins = ["web_client"]
PACKED = {"Accept-Encoding": "gzip"}


def ask(client: FlaskClient, text: str, **fields: str) -> Page:
    response = client.post("/", data={"question": text, **fields})
    assert response.status_code == 200
    return Page.of(response)


def test_first_page_puts_the_question_first_and_shows_topics_and_a_person(client: FlaskClient) -> None:
    page = Page.of(client.get("/"))
    assert page.title.startswith("Womit können wir helfen?")
    assert page.html.index('id="question"') < page.html.index('class="topics"')
    assert "Mit einem Menschen sprechen" in page.text
    assert "Beispielfirma" in page.text
    assert 'href="tel:' in page.html


def test_first_page_with_all_its_parts_weighs_at_most_30_kilobytes(client: FlaskClient) -> None:
    parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").get_data(as_text=True))
    assert len(parts) == 3
    total = 0
    for part in ("/", *parts):
        with client.get(part, headers=PACKED) as response:
            total += len(response.data)
    assert total <= 30 * 1024


def test_answer_shows_the_words_the_article_and_why(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    page = ask(client, examples[Decision.ANSWER])
    assert page.title.startswith("Antwort: ")
    assert examples[Decision.ANSWER] in page.text
    assert "Gefunden, weil es zu „" not in page.text, "asked by its title"
    other = ask(client, "wo ist denn bloß mein paket")
    assert "Gefunden, weil es zu „" in other.text
    echo = ask(client, "Wo ist mein Paket?")
    assert "Antwort: Wo ist meine Bestellung?" in echo.title
    assert "Gefunden, weil es zu „" not in echo.text, "asked in a phrasing's words"
    assert "Ganzen Artikel lesen" in page.text
    assert page.has_button("helped")
    assert page.has_button("rejected")
    assert page.fields["conversation"]
    assert int(page.fields["question_id"]) > 0


def test_question_is_recorded_once(
    client: FlaskClient, service: Runtime, examples: dict[Decision, str]
) -> None:
    first = ask(client, examples[Decision.ANSWER])
    second = ask(client, examples[Decision.ANSWER], **first.carried)
    assert int(second.fields["question_id"]) == int(first.fields["question_id"]) + 1


def test_clarify_offers_titles_and_a_choice_answers(
    client: FlaskClient, service: Runtime, examples: dict[Decision, str]
) -> None:
    page = ask(client, examples[Decision.CLARIFY])
    choices = [given["value"] for given in page.buttons if given.get("name") == "choice"]
    assert 3 <= len(choices) <= 4
    assert choices[-1] == ""
    chosen = Page.of(client.post("/choose", data={**page.carried, "choice": choices[0]}))
    assert chosen.title.startswith("Antwort: ")
    assert choices[0] in service.tokens.load(chosen.fields["conversation"]).read


@pytest.mark.parametrize("choice", ["", "no-such-article", "<script>"])
def test_none_of_the_choices_leads_to_a_person(
    client: FlaskClient, examples: dict[Decision, str], choice: str
) -> None:
    page = ask(client, examples[Decision.CLARIFY])
    after = Page.of(client.post("/choose", data={**page.carried, "choice": choice}))
    assert after.fields["message"].strip() == examples[Decision.CLARIFY]
    assert "submission_key" in after.fields


def test_suggest_shows_at_most_three_articles_beside_the_form(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    page = ask(client, examples[Decision.SUGGEST])
    assert 1 <= page.html.count("<details") - page.html.count('<details class="packet"') <= 3
    assert page.fields["message"].strip() == examples[Decision.SUGGEST]


def test_hand_over_is_honest_and_says_until_when_an_answer_comes(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    page = ask(client, examples[Decision.HAND_OVER])
    assert page.title.startswith("Ein Mensch hilft Ihnen weiter")
    assert "Sie bekommen spätestens" in page.text
    assert page.html.count('class="channel-name"') == 3


def test_escalation_shows_the_direct_route_first_and_priority(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    page = ask(client, examples[Decision.ESCALATE])
    assert "0800 000 1116" in page.text
    assert page.text.index("0800 000 1116") < page.text.index("Ihre Nachricht hat Vorrang")
    assert page.text.count("0800 000 1116") == 1


def test_what_may_help_until_then_stands_below_the_way_to_a_person(client: FlaskClient) -> None:
    page = ask(client, "Mein Handy wurde gestohlen. Wie bekomme ich eine Ersatz-SIM-Karte?")
    assert "0800 000 1116" in page.text
    assert page.html.index('id="message"') < page.html.index("/articles/replace-sim")
    assert "Bis dahin hilft vielleicht schon" in page.text


def test_the_urgent_way_stays_whether_an_article_helped_or_not(client: FlaskClient) -> None:
    page = ask(client, "Mein Handy wurde gestohlen. Wie bekomme ich eine Ersatz-SIM-Karte?")
    no = Page.of(client.post("/feedback", data={**page.carried, "rejected": "replace-sim"}))
    assert "0800 000 1116" in no.text
    assert 'class="card urgent"' in no.html
    assert "/articles/replace-sim" not in no.html
    again = Page.of(client.post("/feedback", data={**no.carried, "rejected": "block-sim"}))
    assert "0800 000 1116" in again.text
    assert 'class="card urgent"' in again.html
    yes = Page.of(client.post("/feedback", data={**page.carried, "helped": "replace-sim"}))
    assert yes.title.startswith("Das freut uns")
    assert "0800 000 1116" in Page.of(client.post("/conversation", data=yes.carried)).text


def test_yes_is_thanked_for(client: FlaskClient, examples: dict[Decision, str]) -> None:
    page = ask(client, examples[Decision.ANSWER])
    after = Page.of(client.post("/feedback", data={**page.carried, "helped": page.button("helped")}))
    assert after.title.startswith("Das freut uns")
    assert "question" in after.fields


def test_a_rejected_article_never_comes_back_and_after_two_only_a_person_helps(
    client: FlaskClient, service: Runtime, examples: dict[Decision, str]
) -> None:
    page = ask(client, examples[Decision.ANSWER])
    first = page.button("rejected")
    after = Page.of(client.post("/feedback/unclear", data={**page.carried, "rejected": first}))
    assert "Schade" in after.text
    assert f'value="{first}"' not in after.html
    other = next(key for key in service.assistant.corpus.articles if key != first)
    last = Page.of(client.post("/feedback", data={**after.carried, "rejected": other}))
    assert last.title.startswith("Ein Mensch hilft Ihnen weiter")
    assert "question" not in last.fields
    assert last.fields["message"].strip() == examples[Decision.ANSWER]
    asked_again = ask(client, examples[Decision.ANSWER], **last.carried)
    assert not asked_again.has_button("helped")


def test_every_reason_is_a_button_and_is_recorded(
    client: FlaskClient, service: Runtime, examples: dict[Decision, str]
) -> None:
    page = ask(client, examples[Decision.ANSWER])
    reasons = [
        given["formaction"].rpartition("/")[2] for given in page.buttons if given.get("name") == "rejected"
    ]
    assert tuple(reasons) == REASONS
    article = page.button("rejected")
    for reason in reasons:
        client.post(f"/feedback/{reason}", data={**page.carried, "rejected": article})
    client.post("/feedback/wrong", data={**page.carried, "rejected": article, "reason": "Das Bild fehlt"})
    with service.database.reading() as session:
        told = session.scalars(
            select(FeedbackRow.reason).where(FeedbackRow.question_id == int(page.fields["question_id"]))
        ).all()
    assert told == [*REASONS, "wrong: Das Bild fehlt"]
    assert client.post("/feedback/no-such-reason", data={"rejected": article}).status_code == 404


def test_a_suggestion_answers_and_takes_the_typed_words_along(client: FlaskClient, service: Runtime) -> None:
    first = ask(client, "Wo ist mein Paket?")
    fields = {"question": "where is my inv", "choice": "find-invoice", **first.carried}
    page = Page.of(client.post("/choose", data=fields))
    assert page.title.startswith("Answer: ")
    assert page.html.count('class="words"') == 2
    assert 'data-sent="question"' in page.html
    assert int(page.fields["question_id"]) > int(first.fields["question_id"])
    conversation = service.tokens.load(page.fields["conversation"])
    assert conversation.turns[-1] == Turn("where is my inv", "answer", ("find-invoice",))


def test_who_reports_a_theft_gets_the_urgent_way_whatever_was_picked(client: FlaskClient) -> None:
    fields = {"question": "Mein Handy wurde gestohlen!", "choice": "find-invoice"}
    assert "0800 000 1116" in Page.of(client.post("/choose", data=fields)).text


def test_a_rejected_follow_up_leads_on_with_the_question_before(client: FlaskClient) -> None:
    first = ask(client, "Wo ist mein Paket?")
    then = ask(client, "und wie lange dauert das?", **first.carried)
    article = then.button("rejected")
    after = Page.of(client.post("/feedback/wrong", data={**then.carried, "rejected": article}))
    assert after.title.startswith("Antwort: ")
    assert f'value="{article}"' not in after.html


def test_extract_stays_when_the_language_is_switched(client: FlaskClient) -> None:
    first = ask(client, "Wo ist mein Paket?")
    then = ask(client, "und wie lange dauert das?", **first.carried)
    english = Page.of(client.post("/conversation?lang=en", data=then.carried))
    assert "2 to 4 working days" in english.text
    assert "Understood together with your question “Wo ist mein Paket?”" in english.text


def test_a_suggestion_that_is_gone_asks_what_was_typed(client: FlaskClient) -> None:
    page = Page.of(client.post("/choose", data={"question": "Wo ist mein Paket?", "choice": "gone"}))
    assert page.title.startswith("Antwort: ")


def test_follow_up_says_what_it_was_understood_with_and_what_the_article_says(client: FlaskClient) -> None:
    first = ask(client, "Wo ist mein Paket?")
    page = ask(client, "und wie lange dauert das?", **first.carried)
    assert "Verstanden im Zusammenhang mit Ihrer Frage „Wo ist mein Paket?“" in page.text
    assert "2 bis 4 Werktage" in page.text
    assert page.html.count("<strong>Dauer und Kosten</strong>") == 1


def test_feedback_on_an_unknown_article_is_not_found(client: FlaskClient) -> None:
    assert client.post("/feedback", data={"helped": "no-such-article"}).status_code == 404


def test_conversation_goes_on_and_shows_what_was_said(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    first = ask(client, examples[Decision.ANSWER])
    second = ask(client, examples[Decision.HAND_OVER], **first.carried)
    assert examples[Decision.ANSWER] in second.text
    assert "Gefunden: " in second.text
    assert second.fields["message"].strip().split("\n\n") == [
        examples[Decision.ANSWER],
        examples[Decision.HAND_OVER],
    ]


@pytest.mark.parametrize("decision", list(Decision))
def test_conversation_can_be_opened_again(
    client: FlaskClient, examples: dict[Decision, str], decision: Decision
) -> None:
    page = ask(client, examples[decision])
    again = Page.of(client.post("/conversation", data={**page.carried, "question": "ein Entwurf"}))
    assert again.title == page.title
    assert again.fields["question"].strip() == "ein Entwurf"


def test_conversation_opens_again_in_the_other_language(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    page = ask(client, examples[Decision.ANSWER])
    again = Page.of(client.post("/conversation?lang=en", data=page.carried))
    assert again.language == "en"
    assert again.title.startswith("Answer: ")
    assert "Did this answer your question?" in again.text


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ü" * 50, "{}", "é.é.é"])
def test_altered_token_starts_a_fresh_conversation(
    client: FlaskClient, examples: dict[Decision, str], token: str
) -> None:
    page = ask(client, examples[Decision.ANSWER], conversation=token, question_id="nonsense")
    assert page.html.count('class="words"') == 1


def test_altered_signature_starts_a_fresh_conversation(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    token = ask(client, examples[Decision.HAND_OVER]).fields["conversation"]
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    page = ask(client, examples[Decision.ANSWER], conversation=changed)
    assert examples[Decision.HAND_OVER] not in page.text


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x01"])
def test_empty_question_is_asked_for_again(client: FlaskClient, text: str) -> None:
    response = client.post("/", data={"question": text})
    page = Page.of(response)
    assert response.status_code == 422
    assert "Bitte schreiben Sie Ihre Frage in ein paar Worten." in page.text
    assert 'aria-describedby="question-error' in page.html


def test_too_long_question_stays_in_the_field_and_can_go_to_a_person(client: FlaskClient) -> None:
    text = "Wort " * 2000
    response = client.post("/", data={"question": text})
    page = Page.of(response)
    assert response.status_code == 422
    assert page.fields["question"].strip() == text.strip()
    assert "4000 Zeichen" in page.text
    assert 'formaction="/contact"' in page.html
    contact = Page.of(client.post("/contact", data={"question": page.fields["question"]}))
    assert contact.fields["message"].strip() == text.strip()


def test_empty_follow_up_keeps_the_conversation(client: FlaskClient, examples: dict[Decision, str]) -> None:
    page = ask(client, examples[Decision.ANSWER])
    response = client.post("/", data={**page.carried, "question": ""})
    assert response.status_code == 422
    assert examples[Decision.ANSWER] in Page.of(response).text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE questions; --",
        "{{ 7*7 }} {% raw %}",
        "مرحبا كيف حالك",
        "😀😀😀",
        "\u202eesrever\u202c",
        "a\x00b\x1b[31mc",
        "ﬀ" * 500,
        "%s %(limit)s %d",
        "../../etc/passwd",
        "\U000e0001\u200b\ufeff?",
    ],
)
def test_odd_text_is_answered_calmly_and_escaped(client: FlaskClient, text: str) -> None:
    response = client.post("/", data={"question": text})
    assert response.status_code in {200, 422}
    page = response.get_data(as_text=True)
    assert "<script>alert" not in page
    assert "49" not in re.findall(r'<p class="words"><bdi>(.*?)</bdi>', page)


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"question=\xff\xfe", b"question=%ff%fe", b"=&=&%", b"\x00" * 99]
)
def test_broken_form_bodies_are_answered_calmly(client: FlaskClient, body: bytes) -> None:
    response = client.post("/", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {200, 422}


def test_a_question_in_the_address_is_not_asked(client: FlaskClient, examples: dict[Decision, str]) -> None:
    page = Page.of(client.get("/", query_string={"q": examples[Decision.ANSWER], "question": "x"}))
    assert page.title.startswith("Womit können wir helfen?")
    assert examples[Decision.ANSWER] not in page.text


def test_topic_lists_its_articles(client: FlaskClient, service: Runtime) -> None:
    article = next(iter(service.assistant.corpus.articles.values()))
    page = Page.of(client.get(f"/topics/{article.topic}"))
    assert f"/articles/{article.id}" in page.html
    assert client.get("/topics/nowhere").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), str(10**30), "9" * 5000])
def test_feedback_with_an_impossible_question_id_is_answered(
    client: FlaskClient, service: Runtime, number: str
) -> None:
    article = next(iter(service.assistant.corpus.articles))
    assert client.post("/feedback", data={"helped": article, "question_id": number}).status_code == 200


@pytest.mark.parametrize("language", ["de", "en"])
def test_example_in_the_question_field_is_answered_directly(client: FlaskClient, language: str) -> None:
    home = Page.of(client.get(f"/?lang={language}"))
    field = next(given for tag, given in home.tags if tag == "textarea")
    page = ask(client, field["placeholder"].partition(": ")[2])
    assert page.title.startswith(("Antwort: ", "Answer: "))


def test_typed_text_goes_along_to_a_person_from_every_question_field(
    client: FlaskClient, service: Runtime
) -> None:
    article = next(iter(service.assistant.corpus.articles.values()))
    pages = [
        client.get("/"),
        client.get(f"/topics/{article.topic}"),
        client.get(f"/articles/{article.id}"),
        client.post("/", data={"question": "x" * 5_000}),
    ]
    for response in pages:
        page = Page.of(response)
        ways = [given for given in page.buttons if given.get("formaction") == "/contact"]
        assert ways
        assert all(given["form"] == "ask-form" for given in ways)
        assert '<a class="button second" href="/contact"' not in page.html


def test_lost_conversation_is_not_said_to_stand_in_the_message(client: FlaskClient) -> None:
    page = Page.of(client.post("/choose", data={"conversation": "expired", "choice": ""}))
    assert page.fields["message"].strip() == ""
    assert "steht schon in der Nachricht" not in page.text
    assert "Bitte schreiben Sie uns, worum es geht." in page.text


def test_only_an_answer_or_a_chosen_article_counts_as_found(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    offered = ask(client, examples[Decision.SUGGEST])
    after = ask(client, examples[Decision.HAND_OVER], **offered.carried)
    assert "Gefunden: " not in after.text
    clarify = ask(client, examples[Decision.CLARIFY])
    chosen = Page.of(client.post("/choose", data={**clarify.carried, "choice": clarify.button("choice")}))
    after = ask(client, examples[Decision.HAND_OVER], **chosen.carried)
    assert "Gefunden: " in after.text


def test_urgent_number_tells_its_cost(
    client: FlaskClient, service: Runtime, examples: dict[Decision, str]
) -> None:
    page = ask(client, examples[Decision.ESCALATE])
    company = service.assistant.corpus.company
    channel = next(each for each in company.channels if each.address == "0800 000 1116")
    box = page.text[page.text.index(channel.address) : page.text.index("Ihre Nachricht hat Vorrang")]
    assert channel.cost.de in box
