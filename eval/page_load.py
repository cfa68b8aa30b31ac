"""How long a customer waits on a slow phone: the real pages in a real browser, over an emulated EDGE link."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corpus import Language
from eval.errors import BrowserError
from eval.speed import Measured

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

EDGE = {"offline": False, "latency": 400, "downloadThroughput": 240_000 / 8, "uploadThroughput": 200_000 / 8}
"""Round trip in ms, bytes a second down and up, as the Chrome DevTools Protocol takes them."""
QUESTION: tuple[Language, str] = ("de", "Wo finde ich meine Rechnung?")
READABLE, ANSWERED, KIBIBYTES, REQUESTS = 2.5, 2.0, 30.0, 4.0
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
_EMPTY = (
    "data:text/html,<!doctype html><textarea></textarea><script type=module>document.title='ready'</script>"
)
_PAINTED = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)"


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it arrived: seconds from the request to the first text, KiB with headers, and requests."""

    seconds: float
    kibibytes: float
    requests: int


@dataclass(frozen=True, slots=True)
class Target:
    """A measured quantity with the most that it may be."""

    measured: Measured
    most: float

    @property
    def met(self) -> bool:
        """Say whether the median is within the target."""
        return self.measured.median <= self.most


class Traffic:
    """Counts what a page loads, as the browser's network log tells it."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.bytes, self.requests = 0.0, 0
        self.session.on("Network.loadingFinished", self._finished)
        self.session.on("Network.requestWillBeSent", self._sent)
        self.session.send("Network.enable")

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += float(event["encodedDataLength"])

    def _sent(self, event: dict[str, Any]) -> None:
        self.requests += not str(event["request"]["url"]).startswith("data:")

    def taken(self, page: Page) -> Shown:
        """Return what came since the last call, once the page has painted."""
        page.wait_for_load_state("networkidle")
        page.wait_for_function(f"{_PAINTED}.length > 0")
        seconds = float(page.evaluate(_PAINTED)[0]) / 1000
        shown = Shown(seconds, self.bytes / 1024, self.requests)
        self.bytes, self.requests = 0.0, 0
        return shown


def measure_page(address: str, *, visits: int, tick: Callable[[], object] = lambda: None) -> list[Target]:
    """Visit the first page and ask a question, with and without JavaScript, each time with an empty cache.

    :param address: of the server.
    :param visits: how often.
    :param tick: called after each visit.
    :return: what was measured beside its target.
    :raises BrowserError: where Playwright or Chromium is missing.
    """
    targets = []
    with open_browser() as browser:
        _warm(browser)
        for script in (True, False):
            seen = []
            for _ in range(visits):
                seen.append(visit(browser, address, script=script))
                tick()
            targets += _targets("JavaScript" if script else "no JavaScript", seen)
    return targets


def _warm(browser: Browser) -> None:
    """Run a script on a page of no server: the first one costs Chromium seconds that are not our page's."""
    page = browser.new_page()
    page.goto(_EMPTY)
    page.wait_for_function("document.title === 'ready'")
    page.close()


def visit(browser: Browser, address: str, *, script: bool) -> tuple[Shown, Shown]:
    """Open the first page and ask a question.

    :param browser: a running browser.
    :param address: of the server.
    :param script: whether JavaScript runs.
    :return: the first page and the answer.
    """
    language, question = QUESTION
    context = browser.new_context(
        locale=language, java_script_enabled=script, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    traffic = Traffic(page)
    traffic.session.send("Network.emulateNetworkConditions", EDGE)
    page.goto(address)
    first = traffic.taken(page)
    page.fill("#question", question)
    page.click("#ask-form .button")
    page.wait_for_selector("#reply-title")
    answer = traffic.taken(page)
    context.close()
    return first, answer


def _targets(kind: str, seen: Sequence[tuple[Shown, Shown]]) -> list[Target]:
    firsts, answers = [first for first, _ in seen], [answer for _, answer in seen]

    def target(name: str, unit: str, values: list[float], most: float) -> Target:
        return Target(Measured.from_values(f"{name}, {kind}", unit, values), most)

    return [
        target("first page readable", "s", [each.seconds for each in firsts], READABLE),
        target("first page", "KiB", [each.kibibytes for each in firsts], KIBIBYTES),
        target("first page", "requests", [each.requests for each in firsts], REQUESTS),
        target("answer shown after sending", "s", [each.seconds for each in answers], ANSWERED),
        target("answer", "KiB", [each.kibibytes for each in answers], KIBIBYTES),
        target("answer", "requests", [each.requests for each in answers], REQUESTS),
    ]


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium without a window, and end it afterwards.

    :yield: the browser.
    :raises BrowserError: where Playwright or Chromium is missing.
    """
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise BrowserError("Playwright is missing; run: pip install 'kundenlotse[test]'") from None
    if chromium is None:
        raise BrowserError("Chromium is missing; on Debian run: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()
