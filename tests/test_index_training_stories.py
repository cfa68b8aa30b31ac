"""Questions told among sentences that say nothing of them."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import Vectors
from index.ranking import Passage, PassageKind
from index.training.stories import small_talk, tell

ARTICLES = {"invoice": "bill", "router": "box", "parcel": "parcel"}
"""Articles, each with a word that tells its texts."""
WORDS = list(ARTICLES.values())


def _encode(texts: list[str] | tuple[str, ...]) -> Vectors:
    """One number for each telling word, and one for none of them."""
    rows = [[float(word in text) for word in WORDS] for text in texts]
    vectors = np.array([[*row, float(not any(row))] for row in rows], dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def _passages(story: str) -> list[Passage]:
    asked = [
        Passage(article, "en", PassageKind.PHRASING, f"{verb} the {word}")
        for article, word in ARTICLES.items()
        for verb in ("where is", "show me", "i miss", "send me", "what about")
        for _ in range(20)
    ]
    nothing = [Passage("", "en", PassageKind.NOTHING, "who won the match")] * 100
    return [*nothing, *asked, Passage("router", "en", PassageKind.PHRASING, story)]


def _talk(story: str) -> list[str]:
    passages = _passages(story)
    return small_talk(passages, _encode([passage.text for passage in passages]), _encode)["en"]


def test_small_talk_says_little_of_its_article_and_nothing_clear_of_another() -> None:
    talk = _talk("We had guests all weekend. My box is dark since then! The parcel came late. Oh my.")

    assert talk == ["We had guests all weekend."]


def test_a_text_of_two_sentences_is_no_story() -> None:
    assert _talk("We had guests all weekend. My box is dark.") == []


@given(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1, max_size=5), st.integers())
def test_a_told_text_stands_whole_among_small_talk(text: str, talk: list[str], seed: int) -> None:
    assert text in tell(text, talk, Random(seed))


def test_a_text_is_told_between_other_sentences_and_ends_where_they_begin() -> None:
    told = {tell("where is my bill", ["We moved."], Random(seed)) for seed in range(200)}

    assert "We moved. where is my bill? We moved." in told
    assert max(each.count("We moved.") for each in told) == 5
    assert min(each.count("We moved.") for each in told) == 0
