"""Dev figures that are watched while training: translations found, similarity judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from index.encoder import Vectors

Encode = Callable[[Sequence[str]], Vectors]


def translation_accuracy(english: Vectors, german: Vectors) -> tuple[float, float]:
    """Measure how often a sentence's nearest neighbour is its translation.

    :param english: shape ``(n, dim)``, float32, rows of unit length.
    :param german: the translations, in the same order.
    :return: the shares en→de and de→en.
    """
    similarity = english @ german.T
    own = np.arange(len(english))
    return float((similarity.argmax(1) == own).mean()), float((similarity.argmax(0) == own).mean())


def similarity_correlation(first: Vectors, second: Vectors, scores: Sequence[float]) -> float:
    """Return Spearman's correlation of the pairs' cosines with human scores."""
    return float(spearmanr((first * second).sum(1), scores).statistic)


def dev_figures(encode: Encode, folder: Path) -> dict[str, float]:
    """Measure on the dev sets of a folder, those that are there.

    :param encode: gives rows of unit length.
    :param folder: may hold ``dev_bitext.tsv`` and ``stsb/{de,en,en-de}_dev.tsv``.
    :return: figures by name.
    """
    figures: dict[str, float] = {}
    bitext = folder / "dev_bitext.tsv"
    if bitext.is_file():
        english, german = zip(*_rows(bitext), strict=True)
        figures["en→de"], figures["de→en"] = translation_accuracy(encode(english), encode(german))
    for name in ("de", "en", "en-de"):
        path = folder / "stsb" / f"{name}_dev.tsv"
        if path.is_file():
            first, second, scores = zip(*_rows(path)[1:], strict=True)
            correlation = similarity_correlation(encode(first), encode(second), [float(s) for s in scores])
            figures[f"STS {name}"] = correlation
    return figures


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
