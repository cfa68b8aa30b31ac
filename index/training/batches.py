"""Which texts a step learns from: epochs, rounds, and batches of equal length.

Texts of equal length need neither padding nor mask. All of it follows from the seed, so that a run
that was interrupted goes on with the very batch it would have had.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from random import Random

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.training.noise import NOISES, Lexicon
from index.training.recipe import Stage
from index.training.wordpieces import pieces_of

Rows = npt.NDArray[np.int64]
"""Row numbers, shape ``(n,)``, int64."""

# Case and digraphs are left to the tokenizer, which folds them.
_GERMAN_NOISES = ("typo",) * 6 + ("no dots",) * 2 + ("split compound", "joined compound")
_ENGLISH_NOISES = ("typo", "typo", "joined compound")


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from.

    ``targets`` gives the row of the English sentence of every German text; ``german_repeats`` and
    ``english_repeats`` say how often an epoch sees a text, float64. The texts behind ``german_sentences``
    and ``english_sentences`` are single words.
    """

    english: Sequence[str]
    german: Sequence[str]
    targets: Rows
    english_repeats: npt.NDArray[np.float64]
    german_repeats: npt.NDArray[np.float64]
    lexicon: Lexicon
    german_sentences: int
    english_sentences: int

    def with_words(self, times: float) -> Material:
        """Say how often an epoch sees the single words; at 0 they are gone."""
        german, english = (
            (len(self.german), len(self.english))
            if times
            else (self.german_sentences, self.english_sentences)
        )
        return replace(
            self,
            english=self.english[:english],
            german=self.german[:german],
            targets=self.targets[:german],
            english_repeats=_times_from(self.english_repeats[:english], self.english_sentences, times),
            german_repeats=_times_from(self.german_repeats[:german], self.german_sentences, times),
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of one length: pieces, shape ``(n, length)``, and rows of the teacher's vectors, ``(n,)``."""

    pieces: Rows
    targets: Rows


@dataclass(frozen=True, slots=True)
class Position:
    """Where in a stage's stream a run stands."""

    epoch: int = 0
    round: int = 0
    batch: int = 0


BEGIN = Position()
"""Where a stage begins."""


@dataclass(frozen=True, slots=True)
class Stream:
    """The endless, reproducible batches of a stage."""

    material: Material
    tokenizer: Tokenizer
    stage: Stage
    seed: Sequence[int]
    longest: int
    round_size: int

    def batches(self, start: Position) -> Iterator[tuple[Batch, Position]]:
        """Yield batches from a position on, each with the position after it."""
        for epoch in count(start.epoch):
            order = self._order(epoch)
            rounds = [order[at : at + self.round_size] for at in range(0, len(order), self.round_size)]
            for number in range(start.round if epoch == start.epoch else 0, len(rounds)):
                begun = start.batch if (epoch, number) == (start.epoch, start.round) else 0
                batches = self._round(rounds[number], (*self.seed, epoch, number))
                for at in range(begun, len(batches)):
                    yield batches[at], Position(epoch, number, at + 1)

    def _order(self, epoch: int) -> Rows:
        """Return the epoch's texts: German ones by row, English ones behind them."""
        rng = np.random.default_rng([*self.seed, epoch])
        english = self.stage.english * self.material.english_repeats
        repeats = np.concatenate([self.material.german_repeats, english])
        times = np.floor(repeats + rng.random(len(repeats))).astype(np.int64)
        return rng.permutation(np.repeat(np.arange(len(repeats)), times))

    def _round(self, order: Rows, seed: Sequence[int]) -> list[Batch]:
        rng = Random(",".join(map(str, seed)))  # noqa: S311
        ids = pieces_of(self.tokenizer, [self._text(row, rng) for row in order], longest=self.longest)
        german = len(self.material.german)
        targets = np.where(
            order < german, self.material.targets[np.minimum(order, german - 1)], order - german
        )
        groups = length_groups([len(one) for one in ids], tokens=self.stage.tokens)
        rng.shuffle(groups)
        return [
            Batch(np.stack([ids[row] for row in rows]).astype(np.int64), targets[rows]) for rows in groups
        ]

    def _text(self, row: int, rng: Random) -> str:
        german = len(self.material.german)
        if row < german:
            return self._misspelt(self.material.german[row], self.stage.german_noise, _GERMAN_NOISES, rng)
        return self._misspelt(
            self.material.english[row - german], self.stage.english_noise, _ENGLISH_NOISES, rng
        )

    def _misspelt(self, text: str, share: float, noises: Sequence[str], rng: Random) -> str:
        if rng.random() >= share:
            return text
        return NOISES[rng.choice(noises)](text, rng, self.material.lexicon)


def _times_from(repeats: npt.NDArray[np.float64], start: int, factor: float) -> npt.NDArray[np.float64]:
    return np.concatenate([repeats[:start], factor * repeats[start:]])


def length_groups(lengths: Sequence[int], *, tokens: int) -> list[Rows]:
    """Group rows of equal length.

    :param lengths: pieces of every row.
    :param tokens: pieces of a group at most, but for single rows that are longer.
    :return: groups of rows, every row once, from short to long; groups of one length are equally large.
    """
    order = np.argsort(np.asarray(lengths), kind="stable")
    found, starts = np.unique(np.asarray(lengths)[order], return_index=True)
    groups: list[Rows] = []
    for length, rows in zip(found, np.split(order, starts[1:]), strict=True):
        most = max(1, tokens // int(length))
        groups += np.array_split(rows, -(-len(rows) // most))
    return groups
