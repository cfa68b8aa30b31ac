"""BM25 against its formula and a published implementation; both rivals on a few passages."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from eval.peers import Bm25, CharacterTfidf, Dense, Peer, peers_of
from index import OnnxEncoder, Passage, PassageKind

TEXTS = [
    "Wie kündige ich meinen Vertrag?",
    "Vertrag beenden",
    "Wo finde ich meine Rechnung?",
    "Where do I find my invoice?",
    "Der Router blinkt rot, was tun?",
]
PASSAGES = [
    Passage("cancel", "de", PassageKind.QUESTION, TEXTS[0]),
    Passage("cancel", "de", PassageKind.PHRASING, TEXTS[1]),
    Passage("invoice", "de", PassageKind.QUESTION, TEXTS[2]),
    Passage("invoice", "en", PassageKind.QUESTION, TEXTS[3]),
    Passage("router", "de", PassageKind.QUESTION, TEXTS[4]),
]


def test_bm25_by_hand() -> None:
    scores = Bm25(["a b", "a a c", "d"], k1=1.2, b=0.75).scores("a")
    idf = log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    assert scores[0] == pytest.approx(idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / 2)))
    assert scores[1] == pytest.approx(idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2)))
    assert scores[2] == 0.0


def test_bm25_is_the_published_one_up_to_the_idf() -> None:
    words = [text.lower().strip("?").split() for text in ("red fox jumps", "lazy dog", "red red rose tree")]
    theirs = BM25Okapi(words, k1=1.5, b=0.75)
    theirs.idf = {word: log(1 + (3 - n + 0.5) / (n + 0.5)) for word, n in {"red": 2, "rose": 1}.items()}
    ours = Bm25([" ".join(text) for text in words], k1=1.5, b=0.75)
    assert np.allclose(ours.scores("rose red"), theirs.get_scores(["rose", "red"]))


def test_bm25_folds_words() -> None:
    assert Bm25(TEXTS).scores("KUENDIGE")[0] > 0


@pytest.mark.parametrize("text", ["", "?!", "qxqx"])
@pytest.mark.parametrize("scorer", [Bm25, CharacterTfidf])
def test_nothing_in_common_scores_nothing(scorer: type[Bm25 | CharacterTfidf], text: str) -> None:
    assert scorer(TEXTS).scores(text).tolist() == [0.0] * len(TEXTS)


def test_character_tfidf_is_a_cosine() -> None:
    scores = CharacterTfidf(TEXTS).scores("Wo finde ich meine Rechnung?")
    assert scores[2] == pytest.approx(1.0)
    assert (scores[[0, 1, 3, 4]] < 0.9).all()


def test_character_tfidf_forgives_a_typo() -> None:
    assert int(np.argmax(CharacterTfidf(TEXTS).scores("Rechnunng fidnen"))) == 2


@pytest.mark.parametrize("peer", peers_of(PASSAGES), ids=lambda peer: peer.name)
def test_an_article_is_as_good_as_its_best_passage(peer: Peer) -> None:
    ranked = peer.rank("Vertrag beenden")
    assert ranked[0][0] == "cancel"
    assert sorted(article for article, _ in ranked) == ["cancel", "invoice", "router"]
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)


@pytest.mark.parametrize("peer", peers_of(PASSAGES), ids=lambda peer: peer.name)
def test_only_the_wanted_languages_are_searched(peer: Peer) -> None:
    assert [article for article, _ in peer.rank("Vertrag", frozenset({"en"}))] == ["invoice"]


def test_corpora_without_words_do_not_break_bm25() -> None:
    assert Bm25(["?!", ""]).scores("Vertrag").tolist() == [0.0, 0.0]


NOTHING = Passage("", "de", PassageKind.NOTHING, "Vertrag beenden bei einer anderen Firma")


def test_vectors_alone_are_a_rival_where_there_is_an_encoder(encoder: OnnxEncoder) -> None:
    assert [peer.name for peer in peers_of(PASSAGES)] == ["BM25", "character TF-IDF"]
    dense = peers_of(PASSAGES, encoder)[-1]
    assert dense.name == "dense alone"
    ranked = dense.rank("Where do I find my invoice?")
    assert ranked[0] == ("invoice", pytest.approx(1.0, abs=1e-3))
    outcome = dense.outcome(
        "Vertrag beenden", language="de", expected=frozenset({"cancel"}), searched=frozenset({"de", "en"})
    )
    assert outcome.correct
    assert outcome.confidence == pytest.approx(1.0, abs=1e-3)
    assert outcome.points is None


def test_passages_of_no_article_are_nobody_s(encoder: OnnxEncoder) -> None:
    whole = [NOTHING, *PASSAGES]
    vectors = encoder.encode([passage.text for passage in whole], role="passage")
    for with_nothing, without in zip(
        peers_of(whole, encoder, vectors), peers_of(PASSAGES, encoder), strict=True
    ):
        ranked = with_nothing.rank(NOTHING.text)
        assert "" not in dict(ranked)
        assert ranked == [(article, pytest.approx(score)) for article, score in without.rank(NOTHING.text)]


def test_dense_scores_are_cosines(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(TEXTS, role="passage")
    asked = encoder.encode(["Rechnung"], role="query")[0]
    assert np.allclose(Dense(vectors, encoder).scores("Rechnung"), vectors @ asked)
