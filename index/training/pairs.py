"""Translation pairs, read from ``<source>.tsv.gz`` files of ``en<TAB>de`` lines."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from index.errors import ModelError
from index.training.recipe import PairChoice, matches

_SUFFIX = ".tsv.gz"
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence, or a paragraph, in both languages."""

    english: str
    german: str
    source: str


def pair_files(folder: Path) -> list[Path]:
    """Find the pair files of a folder.

    :param folder: holds them.
    :return: the files, ordered by name.
    :raises ModelError: when there is none.
    """
    files = sorted(folder.glob(f"*{_SUFFIX}"))
    if not files:
        raise ModelError(f"{folder} holds no translation pairs (files named <source>{_SUFFIX})")
    return files


def read_pairs(files: Sequence[Path], *, longest: int) -> list[Pair]:
    """Read all pairs, white space folded, each pair once.

    :param files: of :func:`pair_files`.
    :param longest: characters; a pair with a longer side is left out.
    :return: the pairs in the order of files and lines.
    """
    pairs = {
        (pair.english, pair.german): pair
        for path in reversed(files)
        for pair in reversed(list(_file_pairs(path)))
        if len(pair.english) <= longest and len(pair.german) <= longest
    }
    return list(reversed(pairs.values()))


def choose_pairs(pairs: Sequence[Pair], choice: PairChoice, seed: int) -> list[Pair]:
    """Take the recipe's share of every source, the same one for the same seed."""
    rng = Random(seed)  # noqa: S311
    return [pair for pair in pairs if rng.random() < choice.share(pair.source)]


def everyday_words(pairs: Sequence[Pair], choice: PairChoice) -> list[Pair]:
    """Take the dictionary entries that are one German word, and whose English words customers use.

    :param pairs: all pairs.
    :param choice: which sources are dictionaries, and which show what words are used.
    :return: the entries, in their order.
    """
    sentences = (pair for pair in pairs if matches(choice.sentences, pair.source))
    counts = Counter(word for pair in sentences for word in _WORD.findall(pair.english.lower()))
    return [
        pair
        for pair in pairs
        if matches(choice.dictionaries, pair.source)
        and " " not in pair.german
        and all(counts[word] >= choice.everyday for word in _WORD.findall(pair.english.lower()))
    ]


def _file_pairs(path: Path) -> Iterator[Pair]:
    source = path.name.removesuffix(_SUFFIX)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            sides = [" ".join(side.split()) for side in line.rstrip("\n").split("\t")]
            if len(sides) != 2:
                raise ModelError(f"{path}:{number}: {len(sides)} columns where en<TAB>de is expected")
            if all(len(side) > 1 for side in sides):
                yield Pair(sides[0], sides[1], source)
