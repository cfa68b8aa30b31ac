"""Languages: which one a page speaks, and that both catalogues are complete."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from web_page import Page
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from assistant import Decision
from webui.i18n import accepted_language

pytest_plugins = ["web_client"]

WEBUI = Path(__file__).resolve().parents[1] / "webui"


def catalogue(language: str) -> Catalog:
    path = WEBUI / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """All texts that code and templates use."""
    target = tmp_path_factory.mktemp("pot") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    options = ["-F", "translations/babel.cfg", "-o", str(target), "."]
    subprocess.run([*command, *options], cwd=WEBUI, check=True)
    with target.open("rb") as file:
        return {key(message.id) for message in read_po(file) if message.id}


def key(message: str | tuple[str, ...] | list[str]) -> str:
    return message if isinstance(message, str) else message[0]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_text_is_translated_and_none_is_left_over(language: str, used: set[str]) -> None:
    messages = [message for message in catalogue(language) if message.id]
    assert {key(message.id) for message in messages} == used
    for message in messages:
        texts = [message.string] if isinstance(message.string, str) else message.string
        assert all(texts), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", ["de", "en"])
def test_placeholders_are_the_same_in_every_language(language: str) -> None:
    for message in catalogue(language):
        ids = [message.id] if isinstance(message.id, str) else message.id
        strings = [message.string] if isinstance(message.string, str) else message.string
        wanted = set(re.findall(r"%\(\w+\)s", " ".join(ids)))
        assert set(re.findall(r"%\(\w+\)s", " ".join(strings))) == wanted, message.id


@pytest.mark.parametrize("language", ["de", "en"])
def test_compiled_catalogue_is_that_of_its_source(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    path = WEBUI / "translations" / language / "LC_MESSAGES" / "messages.mo"
    assert path.read_bytes() == compiled.getvalue()


def test_german_says_something_else_than_english() -> None:
    same = {message.id for message in catalogue("de") if message.id and message.id == message.string}
    assert same <= {"Service", "Code", "Name", "Team", "Answer: %(question)s"}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "de"),
        ("de-AT,en;q=0.9", "de"),
        ("de-CH", "de"),
        ("de-LI", "de"),
        ("de_AT", "de"),
        ("en-GB,de;q=0.8", "en"),
        ("fr,de;q=0.5", "de"),
        ("fr,en;q=0.2,*;q=0.1", "en"),
        ("en;q=1.5,de;q=-1", "de"),
        ("zh-Hant-TW, en-US-x-twain;q=0.5", "en"),
        ("fr-FR,en;q=0.5", "en"),
        ("fr", "de"),
        ("*", "de"),
        ("en;q=0.4,de;q=0.8", "de"),
        ("en;q=0,de;q=0.1", "de"),
        ("EN", "en"),
        ("x" * 5000, "de"),
        (";;;,,,q=", "de"),
    ],
)
def test_browsers_language_counts_without_its_region(
    client: FlaskClient, accepted: str, language: str
) -> None:
    assert Page.of(client.get("/", headers={"Accept-Language": accepted})).language == language


TAGS = st.sampled_from(["de", "de-AT", "DE-ch", "de-LI", "en", "en-GB", "EN", "fr", "den", "*", "x-de"])
QUALITIES = st.sampled_from(["", ";q=1", ";q=0.9", ";q=0.5", " ; q=0.25", ";q=0"])


@given(st.lists(st.tuples(TAGS, QUALITIES), max_size=6))
def test_the_readers_best_language_of_ours_counts(asked: list[tuple[str, str]]) -> None:
    header = ", ".join(tag + quality for tag, quality in asked)
    best, chosen = 0.0, "de"
    for tag, quality in asked:
        value = float(quality.partition("=")[2] or 1)
        if tag.lower().partition("-")[0] in {"de", "en"} and value > best:
            best, chosen = value, tag.lower()[:2]
    accepted = parse_accept_header(header, LanguageAccept)
    assert accepted_language(accepted) == chosen


@given(st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=300), st.integers(1, 50))
def test_no_header_is_an_error(header: str, times: int) -> None:
    accepted = parse_accept_header(header * times, LanguageAccept)
    assert accepted_language(accepted) in {"de", "en"}


def test_a_page_comes_whatever_a_browser_or_an_address_asks_for(client: FlaskClient) -> None:
    for header in ("," * 60_000, "de;q=" + "9" * 5_000, "en-" * 20_000, '"en', "\xe4\xf6", "de\t;q=0.1,en"):
        assert client.get("/status", headers={"Accept-Language": header}).status_code == 200
    for chosen in ("e" * 5_000, "de&lang=en", "\x00", "../en", "ＥＮ"):
        assert client.get("/status", query_string={"lang": chosen}).status_code == 200


@pytest.mark.parametrize(
    ("chosen", "language"), [("en", "en"), ("de", "de"), ("EN-us", "en"), ("fr", "de"), ("", "de")]
)
def test_explicit_choice_comes_before_the_browser(client: FlaskClient, chosen: str, language: str) -> None:
    assert Page.of(client.get("/", query_string={"lang": chosen})).language == language


def test_choice_travels_in_links_and_forms(client: FlaskClient) -> None:
    page = Page.of(client.get("/?lang=en"))
    actions = [given["action"] for tag, given in page.tags if tag == "form"]
    links = [given["href"] for tag, given in page.tags if tag == "a" and given["href"].startswith("/")]
    assert actions == ["/?lang=en"]
    assert links
    assert all("lang=en" in link for link in links)
    assert [each["formaction"] for each in page.buttons if each.get("lang") == "de"] == [
        "/conversation?lang=de"
    ]


def test_page_follows_the_language_of_the_question(client: FlaskClient) -> None:
    page = Page.of(client.post("/", data={"question": "Where can I find my invoice, please?"}))
    assert page.language == "en"
    contact = Page.of(client.post("/contact", data=page.carried))
    assert contact.language == "en"


def test_explicit_choice_stays_and_the_answer_is_marked_with_its_own_language(client: FlaskClient) -> None:
    page = Page.of(client.post("/?lang=de", data={"question": "Where can I find my invoice, please?"}))
    assert page.language == "de"
    reply = next(given for tag, given in page.tags if given.get("class") == "reply")
    assert reply["lang"] == "en"


def test_language_switch_is_on_every_page(client: FlaskClient, examples: dict[Decision, str]) -> None:
    thread = client.post("/", data={"question": examples[Decision.ANSWER]})
    pages = [thread, client.get("/contact"), client.get("/status"), client.get("/nowhere")]
    for response in pages:
        assert ">English<" in response.get_data(as_text=True)
        assert set(response.headers["Vary"].split(", ")) == {"Accept-Language", "Accept-Encoding"}
