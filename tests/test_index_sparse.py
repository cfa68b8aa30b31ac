"""Some rows of a sparse matrix are read as the matrix itself would give them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_matrix, csr_matrix

from index.sparse import entries


@given(st.data())
def test_rows_and_columns_are_those_of_the_matrix(data: st.DataObject) -> None:
    height, width = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 6))
    cells = data.draw(st.lists(st.integers(0, 2), min_size=height * width, max_size=height * width))
    dense = np.array(cells, dtype=np.float32).reshape(height, width)
    for matrix, whole in ((csr_matrix(dense), dense), (csc_matrix(dense), dense.T)):
        lines = np.array(data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)), dtype=np.int64)
        which, places, values = entries(matrix, lines)
        found = np.zeros((len(lines), whole.shape[1]), dtype=np.float32)
        found[which, places] = values
        assert np.array_equal(found, whole[lines])
        assert np.count_nonzero(whole[lines]) == len(values)


def test_no_rows_are_no_entries() -> None:
    which, places, values = entries(csr_matrix(np.eye(3, dtype=np.float32)), np.array([], dtype=np.int64))
    assert len(which) == len(places) == len(values) == 0
    assert values.dtype == np.float32


@pytest.mark.parametrize("lines", [[0, 0], [2, 1, 2]])
def test_a_row_may_be_asked_for_twice(lines: list[int]) -> None:
    which, places, _ = entries(csr_matrix(np.eye(3, dtype=np.float32)), np.array(lines))
    assert places.tolist() == lines
    assert which.tolist() == list(range(len(lines)))
