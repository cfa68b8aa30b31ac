"""The status page: opened by number and code, open for one more message."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from secrets import token_hex

import pytest
from flask.testing import FlaskClient
from web_page import Page

from assistant import HandOver, Runtime

pytest_plugins = ["web_client"]


@pytest.fixture
def keys(client: FlaskClient) -> dict[str, str]:
    """Number and code of a fresh case."""
    form = Page.of(client.get("/contact")).fields
    fields = {**form, "message": "Wo bleibt mein Paket?", "email": "erika@example.org"}
    page = Page.of(client.post("/contact/send", data=fields))
    return {"number": page.fields["number"], "code": page.fields["code"]}


def test_number_and_code_open_the_case(client: FlaskClient, keys: dict[str, str]) -> None:
    response = client.post("/status", data=keys)
    page = Page.of(response)
    assert response.status_code == 200
    assert keys["number"] in page.title
    assert "Wo bleibt mein Paket?" in page.text
    assert "Antwort spätestens:" in page.text
    assert "wird der Reihe nach bearbeitet" in page.text


def test_number_and_code_may_be_typed_carelessly(client: FlaskClient, keys: dict[str, str]) -> None:
    careless = {
        "number": " " + keys["number"].lower().replace("-", " "),
        "code": keys["code"].lower().replace("-", "") + " ",
    }
    assert client.post("/status", data=careless).status_code == 200


def test_wrong_code_is_not_told_from_an_unknown_number(client: FlaskClient, keys: dict[str, str]) -> None:
    wrong = client.post("/status", data={**keys, "code": "0000-00000-0000"})
    unknown = client.post("/status", data={"number": keys["number"][:-1] + "x", "code": keys["code"]})
    assert wrong.status_code == unknown.status_code == 404
    said = [Page.of(response).text.replace(keys["number"], "") for response in (wrong, unknown)]
    assert "Nummer und Code passen nicht zusammen" in said[0]
    assert said[0] == said[1]


def test_number_stays_in_the_field_and_the_code_does_not(client: FlaskClient, keys: dict[str, str]) -> None:
    page = Page.of(client.post("/status", data={**keys, "code": "wrong"}))
    assert page.fields["number"] == keys["number"]
    assert page.fields["code"] == ""


def test_link_of_a_mail_fills_in_the_number(client: FlaskClient, keys: dict[str, str]) -> None:
    page = Page.of(client.get(f"/status/{keys['number']}"))
    assert page.fields["number"] == keys["number"]


def test_customer_can_add_a_message(client: FlaskClient, keys: dict[str, str]) -> None:
    response = client.post("/status/message", data={**keys, "message": "Es ist blau."})
    page = Page.of(response)
    assert response.status_code == 200
    assert "Ihre Nachricht ist hinzugefügt" in page.text
    assert "Es ist blau." in page.text


def test_danger_in_an_addition_makes_the_case_urgent_and_says_what_to_do(
    client: FlaskClient, service: Runtime, keys: dict[str, str]
) -> None:
    before = service.cases.show(keys["number"])
    added = Page.of(client.post("/status/message", data={**keys, "message": "Aus dem Router kommt Rauch."}))
    case = service.cases.show(keys["number"])
    assert "rufen Sie die 112 an" in added.text
    assert "Ihre Sicherheit geht vor" in added.text
    assert "Wir kümmern uns vorrangig darum." in added.text
    assert "der Reihe nach" not in added.text
    assert (before.priority, case.priority, case.escalation) == ("normal", "urgent", "danger")
    assert case.promised_at < before.promised_at


@pytest.mark.parametrize(("before", "after"), [("lost-device", "danger"), ("crisis", "crisis")])
def test_an_addition_counts_only_where_it_is_graver(
    client: FlaskClient, service: Runtime, before: str, after: str
) -> None:
    packet = HandOver("c1", "de", None, "Hilfe", email="a@example.org", priority="urgent", escalation=before)
    opened = service.cases.open(packet, submission_key=token_hex(), now=datetime.now(UTC))
    data = {"number": opened.case.number, "code": opened.code, "message": "Aus dem Router kommt Rauch."}
    client.post("/status/message", data=data)
    assert service.cases.show(opened.case.number).escalation == after


@pytest.mark.parametrize("text", ["Es ist jetzt weg.", "Ich warte auf Ihren Rückruf.", "Frechheit!"])
def test_an_addition_without_danger_leaves_a_case_in_its_place(
    client: FlaskClient, service: Runtime, keys: dict[str, str], text: str
) -> None:
    page = Page.of(client.post("/status/message", data={**keys, "message": text}))
    assert 'class="card urgent"' not in page.html
    assert service.cases.show(keys["number"]).priority == "normal"


def test_empty_addition_is_refused_at_its_field(client: FlaskClient, keys: dict[str, str]) -> None:
    response = client.post("/status/message", data={**keys, "message": " "})
    assert response.status_code == 422
    assert 'id="message-error"' in Page.of(response).html


def test_nothing_is_added_with_a_wrong_code(client: FlaskClient, keys: dict[str, str]) -> None:
    data = {**keys, "code": "nope", "message": "fremd"}
    assert client.post("/status/message", data=data).status_code == 404
    assert "fremd" not in Page.of(client.post("/status", data=keys)).text


def test_every_state_is_told_in_words(client: FlaskClient, service: Runtime, keys: dict[str, str]) -> None:
    now, number = datetime.now(UTC), keys["number"]
    service.cases.claim(number, actor="Team", now=now)
    assert "Jemand kümmert sich gerade darum." in Page.of(client.post("/status", data=keys)).text
    service.cases.answer(number, "Ihr Paket kommt morgen.", actor="Team", now=now)
    answered = Page.of(client.post("/status", data=keys))
    assert "Wir haben geantwortet." in answered.text
    assert "Ihr Paket kommt morgen." in answered.text
    assert "Antwort spätestens:" not in answered.text
    service.cases.close(number, actor="Team", now=now)
    english = Page.of(client.post("/status?lang=en", data=keys))
    assert english.language == "en"
    assert "It is closed." in english.text


def test_page_says_which_team_has_the_case_and_nothing_internal(
    client: FlaskClient, service: Runtime, keys: dict[str, str]
) -> None:
    now, number = datetime.now(UTC), keys["number"]
    before = service.cases.show(number)
    service.cases.hand_over(number, "care", "Streng geheim", actor="Kim", now=now)
    service.cases.note(number, "Auch geheim", actor="Kim", now=now)
    page = Page.of(client.post("/status", data=keys))
    assert "Zuständig: Beschwerden und besondere Fälle" in page.text
    assert "Weitergegeben an: Beschwerden und besondere Fälle" in page.text
    assert "geheim" not in page.text
    assert "Kim" not in page.text
    assert service.cases.show(number).promised_at == before.promised_at


def test_answer_that_helped_closes_the_case(
    client: FlaskClient, service: Runtime, keys: dict[str, str]
) -> None:
    service.cases.answer(keys["number"], "Morgen.", actor="Kim", now=datetime.now(UTC))
    assert "Hat unsere Antwort geholfen?" in Page.of(client.post("/status", data=keys)).text
    page = Page.of(client.post("/status/solved", data=keys))
    assert "Danke für Ihre Rückmeldung." in page.text
    assert service.cases.show(keys["number"]).state == "closed"


@pytest.mark.parametrize(("text", "kept"), [("", "Die Antwort hat nicht geholfen."), ("Falsch.", "Falsch.")])
def test_answer_that_did_not_help_opens_the_case_again(
    client: FlaskClient, service: Runtime, keys: dict[str, str], text: str, kept: str
) -> None:
    service.cases.answer(keys["number"], "Morgen.", actor="Kim", now=datetime.now(UTC))
    page = Page.of(client.post("/status/message", data={**keys, "message": text, "helped": "no"}))
    assert kept in page.text
    case = service.cases.show(keys["number"])
    assert case.state == "received"
    assert case.message == "Wo bleibt mein Paket?"


def test_mails_are_stopped_and_sent_again(
    client: FlaskClient, service: Runtime, keys: dict[str, str]
) -> None:
    stopped = Page.of(client.post("/status/mail", data={**keys, "wanted": "no"}))
    assert "keine E-Mails mehr zu dieser Anfrage" in stopped.text
    assert not service.cases.show(keys["number"]).wants_mail
    again = Page.of(client.post("/status/mail", data={**keys, "wanted": stopped.button("wanted")}))
    assert "wieder E-Mails" in again.text
    assert service.cases.show(keys["number"]).wants_mail


def test_case_is_deleted_in_two_steps(client: FlaskClient, service: Runtime, keys: dict[str, str]) -> None:
    asked = Page.of(client.post("/status/delete", data=keys))
    assert "Diese Anfrage löschen?" in asked.text
    assert client.post("/status", data=keys).status_code == 200
    done = client.post("/status/delete", data={**asked.fields, "sure": asked.button("sure")})
    assert f"Anfrage {keys['number']} ist gelöscht" in Page.of(done).title
    assert client.post("/status", data=keys).status_code == 404
    assert service.cases.show(keys["number"]).message == ""


@pytest.mark.parametrize("step", ["solved", "mail", "delete", "message"])
def test_no_step_is_taken_with_a_wrong_code(
    client: FlaskClient, service: Runtime, keys: dict[str, str], step: str
) -> None:
    before = service.cases.show(keys["number"])
    data = {**keys, "code": "nope", "sure": "yes", "wanted": "no", "message": "x"}
    assert client.post(f"/status/{step}", data=data).status_code == 404
    assert client.get(f"/status/{step}").headers["Location"] == "/status"
    assert service.cases.show(keys["number"]) == before


def test_deleted_case_opens_no_more(client: FlaskClient, service: Runtime, keys: dict[str, str]) -> None:
    case = service.cases.show(keys["number"])
    service.cases.delete(case.id, now=datetime.now(UTC))
    assert client.post("/status", data=keys).status_code == 404


@pytest.mark.parametrize("text", ["", "\x00", "'; --", "ü" * 10_000, "\u202e"])
def test_odd_numbers_and_codes_open_nothing(client: FlaskClient, text: str) -> None:
    assert client.post("/status", data={"number": text, "code": text}).status_code == 404


def test_addition_cannot_be_opened_by_its_address(client: FlaskClient) -> None:
    response = client.get("/status/message")
    assert response.status_code == 302
    assert response.headers["Location"] == "/status"


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", r"\w+day, \d+ \w+ 20\d\d, \d\d:\d\d"), ("de", r"\w+, \d+\. \w+ 20\d\d, \d+:\d\d Uhr")],
)
def test_all_dates_are_written_alike(
    client: FlaskClient, keys: dict[str, str], language: str, written: str
) -> None:
    page = client.post(f"/status?lang={language}", data=keys).get_data(as_text=True)
    times = re.findall(r"<time[^>]*>(.*?)</time>", page)
    assert times
    assert all(re.fullmatch(written, time) for time in times)
    assert re.search(rf"</strong> {written}</p>", page)
