"""IBM Model 1 on sentences small enough to see what must come out."""

from __future__ import annotations

import numpy as np
import pytest

from index.training.alignment import align
from index.training.wordpieces import Pieces

HOUSE, BOOK, THE, A = 1, 2, 3, 4
HAUS, BUCH, DAS, EIN = 5, 6, 7, 8
NULL = 9


def pieces(*numbers: int) -> Pieces:
    return np.array(numbers, dtype=np.int32)


def aligned(iterations: int = 20) -> dict[tuple[int, int], float]:
    english = [pieces(THE, HOUSE), pieces(THE, BOOK), pieces(A, BOOK)]
    german = [pieces(DAS, HAUS), pieces(DAS, BUCH), pieces(EIN, BUCH)]
    found = align(english, german, null=NULL, iterations=iterations, longest=5)
    keys = zip(found.german.tolist(), found.english.tolist(), strict=True)
    return dict(zip(keys, found.probability.tolist(), strict=True))


@pytest.mark.parametrize(("german", "english"), [(HAUS, HOUSE), (BUCH, BOOK), (DAS, THE), (EIN, A)])
def test_words_that_occur_together_are_translations(german: int, english: int) -> None:
    probability = aligned()

    assert probability[german, english] == max(p for (g, _), p in probability.items() if g == german)
    assert probability[german, english] > 0.85


def test_the_first_iteration_is_the_textbooks() -> None:
    # With t uniform, each of a pair's three German words (null among them) takes a third of every
    # English word, so t(house | Haus) = (1/3) / (1/3 + 1/3).
    probability = aligned(iterations=1)

    assert probability[HAUS, HOUSE] == pytest.approx(0.5)
    assert probability[DAS, THE] == pytest.approx(0.5)
    assert probability[DAS, BOOK] == pytest.approx(0.25)


def test_probabilities_of_a_word_sum_to_one() -> None:
    probability = aligned()

    for german in (HAUS, BUCH, DAS, EIN, NULL):
        assert sum(p for (g, _), p in probability.items() if g == german) == pytest.approx(1)


def test_long_and_empty_sides_are_left_out() -> None:
    found = align(
        [pieces(THE), pieces(*[A] * 9), pieces()],
        [pieces(DAS), pieces(EIN), pieces(EIN)],
        null=NULL,
        iterations=2,
        longest=5,
    )

    assert set(found.english.tolist()) == {THE}
    assert set(found.german.tolist()) == {DAS, NULL}


def test_a_new_row_is_the_weighted_mean_of_its_translations() -> None:
    found = align([pieces(0, 1), pieces(0, 1)], [pieces(2), pieces(2)], null=4, iterations=3, longest=5)
    rows = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)

    means = found.means(rows, 4, least=0.1)

    assert means[2] == pytest.approx([0.5, 0.5])
    assert np.isnan(means[3]).all()
    assert np.isnan(found.means(rows, 4, least=0.9)).all()
