"""Character n-grams: folding, typos, and leaving passages out as if they had never been there."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Lexical, char_ngrams

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


def test_same_text_scores_one_and_unrelated_text_zero() -> None:
    scores = Lexical.build(TEXTS).scores("vertrag kuendigen")

    assert np.isclose(scores[2], 1.0, atol=1e-5)
    assert scores[5] == 0.0


def test_parts_of_compounds_and_typos_still_match() -> None:
    lexical = Lexical.build(TEXTS)

    assert np.argmax(lexical.scores("Rechnungsdownload")) in (0, 1)
    assert np.argmax(lexical.scores("vertrag kündgen")) == 2


def test_unknown_words_lower_the_score() -> None:
    lexical = Lexical.build(TEXTS)

    assert lexical.scores("paket xylophon quarz")[4] < lexical.scores("paket")[4]


def test_text_without_letters_scores_nothing() -> None:
    assert not Lexical.build(TEXTS).scores("?! ☎️").any()


@settings(max_examples=60, deadline=None)
@given(st.lists(sentences, min_size=3, max_size=8), sentences, st.data())
def test_left_out_passages_leave_no_trace(texts: list[str], query: str, data: st.DataObject) -> None:
    without = tuple(data.draw(st.sets(st.integers(0, len(texts) - 1), min_size=1, max_size=len(texts) - 1)))
    kept = [row for row in range(len(texts)) if row not in without]

    left_out = Lexical.build(texts).scores(query, without=without)
    never_there = Lexical.build([texts[row] for row in kept]).scores(query)

    assert np.allclose(left_out[kept], never_there, atol=1e-5)
