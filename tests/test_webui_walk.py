"""Walks through the whole product on a small screen: a real browser, a real server, real mail."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from babel.support import Translations
from browser import assert_fits, assert_targets, opened
from mail_server import MailServer, serving
from playwright.sync_api import Browser, Page, expect
from web_server import ROOT, Server

from assistant import Decision
from assistant.language import identify_language
from corpus import LANGUAGES, Language
from corpus.settings import Settings

pytest_plugins = ["web_browser"]

LOCALES: dict[Language, str] = {"de": "de-DE", "en": "en-GB"}
INVOICE: dict[Language, str] = {"de": "Wo finde ich meine Rechnung?", "en": "Where can I find my invoice?"}
SIM: dict[Language, str] = {
    "de": "Wie bekomme ich eine Ersatz-SIM?",
    "en": "How do I get a replacement SIM card?",
}
NUMBER: dict[Language, str] = {
    "de": "Kann ich meine Nummer vom alten Anbieter behalten?",
    "en": "Can I keep my old number?",
}
COST: dict[Language, str] = {"de": "und was kostet das?", "en": "and what does that cost?"}
QUESTIONS: dict[tuple[Language, Decision], str] = {
    ("de", Decision.ANSWER): INVOICE["de"],
    ("de", Decision.CLARIFY): "Nummer mitnehmen",  # a mere word or two
    ("de", Decision.SUGGEST): "Wie sperre ich meine SIM-Karte?",  # of high risk
    ("de", Decision.HAND_OVER): "Wie hoch ist der Mond heute Nacht über Grönland?",
    ("de", Decision.ESCALATE): "Mein Handy wurde gestohlen!",
    ("en", Decision.ANSWER): INVOICE["en"],
    ("en", Decision.CLARIFY): "My contract",
    ("en", Decision.SUGGEST): "Where do you have 5G?",
    ("en", Decision.HAND_OVER): "How high is the moon over Greenland tonight?",
    ("en", Decision.ESCALATE): "My phone was stolen an hour ago!",
}
CLAIMED = "The case is yours. The customer sees that somebody is working on it."
TEAM = r"[a-z]+-team@musterkom\.example"
TITLES = {
    Decision.SUGGEST: "This may help",
    Decision.HAND_OVER: "A person will help you",
    Decision.ESCALATE: "A person takes care of this",
}
ASKED_BACK: dict[Language, str] = {"de": "Worum geht es genau?", "en": "What exactly is it about?"}
# Every piece of text with the language it is marked with; the customer's own words and addresses have none.
TEXTS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
        if (text && !parent.closest("script, textarea, bdi, .follows, .channel-address"))
            found.push([parent.closest("[lang]").lang, text]);
    }
    return found;
}"""


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody who walks through the service in a language."""

    page: Page
    url: str
    language: Language

    def say(self, text: str) -> str:
        """Return a text of the pages in the walker's language."""
        return Translations.load(ROOT / "webui" / "translations", [self.language]).gettext(text)

    def press(self, text: str) -> None:
        """Press the button with a text."""
        self.page.get_by_role("button", name=self.say(text), exact=True).click()

    def reject(self, reason: str) -> None:
        """Say that the article did not help, and why."""
        self.page.locator(".helped summary").click()
        self.check()
        self.press(reason)

    def ask(self, question: str) -> None:
        """Ask a question, on the first page or in a conversation."""
        self.page.fill("#question", question)
        self.press("Ask")
        expect(self.page.locator(".turns .words").last).to_have_text(question)

    def title(self) -> str:
        """Return the title of the answer, or of what else stands in its place."""
        return self.page.locator("#reply-title").inner_text()

    def check(self, *, desk: bool = False) -> None:
        """Hold the page against what all pages keep to."""
        assert_fits(self.page)
        assert_targets(self.page)
        assert self.page.locator("html").get_attribute("lang") == self.language
        other: Language = "en" if self.language == "de" else "de"
        marked: list[tuple[Language, str]] = self.page.evaluate(TEXTS)
        # What is suggested beside a message is written in the message's language.
        suggested = self.page.locator("[data-suggestions] [lang]").all_text_contents()
        foreign = {text for language, text in marked if language == other}
        assert foreign <= {"Deutsch", "English", *suggested}
        for language, text in marked:
            assert len(text.split()) < 4 or identify_language(text) in {language, None}, text
        if not desk:
            expect(self.page.locator(".human")).to_be_visible()


@pytest.fixture(scope="module")
def post() -> Iterator[MailServer]:
    handler = MailServer()
    controller = serving(handler)
    handler.port = controller.port
    yield handler
    controller.stop()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("walk")


@pytest.fixture(scope="module")
def served(shipped: Settings, place: Path, post: MailServer) -> Iterator[Server]:
    """A server that hands its mail to a real mail server."""
    running = Server(shipped, place, "--port", "0", smtp_host="127.0.0.1", smtp_port=post.port).wait()
    yield running
    running.stop()


@pytest.fixture(
    params=[(language, script) for language in LANGUAGES for script in (True, False)],
    ids=lambda each: f"{each[0]}{'' if each[1] else ' without JavaScript'}",
)
def walker(browser: Browser, served: Server, request: pytest.FixtureRequest) -> Iterator[Walker]:
    """Somebody on the first page, in each language, with and without JavaScript."""
    language, script = request.param
    with opened(browser, locale=LOCALES[language], script=script) as page:
        page.goto(served.url)
        yield Walker(page, served.url, language)


def rows(place: Path, query: str, *values: object) -> list[Any]:
    with sqlite3.connect(place / "served.sqlite3") as database:
        found = database.execute(query, values).fetchall()
    database.close()
    return found


def mail(post: MailServer, recipient: str, *words: str) -> str:
    """Wait for a mail to whom a pattern fits that holds some words, and return its text."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for envelope in list(post.envelopes):
            parsed = message_from_bytes(envelope.content, policy=default)
            assert isinstance(parsed, EmailMessage)
            text = f"{parsed['Subject']}\n{parsed.get_content()}"
            if re.fullmatch(recipient, envelope.rcpt_tos[0]) and all(each in text for each in words):
                return text
        time.sleep(0.1)
    raise AssertionError(f"no mail to {recipient} with {words}, only to {post.recipients}")


def test_a_question_is_answered_and_that_solves_it(walker: Walker, place: Path) -> None:
    walker.check()
    walker.ask(INVOICE[walker.language])
    walker.check()
    walker.press("Read the full article")
    walker.page.wait_for_selector(".prose")
    walker.check()
    walker.press("Yes")
    expect(walker.page.locator("#reply-title")).to_have_text(walker.say("Good to hear."))
    walker.check()
    latest = "SELECT outcome FROM questions ORDER BY id DESC LIMIT 1"
    assert rows(place, latest) == [("confirmed",)]


def answer_as_team(browser: Browser, walker: Walker, link: str, answer: str) -> None:
    """Open the link of a team's mail on another phone, claim the case and answer it."""
    script = walker.page.evaluate("matchMedia('(scripting: enabled)').matches")
    with opened(browser, locale=LOCALES[walker.language], script=script) as phone:
        team = Walker(phone, walker.url, walker.language)
        phone.goto(link)
        team.check(desk=True)
        phone.fill("#who", "Kim")
        team.press("Claim")
        expect(phone.get_by_role("status").first).to_have_text(team.say(CLAIMED))
        phone.fill("#answer", answer)
        team.press("Send answer")
        expect(phone.locator(".events")).to_contain_text(answer)
        team.check(desk=True)


def test_two_articles_that_do_not_help_lead_to_a_person_who_solves_it(
    walker: Walker, browser: Browser, place: Path, post: MailServer
) -> None:
    page, question = walker.page, NUMBER[walker.language]
    email = f"{walker.language}-{len(post.envelopes)}@example.org"
    walker.ask(question)
    first = walker.title()
    walker.reject("Does not fit my situation")
    expect(
        page.get_by_text(walker.say("Sorry that this did not help. Perhaps this fits better:"))
    ).to_be_visible()
    second = walker.title()
    assert second != first
    walker.check()
    walker.reject("Tried it, did not work")
    expect(page.locator("#reply-title")).to_have_text(walker.say("A person will help you"))
    expect(page.locator("#question")).to_have_count(0)
    assert rows(place, "SELECT reason FROM feedback ORDER BY id DESC LIMIT 2") == [
        ("did-not-work",),
        ("not-my-case",),
    ]

    assert page.input_value("#message") == question
    page.locator(".packet summary").click()
    walker.check()
    expect(page.locator(".packet bdi")).to_have_text([question, first, second])
    expect(page.locator(".packet .tag")).to_have_text([walker.say("did not help")] * 2)
    page.fill("#email", email)
    walker.press("Send message")
    expect(page.get_by_role("heading", level=1)).to_have_text(walker.say("Thank you. We have your message."))
    walker.check()
    number, code = page.locator(".keys dd").all_inner_texts()

    told = mail(post, TEAM, number)
    assert question in told
    assert told.count(first) == told.count(second) == 2
    found = re.search(rf"{walker.url}/desk/(?!team/)\S+", told)
    assert found
    answer = {"de": "Ja, Ihre alte Nummer bleibt.", "en": "Yes, your old number stays."}[walker.language]
    answer_as_team(browser, walker, found[0], answer)

    assert answer in mail(post, email, number, answer)
    receipt = mail(post, email, number, code)
    page.goto(re.findall(r"http\S+", receipt)[0])
    assert page.input_value("#number") == number
    page.fill("#code", code)
    walker.press("Show my request")
    expect(page.locator(".events")).to_contain_text(answer)
    walker.check()
    walker.press("Yes, it is solved")
    expect(page.get_by_role("button", name=walker.say("Yes, it is solved"))).to_have_count(0)
    walker.check()
    states = "SELECT state FROM cases WHERE number = ?"
    assert rows(place, states, number) == [("closed",)]


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize(("language", "decision"), QUESTIONS)
def test_every_outcome_speaks_the_language_of_the_question_and_then_the_other(
    browser: Browser, served: Server, place: Path, language: Language, decision: Decision, script: bool
) -> None:
    browsers: Language = "en" if language == "de" else "de"
    with opened(browser, width=320, locale=LOCALES[browsers], script=script) as page:
        page.goto(served.url)
        Walker(page, served.url, browsers).check()
        page.fill("#question", QUESTIONS[language, decision])
        page.locator("#ask-form .button").click()
        page.wait_for_selector("#reply-title")
        walker = Walker(page, served.url, language)
        walker.check()
        assert rows(place, "SELECT decision, language FROM questions ORDER BY id DESC LIMIT 1") == [
            (decision.value, language)
        ]
        if decision in TITLES:
            assert page.title().startswith(walker.say(TITLES[decision]))
        if decision is Decision.CLARIFY:
            assert page.title().startswith(ASKED_BACK[language])
        assert page.locator(".reply").get_attribute("lang") == language
        with_form = decision not in {Decision.ANSWER, Decision.CLARIFY}
        expect(page.locator(".reply #contact-form")).to_have_count(int(with_form))
        page.locator(".tongue button:not([hidden])").click()
        page.wait_for_selector(f"html[lang={browsers}]")
        Walker(page, served.url, browsers).check()
        expect(page.locator(".reply #contact-form")).to_have_count(int(with_form))


def test_a_follow_up_keeps_its_topic(walker: Walker) -> None:
    walker.ask(SIM[walker.language])
    title = walker.title()
    walker.ask(COST[walker.language])
    assert walker.title() == title
    expect(walker.page.locator(".follows")).to_contain_text(SIM[walker.language])
    expect(walker.page.locator(".extract")).to_contain_text("€")
    walker.check()


def test_the_other_language_keeps_the_whole_conversation(walker: Walker) -> None:
    page = walker.page
    other = Walker(page, walker.url, "en" if walker.language == "de" else "de")
    switch = page.locator(".tongue button:not([hidden])")
    walker.ask(SIM[walker.language])
    walker.ask(COST[walker.language])
    walker.ask(NUMBER[walker.language])
    first = walker.title()
    page.fill("#question", "Wi-Fi?")
    switch.click()
    page.wait_for_selector(f"html[lang={other.language}]")
    other.check()
    asked = [words[walker.language] for words in (SIM, COST, NUMBER)]
    expect(page.locator(".turns .words")).to_have_text(asked)
    assert page.input_value("#question") == "Wi-Fi?"
    assert other.title() != first

    other.reject("Hard to understand")
    expect(
        page.get_by_text(other.say("Sorry that this did not help. Perhaps this fits better:"))
    ).to_be_visible()
    second = other.title()
    other.press("Read the full article")
    page.wait_for_selector(".prose")
    other.press("Back to your conversation")
    assert other.title() == second, "an article takes nothing away"
    switch.click()
    page.wait_for_selector(f"html[lang={walker.language}]")
    walker.check()
    switch.click()
    page.wait_for_selector(f"html[lang={other.language}]")
    assert other.title() == second

    other.press("Talk to a person")
    expect(page.get_by_role("heading", level=1)).to_have_text(other.say("Talk to a person"))
    for question in asked:
        assert question in page.input_value("#message")
    expect(page.locator(".packet .tag")).to_have_count(1)
    assert page.input_value("#answer_language") == other.language
    other.check()
