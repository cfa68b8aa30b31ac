"""The desk and the status page on a small screen, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browser import assert_fits, assert_targets, opened
from case_files import NO_FILES
from playwright.sync_api import Browser, Page, expect
from web_server import Server

from assistant import Cases, Database, HandOver, OpenedCase
from assistant.secret import secret_key
from corpus.settings import Settings
from index import current_corpus

pytest_plugins = ["web_browser"]
LONG = "x" * 300


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def served(shipped: Settings, place: Path) -> Iterator[Server]:
    """A real server on a free port."""
    running = Server(shipped, place, "--port", "0").wait()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def cases(shipped: Settings, served: Server, place: Path) -> Iterator[Cases]:
    """The cases of the server."""
    database = Database(f"sqlite:///{place / 'served.sqlite3'}")
    company = current_corpus(shipped.data).company
    yield Cases(database, lambda: company, secret_key(shipped), served.url, attachments=NO_FILES)
    database.close()


@pytest.fixture
def sent(cases: Cases, request: pytest.FixtureRequest) -> OpenedCase:
    """A fresh case with long words everywhere."""
    packet = HandOver(
        conversation_id="c1",
        language="en",
        topic="invoices",
        message=f"My invoice is too high. {LONG}",
        history=(LONG,),
        articles_read=("find-invoice",),
        articles_rejected=("find-invoice",),
        name="Aylin Kaya",
        email=f"{'a' * 60}@{'b' * 60}.example.org",
        phone="+49 171 1234567",
        priority="urgent",
        escalation="complaint",
    )
    return cases.open(packet, submission_key=f"form of {request.node.name}", now=datetime.now(UTC))


@pytest.fixture(
    params=[(360, True), (360, False), (320, True)], ids=["360 px", "360 px without JavaScript", "320 px"]
)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A small page; links that open nothing are answered with an error."""
    width, script = request.param
    with opened(browser, width=width, script=script, refusals=True) as page:
        yield page


def assert_handy(page: Page) -> None:
    assert_fits(page)
    assert_targets(page)


def test_team_answers_on_a_phone_and_the_customer_reads_it(
    page: Page, served: Server, cases: Cases, sent: OpenedCase
) -> None:
    desk = cases.links.addresses(sent.case.id, "billing", now=datetime.now(UTC))
    page.goto(desk.queue)
    assert_handy(page)
    page.get_by_role("link", name=re.compile(sent.case.number)).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(sent.case.number)
    assert_handy(page)

    page.fill("#who", "Kim")
    page.press("#who", "Enter")
    assert page.input_value("#who") == "Kim"
    assert len(cases.events(sent.case.id)) == 1, "Enter presses no button"
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_text("Der Vorgang gehört Ihnen.")).to_be_visible()
    assert page.input_value("#who") == "Kim"
    assert_handy(page)

    page.get_by_text("Weitergeben", exact=True).first.click()
    page.get_by_text("Interne Notiz", exact=True).click()
    assert_handy(page)
    page.fill("#answer", f"We credit twelve euros. {LONG}")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_text("Ihre Antwort geht an")).to_be_visible()
    assert page.input_value("#answer") == ""
    assert_handy(page)

    page.goto(f"{served.url}/status/{sent.case.number}")
    page.fill("#code", sent.code)
    page.get_by_role("button", name="Anfrage ansehen").click()
    expect(page.locator(".events")).to_contain_text("We credit twelve euros.")
    assert_handy(page)
    page.get_by_role("button", name="Das hat nicht geholfen").click()
    expect(page.locator(".events")).to_contain_text("Die Antwort hat nicht geholfen.")
    page.get_by_role("button", name="Keine E-Mails mehr zu dieser Anfrage").click()
    expect(page.get_by_role("button", name="Wieder E-Mails bekommen")).to_be_visible()
    page.get_by_role("button", name="Diese Anfrage löschen").click()
    assert_handy(page)
    page.get_by_role("button", name="Nein, behalten").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(sent.case.number)
    page.get_by_role("button", name="Diese Anfrage löschen").click()
    page.get_by_role("button", name="Ja, alles löschen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ist gelöscht")
    assert_handy(page)
    page.goto(desk.case)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieser Link funktioniert nicht")
    assert_handy(page)


def test_page_of_another_teams_case_fits(page: Page, cases: Cases, sent: OpenedCase) -> None:
    desk = cases.links.addresses(sent.case.id, "care", now=datetime.now(UTC))
    page.goto(desk.case)
    expect(page.get_by_role("button", name="Zu Ihrem Team holen")).to_be_visible()
    assert_handy(page)


def test_language_switch_keeps_what_was_typed(browser: Browser, cases: Cases, sent: OpenedCase) -> None:
    page = browser.new_context(locale="de-DE").new_page()
    page.goto(cases.links.addresses(sent.case.id, "billing", now=datetime.now(UTC)).case)
    page.fill("#who", "Kim")
    page.fill("#answer", "Half an answer")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Send answer")).to_be_visible()
    assert page.input_value("#answer") == "Half an answer"
    assert len(cases.events(sent.case.id)) == 1
    page.goto(cases.links.addresses(sent.case.id, "billing", now=datetime.now(UTC)).case)
    assert page.input_value("#who") == "Kim", "the name is remembered in this browser"
    page.context.close()


@pytest.mark.parametrize("script", [True, False])
def test_enter_sends_the_contact_form_and_leaves_the_language(
    browser: Browser, served: Server, script: bool
) -> None:
    page = browser.new_context(locale="de-DE", java_script_enabled=script).new_page()
    page.goto(served.url + "/contact")
    page.fill("#message", "Die Rechnung ist zu hoch.")
    page.fill("#email", "aylin@example.org")
    page.press("#email", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke, Ihre Nachricht ist da.")
    page.context.close()
