"""Ways to a person on the pages: below answers, with consent, in emergencies, and by fax."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from companies import berlin, shipped_company
from flask import Flask
from flask.testing import FlaskClient
from web_page import Page
from web_server import make_service

from assistant import Assistant, Conversation, Decision, HandOver, Runtime
from assistant.channels import advise_channels
from corpus.settings import Settings
from webui import create_app
from webui.outcome import Outcome

pytest_plugins = ["web_client"]
STOLEN = "Mein Handy wurde gestohlen!"


def sent(client: FlaskClient, **fields: str) -> Page:
    form = Page.of(client.get("/contact")).fields
    given = {**form, "message": "Wo finde ich meine Rechnung?", "email": "erika@example.org", **fields}
    return Page.of(client.post("/contact/send", data=given))


def test_an_answer_shows_the_best_way_to_a_person_and_folds_the_others(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    page = Page.of(client.post("/", data={"question": examples[Decision.ANSWER]}))
    _, _, direct = page.html.partition('<section class="direct"')
    assert "Lieber mit jemandem sprechen?" in direct
    best, _, folded = direct.partition("<details>")
    assert best.count("<strong>") == 1
    assert 'class="reason"' in best
    assert folded.count('class="channel-name"') == 3
    assert "<details>" in direct
    english = client.post("/?lang=en", data={"question": "Where do I find my invoice?"})
    assert "Would you rather talk to someone?" in english.get_data(as_text=True)


@pytest.mark.parametrize("decision", [each for each in Decision if each is not Decision.ANSWER])
def test_other_outcomes_show_their_channels_elsewhere(
    client: FlaskClient, examples: dict[Decision, str], decision: Decision
) -> None:
    page = client.post("/", data={"question": examples[decision]}).get_data(as_text=True)
    assert 'class="direct"' not in page


def test_the_form_below_an_answer_takes_the_conversation_along(
    client: FlaskClient, assistant: Assistant, service: Runtime
) -> None:
    night = berlin("2026-11-03 23:30")
    reply = assistant.choose("data-copy", language="de", conversation=Conversation.start(), now=night)
    assert reply is not None
    assert Outcome.of(reply).direct[0].id == "contact-form"
    assert all(not each.discouraged for each in Outcome.of(reply).direct)
    thread = Page.of(client.post("/", data={"question": "Welche Daten haben Sie über mich gespeichert?"}))
    assert 'formaction="/contact"' in thread.html


@pytest.mark.parametrize("before", ["", "Wo finde ich meine Rechnung?", "Mein Internet ist ausgefallen"])
@pytest.mark.parametrize(
    "moment", ["2026-11-03 10:00", "2026-11-03 23:30", "2026-11-08 11:00", "2026-12-25 03:00"]
)
def test_a_stolen_phone_leads_to_the_emergency_line_whatever_was_asked_before(
    assistant: Assistant, before: str, moment: str
) -> None:
    conversation, now = Conversation.start(), berlin(moment)
    if before:
        conversation = assistant.ask(
            before, page_language="de", conversation=conversation, now=now
        ).conversation
    reply = assistant.ask(STOLEN, page_language="de", conversation=conversation, now=now)
    assert reply.escalated
    assert reply.escalated.action_channel == reply.channels[0]
    assert reply.channels[0].id == "security-hotline"
    assert reply.channels[0].open_now
    assert all(each.open_now for each in reply.channels)


def test_the_form_of_an_emergency_names_its_line_and_that_of_another_urgent_case_does_not(
    client: FlaskClient,
) -> None:
    stolen = client.post("/contact", data={"message": STOLEN}).get_data(as_text=True)
    assert "Sicherheitshotline" in stolen
    danger = client.post("/contact", data={"message": "Mein Router brennt!"}).get_data(as_text=True)
    assert 'class="priority"' in danger
    assert "Sicherheitshotline" not in danger


def test_consent_stands_before_the_address_of_remote_help(app: Flask) -> None:
    now = berlin("2026-11-03 10:00")
    advised = advise_channels(shipped_company(), "faults", language="de", now=now)
    with app.test_request_context("/"):
        shown = app.jinja_env.get_template("contact/_channels.html").module
        html = str(shown.channel_list(advised))  # type: ignore[attr-defined]
        line = str(shown.direct_line([each for each in advised if each.consent], "thread-form"))  # type: ignore[attr-defined]
    _, _, item = html.partition("Fernhilfe mit Bildschirmfreigabe")
    assert item.index("Passwörter und PINs") < item.index('class="channel-address"')
    assert html.count('class="consent"') == 1
    assert line.index("Passwörter und PINs") < line.index("mein.musterkom.example/chat")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_case_has_a_fax_cover_sheet_without_its_code(client: FlaskClient, language: str) -> None:
    receipt = sent(client, name="Erika Muster", phone="089 1234567")
    assert 'formaction="/status/fax"' in receipt.html
    keys = {"number": receipt.fields["number"], "code": receipt.fields["code"]}
    assert 'formaction="/status/fax"' in Page.of(client.post("/status", data=keys)).html
    page = Page.of(client.post(f"/status/fax?lang={language}", data=keys))
    fax = next(each for each in shipped_company().channels if each.id == "fax")
    assert page.language == language
    assert ("Fax-Deckblatt" if language == "de" else "Fax cover sheet") in page.title
    assert keys["number"] in page.text
    assert fax.address in page.text
    assert keys["code"] not in page.text
    values = {
        given["id"]: given.get("value", "") for tag, given in page.tags if tag == "input" and "id" in given
    }
    assert values == {"sender": "Erika Muster", "customer": "", "reply": "+49 89 1234567", "pages": ""}
    back = Page.of(client.post("/status", data={name: page.fields[name] for name in ("number", "code")}))
    assert keys["number"] in back.title


def test_the_sheet_opens_by_number_and_code_alone(client: FlaskClient) -> None:
    keys = {"number": sent(client).fields["number"], "code": "wrong"}
    assert client.post("/status/fax", data=keys).status_code == 404
    response = client.get("/status/fax")
    assert (response.status_code, response.headers["Location"]) == (302, "/status")


@pytest.fixture
def busy(shipped: Settings, tmp_path: Path) -> Iterator[Runtime]:
    """A service whose billing team has more to do than it can answer in its sixteen hours."""
    runtime = make_service(shipped, tmp_path)
    packet = HandOver("c1", "de", "invoices", "Meine Rechnung stimmt nicht.", email="erika@example.org")
    for number in range(250):
        runtime.cases.open(packet, submission_key=f"form {number}", now=berlin("2026-11-03 09:00"))
    yield runtime
    runtime.close()


def test_many_waiting_cases_make_the_promise_later_and_are_the_reason(
    busy: Runtime, client: FlaskClient
) -> None:
    visitor = create_app(busy).test_client()
    visitor.environ_base["HTTP_ACCEPT_LANGUAGE"] = "de"
    text = "Wo finde ich meine Rechnung?"
    form = Page.of(visitor.post("/contact", data={"message": text}))
    shown = promised(form)
    assert "weil gerade viele Anfragen vorliegen" in shown
    assert "gerade viele" not in promised(Page.of(client.post("/contact", data={"message": text})))
    packet = HandOver("c1", "de", "invoices", text, email="erika@example.org")
    for number in range(60):
        busy.cases.open(packet, submission_key=f"meanwhile {number}", now=berlin("2026-11-03 09:00"))
    later = Page.of(visitor.post("/contact", data={"message": text}))
    assert promised(later) != shown
    receipt = Page.of(visitor.post("/contact/send", data={**form.fields, "email": "erika@example.org"}))
    assert promised(receipt) == shown


def test_programs_are_promised_what_the_form_promises(busy: Runtime) -> None:
    visitor = create_app(busy).test_client()
    asked = visitor.post("/api/v1/ask", json={"question": "Wo finde ich meine Rechnung?"}).get_json()
    assert "weil gerade viele Anfragen vorliegen" in asked["promise"]["sentence"]
    case = {"message": "Wo finde ich meine Rechnung?", "email": "e@example.org"}
    handed = visitor.post("/api/v1/cases", json={**case, "conversation": asked["conversation"]}).get_json()
    assert handed["promise"] == asked["promise"]


def promised(page: Page) -> str:
    return next(line for line in page.text.splitlines() if line.startswith("Sie bekommen spätestens"))
