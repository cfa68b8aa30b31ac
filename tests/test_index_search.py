"""Ranking: languages merge, filters hide, and a left-out article is as if it had never been."""

from __future__ import annotations

import numpy as np
import pytest

from index import (
    EVIDENCE,
    LEARNED,
    Filter,
    Index,
    OnnxEncoder,
    Passage,
    PassageKind,
    Ranking,
    build_index,
)
from index.evidence import densities

PASSAGES = [
    Passage("invoice", "de", PassageKind.QUESTION, "Wo finde ich meine Rechnung?"),
    Passage("invoice", "en", PassageKind.QUESTION, "Where do I find my invoice?"),
    Passage(
        "invoice", "de", PassageKind.ANSWER, "Die Rechnung liegt am Fünften des Monats im Portal bereit."
    ),
    Passage("cancel", "de", PassageKind.QUESTION, "Wie kündige ich meinen Vertrag?"),
    Passage("cancel", "en", PassageKind.PHRASING, "get out of my contract"),
    Passage("parcel", "en", PassageKind.QUESTION, "Where is my parcel?"),
]


def evidence(ranking: Ranking, place: int) -> dict[str, float]:
    return dict(zip(EVIDENCE, ranking.articles[place].evidence, strict=True))


@pytest.fixture(scope="module")
def small(encoder: OnnxEncoder) -> Index:
    return build_index(PASSAGES, encoder)


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("rechnung download", "invoice"),
        ("need my bill", "invoice"),
        ("ich will weg von euch, vertrag kündigen", "cancel"),
        ("wo bleibt mein Paket", "parcel"),
    ],
)
def test_right_article_is_first_whatever_its_language(small: Index, text: str, article: str) -> None:
    assert small.rank(text, language=None).articles[0].article == article


def test_an_article_appears_once_with_its_best_passage(small: Index) -> None:
    ranking = small.rank("Wo finde ich meine Rechnung?", language="de")

    assert [ranked.article for ranked in ranking.articles].count("invoice") == 1
    assert ranking.articles[0].passage.text == "Wo finde ich meine Rechnung?"
    assert evidence(ranking, 0)["nearest"] == pytest.approx(1.0, abs=1e-3)
    assert evidence(ranking, 0)["coverage"] == pytest.approx(1.0, abs=1e-3)


def test_an_article_says_its_nearest_passage_in_each_language(small: Index) -> None:
    invoice = small.rank("Wo finde ich meine Rechnung?", language=None).articles[0]
    only_german = Filter(languages=frozenset({"de"}))
    german = small.rank("Wo finde ich meine Rechnung?", language=None, leave_out=only_german).articles[0]

    assert [passage.language for passage in invoice.passages] == ["de", "en"]
    assert {passage.article for passage in invoice.passages} == {"invoice"}
    assert german.passages == (invoice.passage,)


def test_scores_fall(small: Index) -> None:
    scores = [ranked.score for ranked in small.rank("rechnung", language="de").articles]

    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("text", ["get out of my contract", "GET OUT, of my contract!"])
def test_a_phrasing_leads_to_its_article(small: Index, text: str) -> None:
    ranking = small.rank(text, language="en")

    assert (ranking.known, ranking.articles[0].article) == (True, "cancel")
    assert not small.rank(f"{text} please", language="en").known


def test_an_article_that_is_hidden_is_not_known(small: Index) -> None:
    hidden = Filter(articles=frozenset({"cancel"}))

    assert not small.rank("get out of my contract", language="en", leave_out=hidden).known


def test_words_of_an_answer_are_no_phrasing(small: Index) -> None:
    assert not small.rank(PASSAGES[2].text, language="de").known


def test_a_phrasing_of_two_articles_is_known_of_neither(encoder: OnnxEncoder) -> None:
    both = [Passage(article, "en", PassageKind.PHRASING, "help me out") for article in ("cancel", "parcel")]
    index = build_index([*PASSAGES, *both], encoder)

    assert not index.rank("help me out", language="en").known


def test_an_article_in_another_language_is_marked_and_judged_by_its_meaning(small: Index) -> None:
    german = {ranked.article: ranked for ranked in small.rank("wo ist mein paket", language="de").articles}

    assert dict(zip(EVIDENCE, german["parcel"].evidence, strict=True))["foreign"] == 1.0
    assert dict(zip(EVIDENCE, german["invoice"].evidence, strict=True))["foreign"] == 0.0
    assert small.rank("wo ist mein paket", language="de").articles[0].article == "parcel"


def test_an_untranslated_article_is_searched_in_its_other_language_alone(small: Index) -> None:
    hidden = Filter(untranslated=frozenset({"invoice"}), language="de")
    ranking = small.rank("Wo finde ich meine Rechnung?", language="de", leave_out=hidden)
    invoice = next(ranked for ranked in ranking.articles if ranked.article == "invoice")

    assert invoice.passage.language == "en"
    assert dict(zip(EVIDENCE, invoice.evidence, strict=True))["foreign"] == 1.0
    assert ranking.articles[0].article == "invoice"


def test_filters_hide_articles_languages_and_rows(small: Index) -> None:
    text = "Wo finde ich meine Rechnung?"
    no_invoice = small.rank(text, language="de", leave_out=Filter(articles=frozenset({"invoice"})))
    english = small.rank(text, language="de", leave_out=Filter(languages=frozenset({"en"})))
    nothing = small.rank(text, language="de", leave_out=Filter(without=tuple(range(len(small)))))

    assert "invoice" not in [ranked.article for ranked in no_invoice.articles]
    assert {ranked.passage.language for ranked in english.articles} == {"en"}
    assert nothing.articles == ()


def test_a_left_out_article_leaves_the_same_ranking_as_never_indexed(
    small: Index, encoder: OnnxEncoder
) -> None:
    rows = tuple(row for row, passage in enumerate(small.passages) if passage.article == "invoice")
    never = build_index([passage for passage in PASSAGES if passage.article != "invoice"], encoder)

    query, hidden = small.query("Rechnung und Vertrag", language="de"), Filter(without=rows)
    classifier = small.fit_classifier(small.rows_hidden(hidden))
    left_out = small.weigh(query, small.evidence(query, leave_out=hidden, classifier=classifier), LEARNED)
    expected = never.rank("Rechnung und Vertrag", language="de")

    assert [ranked.article for ranked in left_out.articles] == [
        ranked.article for ranked in expected.articles
    ]
    for one, other in zip(left_out.articles, expected.articles, strict=True):
        gaps = dict(zip(EVIDENCE, np.subtract(one.evidence, other.evidence), strict=True))
        # Its n-grams make the vocabulary larger: all documents are less likely alike.
        for name in set(EVIDENCE) - {"likelihood", "coverage"}:
            assert gaps[name] == pytest.approx(0.0, abs=1e-3), name


def test_large_index_finds_what_a_full_comparison_finds(encoder: OnnxEncoder) -> None:
    rng = np.random.default_rng(7)
    words = ["rechnung", "vertrag", "paket", "router", "esim", "tarif", "umzug", "mahnung", "konto", "gerät"]
    texts = sorted({" ".join(rng.choice(words, size=rng.integers(2, 6))) + f" {n}" for n in range(1300)})
    passages = [Passage(f"a{n:04d}", "de", PassageKind.PHRASING, text) for n, text in enumerate(texts)]
    large = build_index(passages, encoder)

    for text in ("umzug und neuer router", "mahnung esim"):
        query = large.query(text, language="de")
        among_all = large.evidence(query)
        everything = Index(large.passages, large.vectors, large.lexical, encoder)
        everything.candidates = len(passages)
        whole = everything.evidence(query)
        assert len(among_all.articles) < len(whole.articles)
        assert (
            large.weigh(query, among_all, LEARNED).articles[0].article
            == large.weigh(query, whole, LEARNED).articles[0].article
        )


def test_several_near_passages_beat_one_that_is_little_nearer() -> None:
    agreeing, stray = np.array([0.70, 0.68, 0.66]), np.array([0.72, 0.1, 0.1])

    sure = np.array([0.95, 0.1])
    found, nearest = densities([each.astype(np.float32) for each in (sure, agreeing, stray)])
    assert found[0] > found[1] > found[2]
    assert nearest == pytest.approx([each.max() for each in (sure, agreeing, stray)])
    exact = [np.log(np.exp(20.0 * each).sum()) / 20.0 for each in (sure, agreeing, stray)]
    assert found == pytest.approx(exact, abs=1e-5)
    hidden, _ = densities([np.array([0.5, -np.inf], dtype=np.float32)])
    assert hidden == pytest.approx([0.5])


def test_an_empty_corpus_is_refused(encoder: OnnxEncoder) -> None:
    with pytest.raises(ValueError, match="no published article"):
        build_index([], encoder)
