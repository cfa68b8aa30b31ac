"""The contact form: the customer's own words are there, errors stand at their fields, nothing is lost."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from web_page import Page
from web_server import make_service

from assistant import Case, Decision, Runtime
from assistant.promise import make_promise
from corpus.settings import Settings
from webui import create_app

pytest_plugins = ["web_client"]


def opened(service: Runtime, page: Page) -> Case:
    case = service.cases.find(page.fields["number"], page.fields["code"])
    assert case is not None
    return case


def filled(page: Page, **fields: str) -> dict[str, str]:
    return {**page.fields, "email": "erika@example.org", **fields}


def test_plain_form_is_empty_and_shows_other_ways(client: FlaskClient) -> None:
    page = Page.of(client.get("/contact"))
    assert page.fields["message"].strip() == ""
    assert page.fields["website"] == ""
    assert page.html.count('class="channel-name"') == 3
    assert "Sie bekommen spätestens" in page.text


def test_form_from_a_thread_holds_the_customers_own_words(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    thread = Page.of(client.post("/", data={"question": examples[Decision.ANSWER]}))
    page = Page.of(client.post("/contact", data={**thread.carried, "question": "und noch etwas"}))
    assert page.fields["message"].strip() == f"{examples[Decision.ANSWER]}\n\nund noch etwas"


def test_sent_message_is_a_case_with_everything_that_was_said_and_read(
    client: FlaskClient, service: Runtime, examples: dict[Decision, str]
) -> None:
    thread = Page.of(client.post("/", data={"question": examples[Decision.ANSWER]}))
    rejected = thread.button("rejected")
    after = Page.of(client.post("/feedback", data={**thread.carried, "rejected": rejected}))
    form = Page.of(client.post("/contact", data=after.carried))
    response = client.post("/contact/send", data=filled(form, name="Erika Muster", phone="089 1234567"))
    assert response.status_code == 200
    page = Page.of(response)
    assert page.title.startswith("Nachricht angekommen")
    assert page.fields["number"] in page.text
    assert page.fields["code"] in page.text
    assert "Sie bekommen spätestens" in page.text
    case = opened(service, page)
    assert case.message == examples[Decision.ANSWER]
    assert case.history == (examples[Decision.ANSWER],)
    assert rejected in case.articles_read
    assert case.articles_rejected == (rejected,)
    assert (case.name, case.email) == ("Erika Muster", "erika@example.org")
    assert case.language == "de"


def test_sending_the_same_form_twice_is_one_case(client: FlaskClient) -> None:
    form = filled(Page.of(client.get("/contact")), message="Bitte um Rückruf.")
    first, second = (Page.of(client.post("/contact/send", data=form)) for _ in range(2))
    assert first.fields["number"] == second.fields["number"]
    assert first.fields["code"] == second.fields["code"]


ALREADY = "Diese Nachricht haben wir schon, unter dieser Nummer."


def test_what_is_ticked_off_after_sending_is_said_to_come_too_late(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    thread = Page.of(client.post("/", data={"question": examples[Decision.ANSWER]}))
    form = filled(Page.of(client.post("/contact", data=thread.carried)), message="Bitte um Rückruf.")
    first, second = (Page.of(client.post("/contact/send", data=form)) for _ in range(2))
    assert ALREADY not in first.text + second.text, "nothing was changed"
    without = {name: value for name, value in form.items() if name != "keep-question-0"}
    other = next(topic for topic in ("privacy", "returns") if topic != form["topic"])
    for changed in (without, {**form, "topic": other}, {**form, "answer_language": "en"}):
        page = Page.of(client.post("/contact/send", data=changed))
        assert page.fields["number"] == first.fields["number"]
        assert ALREADY in page.text
    fresh = {**form, "conversation": "", "packet": ""}
    assert ALREADY not in Page.of(client.post("/contact/send", data=fresh)).text, "a draft knows no more"


def test_a_changed_text_is_a_new_message(client: FlaskClient) -> None:
    form = filled(Page.of(client.get("/contact")), message="Bitte um Rückruf.")
    first = Page.of(client.post("/contact/send", data=form))
    second = Page.of(client.post("/contact/send", data={**form, "message": "Bitte um Rückruf, morgen."}))
    assert first.fields["number"] != second.fields["number"]


def test_nobody_gets_at_a_case_with_its_submission_key_alone(client: FlaskClient) -> None:
    form = filled(Page.of(client.get("/contact")), message="Vertraulich")
    first = Page.of(client.post("/contact/send", data=form))
    other = Page.of(client.post("/contact/send", data={**form, "email": "other@example.org"}))
    assert first.fields["code"] != other.fields["code"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"message": ""}, "message"),
        ({"email": ""}, "email"),
        ({"email": "erika@"}, "email"),
        ({"email": "", "phone": "12"}, "phone"),
        ({"name": "x" * 300}, "name"),
        ({"message": "x" * 20_001}, "message"),
    ],
)
def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(
    client: FlaskClient, fields: dict[str, str], wrong: str
) -> None:
    form = {**filled(Page.of(client.get("/contact")), message="Mein Anliegen", name="Erika"), **fields}
    response = client.post("/contact/send", data=form)
    page = Page.of(response)
    assert response.status_code == 422
    assert page.title.startswith("Bitte prüfen")
    assert f'id="{wrong}-error"' in page.html
    assert f'href="#{wrong}"' in page.html
    assert 'href="/contact"' not in page.html
    for name in ("message", "email", "phone", "name", "submission_key"):
        assert page.fields[name].strip() == form[name]


def test_corrected_form_is_accepted(client: FlaskClient) -> None:
    form = filled(Page.of(client.get("/contact")), message="Hallo", email="nope")
    again = Page.of(client.post("/contact/send", data=form))
    done = client.post("/contact/send", data=filled(again))
    assert done.status_code == 200


def test_filled_trap_field_stores_nothing_and_explains(client: FlaskClient, service: Runtime) -> None:
    form = filled(Page.of(client.get("/contact")), message="Kaufen Sie", website="https://spam.example")
    before = len(service.cases.list_open())
    response = client.post("/contact/send", data=form)
    assert response.status_code == 422
    assert "Bitte lassen Sie dieses Feld leer." in Page.of(response).text
    assert len(service.cases.list_open()) == before


def test_a_trap_field_that_a_browser_filled_can_be_corrected(client: FlaskClient, service: Runtime) -> None:
    form = filled(Page.of(client.get("/contact")), message="Mein Anliegen", website="Muster AG")
    page = Page.of(client.post("/contact/send", data=form))
    assert page.fields["website"] == ""
    assert ("input", "website") in {(tag, given.get("id")) for tag, given in page.tags}
    assert 'class="row unseen"' not in page.html
    assert (
        opened(service, Page.of(client.post("/contact/send", data=filled(page)))).message == "Mein Anliegen"
    )


def test_escalation_gives_priority_from_the_thread_and_from_the_message(
    client: FlaskClient, service: Runtime, examples: dict[Decision, str]
) -> None:
    thread = Page.of(client.post("/", data={"question": examples[Decision.ESCALATE]}))
    from_thread = Page.of(client.post("/contact/send", data=filled(thread, message="Bitte melden")))
    plain = Page.of(client.get("/contact"))
    from_text = Page.of(client.post("/contact/send", data=filled(plain, message=examples[Decision.ESCALATE])))
    for page in (from_thread, from_text):
        case = opened(service, page)
        assert case.priority != "normal"
        assert case.escalation is not None
        assert case.team in {team.id for team in service.assistant.corpus.company.teams}


EXAMPLES_ALONE = "Bitte kündigen Sie alles zum Monatsende, danach wird es mich nicht mehr geben."
LOOKS_LIKE_ONE = "Bieten Sie einen Rechtsschutz gegen Mobbing im Internet an?"


@pytest.mark.parametrize(("text", "escalates"), [(EXAMPLES_ALONE, True), (LOOKS_LIKE_ONE, False)])
def test_a_typed_report_is_judged_as_a_question_is(
    client: FlaskClient, service: Runtime, text: str, escalates: bool
) -> None:
    by_pattern = service.assistant.triage.match(text) is not None
    assert by_pattern is not escalates, "only the examples tell"
    case = opened(
        service,
        Page.of(client.post("/contact/send", data=filled(Page.of(client.get("/contact")), message=text))),
    )
    given = {"message": text, "email": "erika@example.org"}
    sent = client.post("/api/v1/cases", json=given).json
    by_api = service.cases.find(sent["number"], sent["code"])
    assert by_api is not None
    for each in (case, by_api):
        assert (each.escalation is not None, each.priority != "normal") == (escalates, escalates)


def test_an_altered_token_gives_no_priority(client: FlaskClient, service: Runtime) -> None:
    form = filled(Page.of(client.get("/contact")), message="Guten Tag", conversation="e30.forged.sig")
    assert opened(service, Page.of(client.post("/contact/send", data=form))).priority == "normal"


def test_topic_of_a_plain_message_reaches_the_right_team(
    client: FlaskClient, service: Runtime, examples: dict[Decision, str]
) -> None:
    form = filled(Page.of(client.get("/contact")), message=examples[Decision.ANSWER])
    case = opened(service, Page.of(client.post("/contact/send", data=form)))
    assert case.topic is not None
    assert case.team == service.assistant.corpus.company.team_for(case.topic).id


def test_suggestions_stand_beside_the_form_after_an_error(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    form = filled(Page.of(client.get("/contact")), message=examples[Decision.ANSWER], email="")
    page = Page.of(client.post("/contact/send", data=form))
    beside = page.html.partition('class="suggestions"')[2]
    assert 1 <= beside.count("<details") <= 3
    assert "Nachricht senden" not in beside


def test_no_suggestions_for_whom_a_person_must_help(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    form = filled(Page.of(client.get("/contact")), message=examples[Decision.ESCALATE], email="")
    page = Page.of(client.post("/contact/send", data=form))
    assert 'class="suggestions"' not in page.html
    assert "Ihre Nachricht hat Vorrang" in page.text


def test_switching_the_language_keeps_what_was_typed(client: FlaskClient) -> None:
    form = filled(Page.of(client.get("/contact")), message="Halb fertig", name="Erika")
    page = Page.of(client.post("/contact?lang=en", data=form))
    assert page.language == "en"
    assert page.fields["message"].strip() == "Halb fertig"
    assert page.fields["name"] == "Erika"
    assert page.fields["submission_key"] == form["submission_key"]
    assert 'class="errors"' not in page.html


def test_message_is_escaped_on_every_page_that_shows_it(client: FlaskClient) -> None:
    form = filled(Page.of(client.get("/contact")), message="</textarea><script>alert(1)</script>")
    error = client.post("/contact/send", data={**form, "email": ""}).get_data(as_text=True)
    sent = client.post("/contact/send", data=form)
    page = Page.of(sent)
    shown = client.post("/status", data={"number": page.fields["number"], "code": page.fields["code"]})
    for html in (error, page.html, shown.get_data(as_text=True)):
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_database_outage_is_told_and_the_text_stays_while_questions_are_answered(
    shipped: Settings, tmp_path: Path, examples: dict[Decision, str]
) -> None:
    runtime = make_service(shipped, tmp_path)
    try:
        client = create_app(runtime).test_client()
        form = filled(Page.of(client.get("/contact")), message="Bitte speichern")
        with sqlite3.connect(tmp_path / "web.sqlite3") as database:
            for table in ("outbox", "case_events", "feedback", "cases", "questions"):
                database.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
        database.close()
        response = client.post("/contact/send", data=form)
        page = Page.of(response)
        assert response.status_code == 503
        assert "nicht speichern" in page.text
        assert page.fields["message"].strip() == "Bitte speichern"
        answer = client.post("/", data={"question": examples[Decision.ANSWER]})
        assert answer.status_code == 200
        assert Page.of(answer).has_button("helped")
        status = client.post("/status", data={"number": "K-26-000001", "code": "x"})
        assert status.status_code == 503
        assert "0800" in Page.of(status).text
        api = client.post("/api/v1/cases", json={"message": "x", "email": "a@example.org"})
        assert (api.status_code, api.json["error"]["code"]) == (503, "unavailable")
    finally:
        runtime.close()


def promised(page: Page) -> str:
    return next(line for line in page.text.splitlines() if line.startswith("Sie bekommen spätestens"))


MATTERS = [
    "Wo finde ich meine Rechnung?",
    "Mein Internet ist ausgefallen",
    "Mein Handy wurde gestohlen!",
    "Ich möchte mich beschweren, das ist eine Frechheit!",
    "Ich will mit einem Menschen sprechen",
    "Wie hoch ist der Mond heute Nacht über Grönland?",
    "Welche Daten haben Sie über mich gespeichert?",
]


@pytest.mark.parametrize("text", MATTERS)
def test_every_page_promises_the_same_for_the_same_text(
    client: FlaskClient, service: Runtime, text: str
) -> None:
    thread = Page.of(client.post("/", data={"question": text}))
    form = Page.of(client.post("/contact", data=thread.carried))
    wrong = Page.of(client.post("/contact/send", data={**filled(form), "email": ""}))
    pages = [form, wrong]
    if "message" in thread.fields:
        pages.append(thread)
    sent = Page.of(client.post("/contact/send", data=filled(wrong)))
    assert {promised(page) for page in pages} == {promised(sent)}
    assert {page.fields["team"] for page in pages} == {opened(service, sent).team}


@pytest.mark.parametrize("shown", ["", *MATTERS])
@pytest.mark.parametrize("typed", MATTERS)
def test_an_edited_text_makes_no_later_promise(
    client: FlaskClient, service: Runtime, shown: str, typed: str
) -> None:
    form = Page.of(client.post("/contact", data={"question": shown}))
    company = service.assistant.corpus.company
    team = next(each for each in company.teams if each.id == form.fields["team"])
    known = service.tokens.load(form.fields["conversation"]).escalated
    rules = service.assistant.corpus.escalation.reasons
    urgent = any(each.id == known and each.priority == "urgent" for each in rules)
    sent = Page.of(client.post("/contact/send", data=filled(form, message=typed)))
    case = opened(service, sent)
    limit = make_promise(company, team, language="de", now=case.created_at, urgent=urgent)
    assert case.promised_at <= limit.latest


def test_what_turns_out_urgent_goes_to_its_team_although_another_would_be_sooner(
    client: FlaskClient, service: Runtime
) -> None:
    form = filled(Page.of(client.get("/contact")), message="Aus dem Router kommt Rauch.", team="security")
    case = opened(service, Page.of(client.post("/contact/send", data=form)))
    assert (case.priority, case.team) == ("urgent", "care")


def test_the_gravest_of_what_was_asked_and_what_is_written_counts(
    client: FlaskClient, service: Runtime
) -> None:
    stolen = Page.of(client.post("/contact", data={"question": "Mein Handy wurde gestohlen!"}))
    form = filled(stolen, message="Aus dem Router kommt Rauch.")
    burning = opened(service, Page.of(client.post("/contact/send", data=form)))
    assert service.tokens.load(form["conversation"]).escalated == "lost-device"
    assert burning.escalation == "danger"


def test_a_forged_team_is_ignored(client: FlaskClient, service: Runtime) -> None:
    form = filled(Page.of(client.get("/contact")), message=MATTERS[0], team="nobody")
    case = opened(service, Page.of(client.post("/contact/send", data=form)))
    assert case.team == service.assistant.corpus.company.team_for(case.topic).id


@pytest.mark.parametrize("path", ["/contact", "/contact/send"])
def test_a_huge_message_is_refused_at_once_and_stays_in_the_field(client: FlaskClient, path: str) -> None:
    text = "ich will einen echten menschen sprechen nicht " * 8_700
    started = time.perf_counter()
    response = client.post(path, data={"message": text, "email": "erika@example.org"})
    took = time.perf_counter() - started
    page = Page.of(response)
    assert response.status_code == 422
    assert "höchstens 20.000 Zeichen" in page.text
    assert page.fields["message"].strip() == text.strip()
    assert took < 5


def test_a_report_at_the_end_of_a_long_message_is_found(client: FlaskClient, service: Runtime) -> None:
    form = Page.of(client.get("/contact"))
    late = "Guten Tag. " * 400 + "Mein Handy wurde gestohlen!"
    case = opened(service, Page.of(client.post("/contact/send", data=filled(form, message=late))))
    assert (case.escalation, case.team) == ("lost-device", "security")
