"""The switch of the language keeps all that was typed and chosen, on every page and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from browser import assert_fits, assert_targets, opened
from case_files import FILES
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sqlalchemy import func, select
from web_page import Page
from web_server import Server
from werkzeug.test import TestResponse

from assistant import Decision, Runtime
from assistant.tables import QuestionRow

pytest_plugins = ["web_client", "web_browser"]
TYPED = "Meine Rechnung ist viel höher als sonst"
SWITCH = ".tongue :is(a, button:not([hidden]))"


@pytest.fixture
def keys(client: FlaskClient) -> dict[str, str]:
    """Number and code of a fresh case whose customer left a phone number alone."""
    form = Page.of(client.get("/contact")).fields
    sent = client.post("/contact/send", data={**form, "message": "Wo ist es?", "phone": "089 1234567"})
    page = Page.of(sent)
    return {"number": page.fields["number"], "code": page.fields["code"]}


def asked(service: Runtime) -> int | None:
    """Count the questions on record."""
    with service.database.reading() as session:
        return session.scalar(select(func.count()).select_from(QuestionRow))


def switch(client: FlaskClient, response: TestResponse, **typed: str) -> TestResponse:
    """Press the switch: a link, or a button that sends its form with what was typed."""
    html = response.get_data(as_text=True)
    found = re.search(r'<div class="tongue">.*?(<a [^>]*>|<button class[^>]*>)', html, re.DOTALL)
    assert found, html
    given = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', found[1])}
    if "href" in given:
        return client.get(given["href"], follow_redirects=True)
    form = re.search(rf'<form [^>]*id="{given["form"]}".*?</form>', html, re.DOTALL)
    assert form, given
    outside = re.findall(rf'<(?:input|textarea)[^>]*form="{given["form"]}"[^>]*>', html)
    fields: dict[str, Any] = {**Page(form[0]).fields, **Page("".join(outside)).fields, **typed}
    assert set(typed) <= {*Page(form[0]).fields, *Page("".join(outside)).fields}, fields
    if "name" in given:
        fields[given["name"]] = given["value"]
    return client.post(given["formaction"], data=fields, follow_redirects=True)


@pytest.mark.parametrize("path", ["/", "/topics/invoices", "/articles/find-invoice"])
def test_a_question_that_was_not_sent_yet_comes_back(client: FlaskClient, path: str) -> None:
    english = switch(client, client.get(path), question=TYPED)
    page = Page.of(english)
    assert (english.status_code, page.language) == (200, "en")
    assert page.fields["question"] == TYPED
    german = Page.of(switch(client, english, question=f"{TYPED}!"))
    assert (german.language, german.fields["question"]) == ("de", f"{TYPED}!")


@pytest.mark.parametrize("path", ["/", "/topics/invoices", "/articles/find-invoice"])
def test_with_nothing_typed_the_page_has_its_plain_address(client: FlaskClient, path: str) -> None:
    response = switch(client, client.get(path))
    assert (response.request.method, response.request.path) == ("GET", path)
    assert response.request.args.to_dict() == {"lang": "en"}
    assert Page.of(response).language == "en"


def test_what_the_switch_sends_is_not_asked_recorded_or_put_into_an_address(
    client: FlaskClient, service: Runtime
) -> None:
    before = asked(service)
    response = switch(client, client.get("/"), question="Mein Handy wurde gestohlen!")
    assert "Mein Handy" not in response.request.url
    assert 'class="reply"' not in response.get_data(as_text=True)
    assert asked(service) == before


def test_the_address_of_a_conversation_opens_the_first_page(client: FlaskClient) -> None:
    response = client.get("/conversation?lang=en", follow_redirects=True)
    assert (response.request.path, Page.of(response).language) == ("/", "en")


def test_an_article_in_a_conversation_keeps_the_conversation_and_the_next_question(
    client: FlaskClient, examples: dict[Decision, str]
) -> None:
    thread = Page.of(client.post("/", data={"question": examples[Decision.ANSWER]}))
    article = client.post("/articles/find-invoice", data=thread.carried)
    english = Page.of(switch(client, article, question=TYPED))
    assert (english.language, english.fields["question"]) == ("en", TYPED)
    back = Page.of(client.post("/conversation?lang=en", data=english.carried))
    assert examples[Decision.ANSWER] in back.text


@pytest.mark.parametrize("decision", [Decision.SUGGEST, Decision.HAND_OVER, Decision.ESCALATE])
def test_a_message_below_an_answer_comes_back(
    client: FlaskClient, examples: dict[Decision, str], decision: Decision
) -> None:
    thread = client.post("/", data={"question": examples[decision]})
    typed = {"message": TYPED, "name": "Aylin Kaya", "email": "aylin@example.org", "phone": "089 1"}
    page = Page.of(switch(client, thread, **typed))
    assert page.language == "en"
    assert {name: page.fields[name] for name in typed} == typed
    assert page.fields["submission_key"] == Page.of(thread).fields["submission_key"]
    assert examples[decision] in page.text


def test_number_and_code_come_back_and_nothing_is_opened(client: FlaskClient, keys: dict[str, str]) -> None:
    page = Page.of(switch(client, client.get("/status"), **keys))
    assert page.language == "en"
    assert {name: page.fields[name] for name in keys} == keys
    assert "Wo ist es?" not in page.text


def test_the_page_that_mails_link_is_switched_with_its_number(
    client: FlaskClient, keys: dict[str, str]
) -> None:
    page = Page.of(switch(client, client.get(f"/status/{keys['number']}"), code=keys["code"]))
    assert page.language == "en"
    assert {name: page.fields[name] for name in keys} == keys


def test_a_case_keeps_the_message_that_was_not_sent(client: FlaskClient, keys: dict[str, str]) -> None:
    page = Page.of(switch(client, client.post("/status", data=keys), message=TYPED))
    assert page.language == "en"
    assert page.fields["message"] == TYPED
    assert keys["number"] in page.title
    assert "You added" not in page.text


def test_a_receipt_keeps_number_and_code_on_the_page(client: FlaskClient, keys: dict[str, str]) -> None:
    form = Page.of(client.get("/contact")).fields
    sent = client.post("/contact/send", data={**form, "message": "Und es?", "phone": "089 1234567"})
    response = switch(client, sent)
    page = Page.of(response)
    assert (response.status_code, page.language) == (200, "en")
    before = Page.of(sent)
    for name in ("number", "code"):
        assert page.text.count(before.fields[name]) == before.text.count(before.fields[name]) > 0
    assert "Und es?" in page.text
    assert client.post("/contact/receipt", data={**keys, "code": "wrong"}).status_code == 404
    assert client.get("/contact/receipt").headers["Location"].startswith("/status")


def test_the_question_before_deleting_stays_a_question(client: FlaskClient, keys: dict[str, str]) -> None:
    response = switch(client, client.post("/status/delete", data=keys))
    assert Page.of(response).language == "en"
    assert "sure" in [button.get("name") for button in Page.of(response).buttons]
    assert client.post("/status", data=keys).status_code == 200


def test_a_lost_code_keeps_what_was_typed_and_is_mailed_once(client: FlaskClient, service: Runtime) -> None:
    typed = {"number": "K-26-000001", "email": "erika@example.org"}
    page = Page.of(switch(client, client.get("/status/lost"), **typed))
    assert {name: page.fields[name] for name in typed} == typed
    asked = client.post("/status/lost", data=typed)
    again = Page.of(switch(client, asked))
    assert again.language == "en"
    assert "a new code is on its way" in again.text


def test_a_fax_sheet_keeps_what_was_filled_in(client: FlaskClient, keys: dict[str, str]) -> None:
    sheet = client.post("/status/fax", data=keys)
    assert Page.of(sheet).fields["reply"] == "+49 89 1234567"
    page = Page.of(switch(client, sheet, customer="4711", pages="3", reply=""))
    assert page.language == "en"
    assert [page.fields[name] for name in ("customer", "pages", "reply")] == ["4711", "3", ""]


@pytest.mark.parametrize("path", ["/nowhere", "/articles/nowhere", "/choose", "/ä ö%3f&"])
def test_an_error_is_told_in_the_other_language_on_the_same_address(client: FlaskClient, path: str) -> None:
    german = client.get(path)
    english = switch(client, german)
    assert english.status_code == german.status_code
    assert english.request.host == german.request.host
    assert Page.of(english).language == "en"


def test_the_desk_keeps_its_form(client: FlaskClient, service: Runtime, keys: dict[str, str]) -> None:
    case = service.cases.find(keys["number"], keys["code"])
    assert case is not None
    token = service.cases.links.case_token(case.id, case.team, now=datetime.now(UTC))
    page = Page.of(switch(client, client.get(f"/desk/{token}"), answer="Hier ist es.", who="Kim"))
    assert (page.language, page.fields["answer"], page.fields["who"]) == ("en", "Hier ist es.", "Kim")
    queue = service.cases.links.team_token(case.team, now=datetime.now(UTC))
    assert Page.of(switch(client, client.get(f"/desk/team/{queue}"))).language == "en"


def test_no_address_leads_to_another_host(client: FlaskClient) -> None:
    for path in ("//other.example/x", "/\\\\other.example"):
        html = client.get("/", environ_overrides={"PATH_INFO": path}).get_data(as_text=True)
        assert not re.search(r'(?:href|action)="(?://|/?\\|https?:)', html)


@pytest.mark.parametrize("script", [False, True])
def test_first_page_keeps_the_question_in_a_browser_and_enter_still_asks(
    browser: Browser, server: Server, script: bool
) -> None:
    with opened(browser, script=script, width=320) as page:
        page.goto(server.url)
        page.fill("#question", TYPED)
        button = page.locator(SWITCH)
        assert button.evaluate("each => [each.lang, each.textContent]") == ["en", "English"]
        button.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("How can we help?")
        assert page.input_value("#question") == TYPED
        assert_fits(page)
        assert_targets(page)
        page.get_by_role("button", name="Ask", exact=True).click()
        expect(page.locator(".turns")).to_contain_text(TYPED)


@pytest.fixture
def photo(tmp_path: Path) -> Iterator[Path]:
    """A photo as a customer chooses it."""
    file = tmp_path / "foto.jpg"
    file.write_bytes(FILES["image/jpeg"])
    yield file


def test_files_stay_chosen_where_javascript_runs(browser: Browser, server: Server, photo: Path) -> None:
    with opened(browser) as page:
        page.goto(f"{server.url}/contact")
        page.fill("#message", TYPED)
        page.set_input_files("#files", [photo])
        page.locator(SWITCH).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Talk to a person")
        assert page.url == f"{server.url}/contact?lang=en"
        assert page.input_value("#message") == TYPED
        assert page.evaluate("document.querySelector('#files').files[0].name") == photo.name
        expect(page.get_by_text("Please choose your files once more.")).to_have_count(0)
        page.fill("#email", "aylin@example.org")
        page.get_by_role("button", name="Send message").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your message.")
        expect(page.get_by_text(photo.name)).to_be_visible()


def test_what_is_solved_stays_solved_in_the_other_language(client: FlaskClient) -> None:
    answer = Page.of(client.post("/", data={"question": "Wo finde ich meine Rechnung?"}))
    glad = Page.of(client.post("/feedback", data={**answer.carried, "helped": "find-invoice"}))
    assert glad.title.startswith("Das freut uns.")
    english = Page.of(client.post("/conversation?lang=en", data=glad.carried))
    assert english.title.startswith("Good to hear.")
    doubted = Page.of(client.post("/feedback", data={**english.carried, "rejected": "find-invoice"}))
    again = Page.of(client.post("/conversation?lang=en", data=doubted.carried))
    assert not again.title.startswith("Good to hear.")
