"""Reads some rows of a sparse matrix at once, without what building another matrix costs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix, csr_matrix


def entries(
    matrix: csr_matrix | csc_matrix, lines: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Return the entries of some rows of a CSR matrix, or columns of a CSC one.

    :param matrix: with ``n`` such lines.
    :param lines: which, shape ``(m,)``, each from 0 to ``n`` - 1; one may be asked for twice.
    :return: for each entry which of the ``m`` lines it is in, where it stands there, and its value, each of
        shape ``(entries,)``, in the order of the lines.
    """
    begins, ends = matrix.indptr[lines], matrix.indptr[lines + 1]
    lengths = ends - begins
    which = np.repeat(np.arange(len(lines), dtype=np.int64), lengths)
    found = np.arange(len(which)) + (begins - np.cumsum(lengths) + lengths)[which]
    return which, matrix.indices[found], matrix.data[found]
