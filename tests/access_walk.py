"""Leads a browser through every page and every state of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from flask.testing import FlaskClient
from playwright.sync_api import Page, Route
from test_webui_walk import COST, QUESTIONS, SIM

from assistant import Cases, Decision, HandOver
from corpus import Language

LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
ERRORS = (404, 405, 413, 429, 500, 503)
_NO_FILE = {"name": "virus.exe", "mimeType": "application/octet-stream", "buffer": b"MZ\x00\x01"}
_FILE = {"name": "Rechnung.txt", "mimeType": "text/plain", "buffer": b"Rechnung\n"}


@dataclass(frozen=True, slots=True)
class Tour:
    """A tour through the pages of a server in one language; ``client`` makes the pages of its errors."""

    page: Page
    url: str
    language: Language
    cases: Cases
    client: FlaskClient

    def states(self) -> Iterator[str]:
        """Go from state to state and yield the name of each."""
        yield from self._asking()
        yield from self._talking()
        yield from self._reading()
        yield from self._writing()
        yield from self._following()
        yield from self._working()
        yield from self._failing()

    def open(self, path: str) -> None:
        """Open an address of the server."""
        self.page.goto(self.url + path)

    def ask(self, question: str) -> None:
        """Ask on the page that is open."""
        self.page.fill("#question", question)
        self.page.click("#ask-form .button")
        self.page.wait_for_selector("#reply-title")

    def press(self, selector: str, shown: str) -> None:
        """Press something and wait for what it leads to."""
        self.page.click(selector)
        self.page.wait_for_selector(shown)

    def _asking(self) -> Iterator[str]:
        self.open("/")
        yield "first page"
        self.press("#ask-form .button", "#question-error")
        yield "first page, nothing asked"
        self.open("/")
        self.page.locator("#question").press_sequentially(SIM[self.language])
        self.page.wait_for_selector(".suggested button")
        yield "first page, suggestions"
        for page in ("imprint", "privacy", "accessibility"):
            self.open(f"/{page}")
            yield page

    def _talking(self) -> Iterator[str]:
        for decision in Decision:
            self.open("/")
            self.ask(QUESTIONS[self.language, decision])
            yield f"decision: {decision}"
        self.open("/")
        self.ask(SIM[self.language])
        self.page.click(".direct summary")
        yield "other ways below an answer"
        self.ask(COST[self.language])
        yield "follow-up"
        self.page.click(".helped summary")
        yield "reasons for no"
        self.press(".chip", "#reply-title")
        yield "after a no"
        self.press("button.human", "#contact-form")
        self.page.click(".packet summary")
        yield "contact form with a packet"

    def _reading(self) -> Iterator[str]:
        self.open("/")
        self.ask(QUESTIONS[self.language, Decision.ANSWER])
        self.press(".link.strong", ".prose")
        yield "article in a conversation"
        self.press(".helped > .button", "#reply-title")
        yield "it helped"
        for path in ("/articles/find-invoice", "/topics/invoices", "/topics/contact"):
            self.open(path)
            yield path

    def _writing(self) -> Iterator[str]:
        self.open("/contact")
        yield "contact form"
        self.press("#contact-form .send .button", ".errors")
        yield "contact form with errors"
        self.page.set_input_files("#files", [_NO_FILE])
        self.page.fill("#message", f"{QUESTIONS[self.language, Decision.ANSWER]} {LONG}")
        self.press("#contact-form .send .button", "#files-error:not([hidden])")
        self.page.wait_for_selector("[data-suggestions] details")
        self.page.click("[data-suggestions] summary")
        yield "contact form with a refused file, a draft and suggestions"
        self.page.set_input_files("#files", [_FILE])
        self.page.fill("#email", "aylin@example.org")
        self.press("#contact-form .send .button", ".keys")
        yield "confirmation by mail"
        self.open("/contact")
        self.page.fill("#message", "Hallo")
        self.page.fill("#phone", "+49 171 1234567")
        self.press("#contact-form .send .button", ".keys")
        yield "confirmation by phone"
        self.press("[formaction*='fax']", ".sheet")
        yield "fax cover sheet"

    def _following(self) -> Iterator[str]:
        self.open("/status")
        yield "status form"
        self.page.fill("#number", "ABC-123")
        self.press(".contact .button", ".errors")
        yield "status form, wrong code"
        self.open("/status/lost")
        yield "lost code"
        self.press(".contact .button", ".errors")
        yield "lost code with errors"
        self.page.fill("#number", "KL-2345-6789")
        self.page.fill("#email", "aylin@example.org")
        self.press(".contact .button", ".card[role=status]")
        yield "lost code, sent"
        number, code = self._case("status")
        self._look_up(number, code)
        yield "status, open"
        self.press("#status-form .send .button", "#message-error")
        yield "status, nothing added"
        self.press("[formaction*='delete']", "#delete-form")
        yield "status, delete?"
        self.press(".danger", "main .button")
        yield "status, deleted"

    def _working(self) -> Iterator[str]:
        number, code = self._case("desk")
        case = self.cases.find(number, code)
        assert case
        desk = self.cases.links.addresses(case.id, "billing", now=datetime.now(UTC))
        away = self.cases.links.addresses(case.id, "care", now=datetime.now(UTC))
        self.page.goto(self._spoken(desk.queue))
        yield "desk, queue"
        self.page.goto(self._spoken(away.case))
        yield "desk, another team's case"
        self.page.goto(self._spoken(desk.case))
        for summary in self.page.locator(".work summary").all():
            summary.click()
        yield "desk, case"
        self.press("[name=act][value=claim]", ".errors")
        yield "desk, errors"
        self.page.fill("#who", "Kim")
        self.page.fill("#answer", "Wir schreiben Ihnen zwölf Euro gut.")
        self.press("[name=act][value=answer]", ".note[role=status]")
        yield "desk, answered"
        self._look_up(number, code)
        yield "status, answered"
        self.open("/desk/nothing")
        yield "desk, ended link"

    def _failing(self) -> Iterator[str]:
        for status in ERRORS:
            html = self.client.get(f"/fails/{status}?lang={self.language}").get_data(as_text=True)
            self.page.route(f"**/fails/{status}", partial(_answer, html))
            self.open(f"/fails/{status}")
            yield f"error {status}"

    def _spoken(self, address: str) -> str:
        return f"{address}?lang={self.language}"

    def _look_up(self, number: str, code: str) -> None:
        self.open(f"/status/{number}")
        self.page.fill("#code", code)
        self.press(".contact .button", ".events")

    def _case(self, name: str) -> tuple[str, str]:
        packet = HandOver(
            conversation_id=name,
            language=self.language,
            topic="invoices",
            message=f"My invoice is too high. {LONG}",
            history=("Why so much?",),
            articles_read=("find-invoice",),
            articles_rejected=("find-invoice",),
            name="Aylin Kaya",
            email="aylin@example.org",
            phone="+49 171 1234567",
            priority="urgent",
            escalation="complaint",
        )
        key = f"the form of {name} in {self.language}"
        opened = self.cases.open(packet, submission_key=key, now=datetime.now(UTC))
        return opened.case.number, opened.code


def _answer(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html")
