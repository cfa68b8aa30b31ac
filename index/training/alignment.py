"""Which English piece a German piece stands for: IBM Model 1.

P. Brown et al., "The Mathematics of Statistical Machine Translation", Computational Linguistics 19(2),
1993: expectation maximisation of t(english | german) with a null word on the German side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from index.training.wordpieces import Pieces

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_CHUNK = 100_000


@dataclass(frozen=True, slots=True)
class Translations:
    """t(english | german) for every pair of pieces that occurred together.

    Three columns of equal length, int64, int64 and float64; of a German piece the values sum to 1.
    """

    german: Integers
    english: Integers
    probability: Floats

    def means(self, rows: npt.NDArray[np.float32], pieces: int, *, least: float) -> npt.NDArray[np.float32]:
        """Return the probability-weighted mean of English rows for every German piece.

        :param rows: the table of the English pieces, shape ``(english, dim)``, float32.
        :param pieces: number of German pieces.
        :param least: translations of a smaller probability are ignored.
        :return: shape ``(pieces, dim)``, float32; NaN for a piece without translations.
        """
        kept = (self.probability > least) & (self.german < pieces)
        german, english, weight = self.german[kept], self.english[kept], self.probability[kept]
        sums = np.zeros((pieces, rows.shape[1]), dtype=np.float32)
        for start in range(0, len(german), _CHUNK):
            part = slice(start, start + _CHUNK)
            np.add.at(sums, german[part], rows[english[part]] * weight[part, None].astype(np.float32))
        totals = np.bincount(german, weight, minlength=pieces)
        with np.errstate(invalid="ignore"):
            return np.asarray(sums / totals[:, None], dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Every English piece of a pair beside every German piece of it, German fastest.

    ``cell`` numbers the distinct combinations, ``lengths`` counts German pieces, once an English one.
    """

    cell: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int32]


def align(
    english: Sequence[Pieces], german: Sequence[Pieces], *, null: int, iterations: int, longest: int
) -> Translations:
    """Estimate t(english piece | german piece).

    :param english: the English sides, without special pieces.
    :param german: the German sides, in the same order.
    :param null: number of the null word, larger than any piece of either side.
    :param iterations: rounds of expectation maximisation.
    :param longest: pairs with a longer side are left out.
    :return: the translations, of the null word too.
    """
    parts = [
        (np.tile(np.append(g, null), len(e)).astype(np.int64) * (null + 1) + np.repeat(e, len(g) + 1), len(e))
        for e, g in zip(english, german, strict=True)
        if 0 < len(e) <= longest and 0 < len(g) <= longest
    ]
    lengths = [np.full(count, len(keys) // count, dtype=np.int32) for keys, count in parts]
    distinct, cell = np.unique(np.concatenate([keys for keys, _ in parts]), return_inverse=True)
    del parts
    cells = _Cells(cell.astype(np.int32), np.concatenate(lengths))
    of_german = distinct // (null + 1)
    probability = np.ones(len(distinct))
    for _ in tqdm(range(iterations), desc="align", disable=None):
        counts = _expected_counts(cells, probability)
        totals = np.bincount(of_german, counts, minlength=null + 1)
        probability = counts / totals[of_german]
    return Translations(of_german, distinct % (null + 1), probability)


def _expected_counts(cells: _Cells, probability: Floats) -> Floats:
    counts = np.zeros(len(probability))
    ends = np.cumsum(cells.lengths, dtype=np.int64)
    for first in range(0, len(ends), 20 * _CHUNK):
        lengths = cells.lengths[first : first + 20 * _CHUNK]
        begin = ends[first] - cells.lengths[first]
        cell = cells.cell[begin : begin + int(lengths.sum(dtype=np.int64))]
        values = probability[cell]
        sums = np.add.reduceat(values, np.cumsum(lengths, dtype=np.int64) - lengths)
        counts += np.bincount(cell, values / np.repeat(sums, lengths), minlength=len(counts))
    return counts
