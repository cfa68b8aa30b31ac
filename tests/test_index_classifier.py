"""The classifier over articles: what it learns, what it leaves out, and that it is the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from index import Passage, PassageKind, Vectors
from index.classifier import Classifier, fit_classifier


def some(
    n: int = 60, *, kinds: int = 3
) -> tuple[list[Passage], Vectors, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Texts of three articles, each around its own axis."""
    rng = np.random.default_rng(3)
    names = np.sort(np.arange(n) % kinds).astype(np.int64)
    vectors = rng.normal(0, 0.3, (n, 8)) + 2 * np.eye(8)[names]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    passages = [
        Passage(f"a{name}", "de", PassageKind.PHRASING, f"text {at}") for at, name in enumerate(names)
    ]
    return passages, vectors.astype(np.float32), names


def test_it_tells_articles_apart_and_its_shares_sum_to_one() -> None:
    passages, vectors, names = some()
    fitted = fit_classifier(passages, vectors, names)

    shares = np.array([fitted.log_shares(vector[np.newaxis]) for vector in vectors])
    assert (shares.argmax(axis=1) == names).mean() > 0.95
    assert np.exp(shares).sum(axis=1) == pytest.approx(1.0, abs=1e-4)


def test_the_same_texts_give_the_same_classifier() -> None:
    one, other = fit_classifier(*some()), fit_classifier(*some())

    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.intercepts, other.intercepts)


def test_an_article_that_is_left_out_has_no_share() -> None:
    passages, vectors, names = some()
    fitted = fit_classifier(passages, vectors, names, without=names == 1)

    assert fitted.log_shares(vectors[:1])[1] == -np.inf
    assert np.isfinite(fitted.log_shares(vectors[:1])[[0, 2]]).all()


def test_left_out_texts_are_as_if_never_there() -> None:
    passages, vectors, names = some()
    without = np.arange(len(names)) % 4 == 0
    kept = np.flatnonzero(~without)

    one = fit_classifier(passages, vectors, names, without=without)
    other = fit_classifier([passages[row] for row in kept], vectors[kept], names[kept])
    assert np.allclose(one.weights, other.weights, atol=1e-5)


def test_of_two_vectors_the_surer_one_counts() -> None:
    fitted = Classifier(np.eye(2, dtype=np.float32) * 5, np.zeros(2, dtype=np.float32))
    vague, sure = np.array([[0.7, 0.7]], dtype=np.float32), np.array([[1.0, 0.0]], dtype=np.float32)

    both = fitted.log_shares(np.concatenate([vague, sure]))
    assert both[0] == pytest.approx(fitted.log_shares(sure)[0])
    assert both[1] == pytest.approx(fitted.log_shares(vague)[1])
