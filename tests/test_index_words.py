"""Word evidence: every form in which customers write a word, and none that they do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import fold
from index.words import Words, skeleton, slips_allowed

ARTICLES = [
    ["Wo finde ich meine Rechnung?", "Download als PDF"],
    ["Wie kündige ich den Vertrag?", "Kündigungsfrist"],
    ["Das Paket kommt nicht an", "Lieferung und Rücksendung"],
    ["schön langsames Internet am Abend"],
]
SYNONYMS = [["Rechnung", "Faktura", "bill"], ["langsam", "nicht schnell"]]


@pytest.fixture(scope="module")
def words() -> Words:
    texts = [text for article in ARTICLES for text in article]
    starts = np.cumsum([0, *(len(article) for article in ARTICLES[:-1])])
    return Words(texts, starts.astype(np.int64), SYNONYMS)


def coverage(words: Words, text: str, without: tuple[int, ...] = ()) -> list[float]:
    numbers = np.arange(len(ARTICLES))
    return [round(float(x), 3) for x in words.coverage(words.look_up(text), numbers, without=without)]


@pytest.mark.parametrize(
    ("query", "article", "worth"),
    [
        ("rechnung", 0, 1.0),
        ("RECHNUNG", 0, 1.0),
        ("kuendige", 1, 1.0),
        ("kundige", 1, 0.9),
        ("schon", 3, 0.9),
        ("faktura", 0, 0.8),
        ("bill", 0, 0.8),
        ("rechnungsdownload", 0, 0.8),
        ("kündigungs frist", 1, 0.8),
        ("rehcnung", 0, 0.7),
        ("lieferng", 2, 0.7),
    ],
)
def test_a_form_counts_the_less_the_further_it_is(
    words: Words, query: str, article: int, worth: float
) -> None:
    found = coverage(words, query)

    assert max(range(4), key=found.__getitem__) == article
    assert found[article] == pytest.approx(worth, abs=0.001)


def test_the_exact_form_ranks_above_the_respelt_one() -> None:
    words = Words(["schon bezahlt", "schön hier"], np.array([0, 1]))

    numbers = np.arange(2)
    assert words.coverage(words.look_up("schön"), numbers).tolist() == pytest.approx([0.9, 1.0])
    assert words.coverage(words.look_up("schon"), numbers).tolist() == pytest.approx([1.0, 0.9])


def test_all_parts_of_a_compound_must_be_there_and_cover_it(words: Words) -> None:
    assert coverage(words, "rechnungsdownload") == [0.8, 0.0, 0.0, 0.0]
    assert coverage(words, "vertragsdownload") == [0.0, 0.0, 0.0, 0.0], "no article holds both parts"
    assert coverage(words, "rechnungsxdownload") == [0.0, 0.0, 0.0, 0.0], "an x covers nothing"


@pytest.mark.parametrize(
    ("word", "slips"), [("pdf", 0), ("sims", 0), ("paket", 1), ("vertrag", 1), ("rechnung", 2)]
)
def test_longer_words_forgive_more(word: str, slips: int) -> None:
    assert slips_allowed(word) == slips


def test_a_word_that_is_known_is_no_slip(words: Words) -> None:
    assert coverage(words, "paket")[2] == 1.0
    assert coverage(words, "pakte")[2] == pytest.approx(0.7)
    assert coverage(words, "pdx") == [0.0, 0.0, 0.0, 0.0], "three letters forgive nothing"


def test_left_out_passages_do_not_count(words: Words) -> None:
    assert coverage(words, "download", without=(1,)) == [0.0, 0.0, 0.0, 0.0]
    assert coverage(words, "rechnung", without=(1,))[0] == 1.0


def test_a_left_out_passage_takes_nothing_from_other_articles() -> None:
    words = Words(["Rechnung", "Rechnung", "Vertrag"], np.array([0, 1, 2]))

    assert words.coverage(words.look_up("rechnung"), np.arange(3), without=(0,)).tolist() == [0.0, 1.0, 0.0]


def test_rare_words_weigh_more_than_common_ones(words: Words) -> None:
    found = words.look_up("ich faktura xyzzy")
    weights = dict(zip(found.words, found.weights, strict=True))

    assert weights["ich"] < weights["faktura"] < weights["xyzzy"]


@given(st.text(max_size=60))
def test_any_text_is_covered_between_nothing_and_all(text: str) -> None:
    words = Words(["Rechnung", "Vertrag kündigen"], np.array([0, 1]), SYNONYMS)
    found = words.coverage(words.look_up(text), np.arange(2))

    assert ((found >= 0) & (found <= 1 + 1e-6)).all()


@given(st.text(alphabet="äöüabc", max_size=12))
def test_dots_make_no_difference_to_a_skeleton(word: str) -> None:
    without = word.translate(str.maketrans("äöü", "aou"))

    assert skeleton(fold(word)) == skeleton(fold(without))
