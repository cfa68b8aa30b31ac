"""What the tests in a real browser share: a page that watches itself, and what every page must keep to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ConsoleMessage, Page

TARGETS = ("button", ".nav", ".button", "summary", "select", "textarea", "input:not([type=checkbox])")
SMALL = """targets => [...document.querySelectorAll(targets)]
    .filter(each => each.checkVisibility({visibilityProperty: true}) && !each.closest(".unseen"))
    .filter(each => each.getBoundingClientRect().height < 44)
    .map(each => each.outerHTML)"""


@contextmanager
def opened(
    browser: Browser, *, width: int = 360, locale: str = "de-DE", script: bool = True, refusals: bool = False
) -> Iterator[Page]:
    """Open an empty page; a script error, or an error in its console, fails the test at the end.

    :param browser: the browser.
    :param width: of the screen, in px.
    :param locale: the browser's language.
    :param script: whether JavaScript runs.
    :param refusals: whether the browser may note that a request failed or was refused.
    :return: the page, closed with its context.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 740}, locale=locale, java_script_enabled=script
    )
    page = context.new_page()
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error" and not (refusals and said.text.startswith("Failed to load resource")):
            complaints.append(said.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", note)
    yield page
    context.close()
    assert complaints == []


def assert_fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth") <= page.evaluate(f"{root}.clientWidth"), page.title()


def assert_targets(page: Page) -> None:
    """Everything to press or to type into is tall enough for a thumb."""
    small = page.evaluate(SMALL, ", ".join(TARGETS))
    assert small == [], small
