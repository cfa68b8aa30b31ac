"""Misspelt words are mended towards the articles' words; all others stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import OnnxEncoder, Passage, PassageKind, build_index
from index.spelling import Spelling, split_words

PASSAGES = [
    Passage("invoice", "de", PassageKind.QUESTION, "Wo finde ich meine Rechnung?"),
    Passage("invoice", "de", PassageKind.PHRASING, "rechnugn fehlt, Kündigung auch"),
    Passage("router", "de", PassageKind.ANSWER, "Der Router leuchtet dauerhaft grün, das Internet geht."),
    Passage("router", "en", PassageKind.QUESTION, "My router has no internet connection"),
]


@pytest.fixture(scope="module")
def spelling(encoder: OnnxEncoder) -> Spelling:
    return Spelling(PASSAGES, encoder.is_common)


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        ("Rehcnung", "rechnung"),
        ("mein ruoter", "mein router"),
        ("intenet conection", "internet connection"),
        ("Rotuer!", "router"),
    ],
)
def test_slips_are_mended(spelling: Spelling, written: str, mended: str) -> None:
    assert spelling.correct(written) == mended


@pytest.mark.parametrize(
    "text",
    [
        "Wo finde ich meine Rechnung?",
        "rechnugn",
        "das Wetter",
        "rote",
        "Xylophonkonzert",
        "Drouter",
        "K-26-04821",
        "",
        "☎️",
    ],
)
def test_known_common_short_and_foreign_words_stay(spelling: Spelling, text: str) -> None:
    assert spelling.correct(text) is None


MANY = [Passage("invoice", "de", PassageKind.PHRASING, f"Rechnungsposten für Tag {day}") for day in range(40)]
ONE = Passage("invoice", "de", PassageKind.PHRASING, "rechnugnsposten")


def test_a_slip_in_a_phrasing_is_mended_towards_a_far_more_frequent_word() -> None:
    assert Spelling([*MANY, ONE], lambda _: False).correct("Rechnugnsposten") == "rechnungsposten"
    assert Spelling([*MANY[:19], ONE], lambda _: False).correct("Rechnugnsposten") is None


def test_a_rare_form_of_a_frequent_word_and_a_word_of_the_editor_s_stay() -> None:
    form = Passage("invoice", "de", PassageKind.PHRASING, "Rechnungspostens")
    own = Passage("invoice", "de", PassageKind.ANSWER, "Rechnugnsposten")

    assert Spelling([*MANY, form], lambda _: False).correct("Rechnungspostens") is None
    assert Spelling([*MANY, own], lambda _: False).correct("Rechnugnsposten") is None


def test_of_a_short_word_only_swapped_letters_are_mended() -> None:
    spelling = Spelling([Passage("a", "en", PassageKind.ANSWER, "what you want")], lambda _: False)

    assert spelling.correct("waht wnat") == "what want"
    assert spelling.correct("wham wand") is None


def test_an_everyday_word_near_a_word_of_the_corpus_stays() -> None:
    assert Spelling(PASSAGES, lambda _: False).correct("internat") == "internet"
    assert Spelling(PASSAGES, lambda word: word == "internat").correct("internat") is None


@given(st.text(max_size=80))
def test_mending_keeps_the_number_of_words_and_is_final(spelling: Spelling, text: str) -> None:
    mended = spelling.correct(text)

    if mended is not None:
        assert len(mended.split()) == len(split_words(text))
        assert spelling.correct(mended) is None


def test_a_misspelt_question_finds_the_article(encoder: OnnxEncoder) -> None:
    ranking = build_index(PASSAGES, encoder).rank("mein ruoter hat kein intenet", language="de")

    assert ranking.articles[0].article == "router"
    assert ranking.query == "mein router hat kein internet"
