"""The words of a corpus: half-written ones are finished, telling ones lead to their articles."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, Language, load_corpus
from corpus.model import Translation, Translations
from corpus.settings import PACKAGE
from webui.vocabulary import MOST_COMPLETIONS, Vocabulary

WORDS = {
    "find-invoice": ("Wo finde ich meine Rechnung?", ("rechnung finden", "wo liegt meine rechnung", "PDF")),
    "order-status": ("Wo ist meine Bestellung?", ("wo ist mein paket", "paket verfolgen", "päckchen weg")),
    "cancel": ("Wie komme ich heraus?", ("vertrag kündigen", "kündigung vertrag", "vertrag beenden")),
    "move": ("Ich ziehe um.", ("umzug vertrag", "vertrag mitnehmen", "neue wohnung")),
}


def article(name: str, title: str, phrasings: tuple[str, ...]) -> Article:
    words = Translation(
        question=title, phrasings=phrasings, short="Kurz gesagt.", answer="Ausführlich gesagt."
    )
    return Article.model_construct(id=name, topic="t", translations=Translations(de=words))


@pytest.fixture(scope="module")
def small() -> Vocabulary:
    """Four German articles."""
    return Vocabulary([article(name, *words) for name, words in WORDS.items()], "de")


@pytest.fixture(scope="module")
def shipped_words() -> dict[Language, Vocabulary]:
    """The shipped articles in both languages."""
    articles = load_corpus(PACKAGE).articles.values()
    return {language: Vocabulary(articles, language) for language in ("de", "en")}


def test_the_last_word_is_finished_as_the_articles_write_it(small: Vocabulary) -> None:
    assert small.completions("wo ist mein pak") == ["wo ist mein paket"]
    assert small.completions("Wo liegt meine RECHN") == ["Wo liegt meine rechnung"]
    assert small.completions("päck") == ["päckchen"], "umlauts"
    assert sorted(small.completions("vertrag kün")) == ["vertrag kündigen", "vertrag kündigung"]


def test_the_words_before_decide_between_endings(small: Vocabulary) -> None:
    assert small.completions("vertrag um") == [], "two letters begin too many words"
    assert small.completions("vertrag umz") == ["vertrag umzug"]
    assert small.completions("paket umz") == [], "no article speaks of both"
    assert small.completions("quasselstrippe umz") == ["quasselstrippe umzug"], (
        "what nobody knows says nothing"
    )


@pytest.mark.parametrize("text", ["", " ", "wo ist mein ", "rechnung?", "12345", "xyzxyz", "paket"])
def test_nothing_to_finish(small: Vocabulary, text: str) -> None:
    assert small.completions(text) == []


@given(st.text(max_size=60), st.sampled_from(["pak", "rech", "kue", "ﬁn", "İx"]))
def test_what_was_typed_before_stays_as_it_was(text: str, last: str) -> None:
    words = Vocabulary([article(name, *each) for name, each in WORDS.items()], "de")
    found = words.completions(text + " " + last)
    assert len(found) <= MOST_COMPLETIONS
    assert all(each.startswith(text + " ") for each in found)
    assert isinstance(words.asked_with(text), list)
    assert words.likeness(text) >= 0


def test_a_telling_word_leads_to_its_articles(small: Vocabulary) -> None:
    assert small.asked_with("Rechnung") == ["find-invoice"]
    assert small.asked_with("VERTRAG") == ["cancel", "move"]
    assert small.asked_with("Wo?") == ["find-invoice", "order-status"]
    assert small.asked_with("Apfelkuchen") == []


def test_what_it_knows(small: Vocabulary) -> None:
    assert small.knows("Rechnung?")
    assert not small.knows("Rechnung Apfelkuchen")
    assert not small.knows("?!")
    assert small.likeness("rechnung vertrag") > small.likeness("rechnung apfelkuchen") > 0


@pytest.mark.parametrize(
    ("language", "typed", "expected"),
    [
        ("de", "wo ist mein pak", "wo ist mein paket"),
        ("de", "mein pass", "mein passwort"),
        ("de", "wlan ist langs", "wlan ist langsam"),
        ("en", "where is my inv", "where is my invoice"),
        ("en", "reset pass", "reset password"),
    ],
)
def test_the_shipped_words(
    shipped_words: dict[Language, Vocabulary], language: Language, typed: str, expected: str
) -> None:
    assert expected in shipped_words[language].completions(typed)


def test_the_shipped_articles_for_a_word(shipped_words: dict[Language, Vocabulary]) -> None:
    assert "find-invoice" in shipped_words["de"].asked_with("Rechnung")[:5]
    assert "cancel-contract" in shipped_words["de"].asked_with("Vertrag")[:5]
    assert "no-internet" in shipped_words["en"].asked_with("internet")[:5]
    for words in shipped_words.values():
        assert words.asked_with("hallo hello") == []


def test_it_is_quick(shipped_words: dict[Language, Vocabulary]) -> None:
    words, started = shipped_words["de"], time.process_time()
    for _ in range(50):
        words.completions("ich habe meinen ver")
        words.asked_with("meine Rechnung")
    assert (time.process_time() - started) / 50 < 0.005
