"""Suggestions while typing, in a real browser: nothing jumps, the newest text wins, all stays quiet."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browser import assert_fits, opened
from playwright.sync_api import Browser, Page, expect
from web_server import Server

pytest_plugins = ["web_client", "web_browser"]

BUTTONS = ".suggested button"


@pytest.fixture(params=[320, 1280])
def page(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The first page, on a small and on a large screen; one test cuts its network."""
    with opened(browser, width=request.param, refusals=True) as page:
        page.goto(server.url)
        yield page


def type_text(page: Page, text: str) -> None:
    page.locator("#question").press_sequentially(text, delay=20)


def place_of(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"]


def test_articles_are_suggested_and_nothing_moves(page: Page) -> None:
    before = [place_of(page, ".suggested"), place_of(page, ".topics")]
    type_text(page, "wo ist mein paket")
    expect(page.locator("[data-live]")).not_to_be_empty()
    expect(page.locator(BUTTONS).first).to_have_text("Wo ist meine Bestellung?")
    assert page.locator(BUTTONS).count() <= 3
    assert [place_of(page, ".suggested"), place_of(page, ".topics")] == before
    for button in page.locator(BUTTONS).all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert button.evaluate("e => e.scrollHeight <= e.clientHeight + 1")
    assert_fits(page)
    expect(page.locator("[data-live]")).to_have_text(
        re.compile(r"^Passende Antworten unter dem Feld: [1-3]$")
    )


def test_a_suggestion_is_reached_by_keyboard_and_answers_at_once(page: Page, server: Server) -> None:
    type_text(page, "wo ist mein paket")
    expect(page.locator("[data-live]")).not_to_be_empty()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "choice"
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Antwort: Wo ist meine Bestellung"))
    expect(page.locator(".turns .words")).to_have_text("wo ist mein paket")
    assert "pak" not in page.url
    page.goto(server.url)
    assert page.input_value("#question") == ""


def test_no_suggestion_for_what_no_article_answers(page: Page) -> None:
    with page.expect_response("**/api/v1/suggest"):
        type_text(page, "Wie backe ich Apfelkuchen")
        page.wait_for_timeout(400)
    assert page.locator(BUTTONS).count() == 0
    expect(page.locator(".suggested .hint")).to_have_text(re.compile("Schreiben Sie einfach weiter"))


def test_the_newest_text_wins(page: Page) -> None:
    asked: list[str] = []
    slow = {"left": 1}

    def answer_late(route: object) -> None:
        request = route.request  # type: ignore[attr-defined]
        asked.append(request.post_data_json["question"])
        if slow["left"]:
            slow["left"] -= 1
            page.wait_for_timeout(900)
        route.continue_()  # type: ignore[attr-defined]

    page.route("**/api/v1/suggest", answer_late)
    type_text(page, "rechnung herunterladen")
    page.wait_for_timeout(300)
    page.fill("#question", "wo ist mein paket")
    expect(page.locator(BUTTONS).first).to_have_text("Wo ist meine Bestellung?")
    page.wait_for_timeout(1200)
    expect(page.locator(BUTTONS).first).to_have_text("Wo ist meine Bestellung?")
    assert len(asked) <= 3


def test_a_dead_network_stays_quiet(page: Page) -> None:
    page.route("**/api/v1/suggest", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        type_text(page, "wo ist mein paket")
    expect(page.locator(BUTTONS)).to_have_count(3)
    expect(page.locator("[data-live]")).to_have_text("")


def test_emptied_field_shows_the_examples_again(page: Page) -> None:
    examples = page.locator(BUTTONS).all_text_contents()
    assert len(examples) == 3
    type_text(page, "wo ist mein paket")
    expect(page.locator("[data-live]")).not_to_be_empty()
    page.fill("#question", "")
    expect(page.locator("[data-live]")).to_be_empty()
    assert page.locator(BUTTONS).all_text_contents() == examples


def test_half_a_word_is_enough(page: Page) -> None:
    type_text(page, "wo ist mein pak")
    expect(page.locator("[data-live]")).not_to_be_empty()
    expect(page.locator(BUTTONS).first).to_have_text("Wo ist meine Bestellung?")


def test_enter_asks_and_a_letter_keeps_its_lines(page: Page) -> None:
    type_text(page, "Guten Tag,")
    page.keyboard.press("Enter")
    type_text(page, "wo ist mein paket?")
    page.keyboard.press("Enter")
    assert page.input_value("#question") == "Guten Tag,\nwo ist mein paket?\n"
    page.fill("#question", "erste Zeile")
    page.keyboard.press("Shift+Enter")
    assert page.input_value("#question") == "erste Zeile\n"
    page.fill("#question", "wo ist mein paket?")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Antwort: Wo ist meine Bestellung"))
    page.keyboard.press("Tab")
    page.locator("#question").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Antwort: Wo ist meine Bestellung"))
    assert page.input_value("#question") == "", "an empty field asks nothing"


def test_below_an_answer_no_room_is_kept(page: Page) -> None:
    page.fill("#question", "wo ist mein paket?")
    page.keyboard.press("Enter")
    expect(page.locator(".suggested")).to_be_hidden()
    type_text(page, "rechnung finden")
    expect(page.locator(BUTTONS).first).to_be_visible()
    assert_fits(page)


def test_without_javascript_the_examples_stand_there_and_answer(browser: Browser, server: Server) -> None:
    with opened(browser, script=False) as page:
        page.goto(server.url)
        page.locator(BUTTONS).first.click()
        expect(page).to_have_title(re.compile("^Antwort: "))
