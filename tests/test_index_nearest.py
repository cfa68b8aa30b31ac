"""The nearest vectors are found though they are kept at a byte a number."""

from __future__ import annotations

import numpy as np
import pytest

from index.encoder import Vectors
from index.nearest import Nearest


def drawn(rows: int, dim: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("dim", [8, 30, 384])
def test_the_cosines_are_almost_exact(dim: int) -> None:
    vectors, asked = drawn(500, dim, 1), drawn(20, dim, 2)
    cosines, rows = Nearest(vectors).search(asked, 50)
    exact = asked @ vectors.T
    assert cosines.shape == rows.shape == (20, 50)
    assert cosines == pytest.approx(np.take_along_axis(exact, rows, axis=1), abs=0.02 if dim < 384 else 0.004)
    assert (np.diff(cosines, axis=1) <= 0).all(), "the nearest first"
    left_out = exact.copy()
    np.put_along_axis(left_out, rows, -1, axis=1)
    assert (left_out.max(axis=1) <= cosines[:, -1] + 0.02).all()


def test_a_vector_is_nearest_to_itself() -> None:
    vectors = drawn(300, 384, 3)
    _, rows = Nearest(vectors).search(vectors, 1)
    assert rows[:, 0].tolist() == list(range(300))


def test_no_more_are_found_than_there_are() -> None:
    cosines, rows = Nearest(drawn(3, 384, 4)).search(drawn(2, 384, 5), 50)
    assert cosines.shape == rows.shape == (2, 3)
    assert sorted(rows[0].tolist()) == [0, 1, 2]


def test_zeros_are_searched_too() -> None:
    cosines, _ = Nearest(np.zeros((2, 8), dtype=np.float32)).search(np.zeros((1, 8), dtype=np.float32), 2)
    assert cosines.tolist() == [[0.0, 0.0]]


def test_what_is_found_does_not_depend_on_what_else_is_searched_for() -> None:
    kept, asked = Nearest(drawn(300, 384, 6)), drawn(20, 384, 7)
    asked[1] = np.eye(384, dtype=np.float32)[0]
    together, rows = kept.search(asked, 5)
    for at in range(len(asked)):
        alone, found = kept.search(asked[at : at + 1], 5)
        assert np.array_equal(alone[0], together[at])
        assert np.array_equal(found[0], rows[at])
