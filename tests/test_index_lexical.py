"""Character n-grams: folding, typos, and leaving passages out as if they had never been there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Lexical, char_ngrams
from index.lexical import SMOOTHING

TEXTS = [
    "Wo finde ich meine Rechnung?",
    "Rechnung als PDF herunterladen",
    "Vertrag kündigen",
    "Kündigungsfrist meines Vertrags",
    "Wo ist mein Paket?",
    "Internet geht nicht",
]
words = st.sampled_from(
    ["rechnung", "vertrag", "kündigen", "paket", "internet", "wo", "ist", "mein", "pdf", "rückgabe"]
)
sentences = st.lists(words, min_size=1, max_size=5).map(" ".join)


def test_ngrams_know_word_borders_and_fold_umlauts() -> None:
    assert char_ngrams("Tür") == [" tu", "tue", "uer", "er ", " tue", "tuer", "uer ", " tuer", "tuer "]
    assert char_ngrams("Tuer!") == char_ngrams("tür")


def built(texts: list[str], documents: list[int] | None = None) -> Lexical:
    return Lexical.build(texts, np.array(documents or range(len(texts))))


def likeliest(lexical: Lexical, text: str) -> int:
    return int(np.argmax(lexical.likelihoods(lexical.look_up(text))))


def test_parts_of_compounds_and_typos_still_match() -> None:
    lexical = built(TEXTS)

    assert likeliest(lexical, "Rechnungsdownload") in (0, 1)
    assert likeliest(lexical, "vertrag kündgen") == 2


def test_known_ngrams_weigh_less_beside_unknown_words() -> None:
    lexical = built(TEXTS)

    alone, beside = lexical.look_up("paket"), lexical.look_up("paket xylophon quarz")
    assert np.linalg.norm(alone.weights) == pytest.approx(1.0, abs=1e-5)
    assert np.linalg.norm(beside.weights) < 0.9


def test_text_without_letters_says_nothing() -> None:
    assert not len(built([*TEXTS, "?!"]).look_up("?! ☎️").columns)


def test_the_document_with_the_words_is_the_likeliest() -> None:
    lexical = built(TEXTS, [0, 0, 1, 1, 2, 3])

    for text, document in (("rechnung herunterladen", 0), ("Kündigung Vertrag", 1), ("mein Paket", 2)):
        assert np.argmax(lexical.likelihoods(lexical.look_up(text))) == document


def test_likelihood_is_naive_bayes_of_passages_with_an_ngram() -> None:
    lexical = built(["aa", "aa", "bb"], [0, 0, 1])
    grams = lexical.look_up("aa")
    size, held = len(lexical.vocabulary), 3  # " aa", "aa ", " aa "

    expected = [
        sum(grams.weights) * np.log((n + SMOOTHING) / (total + SMOOTHING * size))
        for n, total in ((2, 2 * held), (0, held))
    ]
    gap = lexical.likelihoods(grams)
    assert gap[0] - gap[1] == pytest.approx(expected[0] - expected[1], rel=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.lists(sentences, min_size=3, max_size=8), sentences, st.data())
def test_left_out_passages_leave_no_trace(texts: list[str], query: str, data: st.DataObject) -> None:
    without = tuple(data.draw(st.sets(st.integers(0, len(texts) - 1), min_size=1, max_size=len(texts) - 1)))
    kept = [row for row in range(len(texts)) if row not in without]
    whole, part = built(texts), built([texts[row] for row in kept])

    grams, own = whole.look_up(query, without=without), part.look_up(query)
    assert np.allclose(np.sort(grams.weights), np.sort(own.weights), atol=1e-5)
    left = whole.likelihoods(whole.look_up(query, without=without), without=without)[kept]
    never = part.likelihoods(part.look_up(query))
    # n-grams that only the left-out passages have make the vocabulary larger, for all documents alike
    if len(part.vocabulary) == len(whole.vocabulary):
        assert np.allclose(left, never, atol=1e-3)
