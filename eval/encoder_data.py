"""What an encoder is measured on: translation pairs, scored pairs of sentences, and tasks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from corpus.jsonl import LabelsError, read_text
from eval.tasks import Task, load_task

BITEXT = "dev_bitext.tsv"
SIMILARITY: Mapping[str, str] = MappingProxyType(
    {language: f"stsb/{language}_dev.tsv" for language in ("de", "en", "en-de")}
)
TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """Pairs of sentences, and how alike people found the two of each."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class EncoderData:
    """Everything that was found in a folder.

    ``bitext`` holds English texts with their German translations, ``similarity`` is by language pair and
    ``tasks`` by folder name; each may be empty.
    """

    bitext: tuple[tuple[str, str], ...]
    similarity: Mapping[str, ScoredPairs]
    tasks: Mapping[str, Task]

    @property
    def sets(self) -> int:
        """How many data sets there are."""
        return bool(self.bitext) + len(self.similarity) + len(self.tasks)


def load_encoder_data(folder: Path) -> EncoderData:
    """Read what a folder holds of the measures; each of them may be missing.

    :param folder: with ``dev_bitext.tsv``, ``stsb/{de,en,en-de}_dev.tsv`` and ``tasks/<name>/``.
    :return: what is there.
    :raises LabelsError: when nothing is, or naming file and line of everything wrong in one file.
    """
    scored = {name: folder / path for name, path in SIMILARITY.items() if (folder / path).exists()}
    tasks = [note.parent for note in sorted((folder / TASKS).glob("*/task.json"))]
    bitext = folder / BITEXT
    if not (bitext.exists() or scored or tasks):
        wanted = ", ".join((BITEXT, *SIMILARITY.values(), f"{TASKS}/<name>/task.json"))
        raise LabelsError(f"{folder}: holds nothing to measure an encoder on; looked for {wanted}")
    return EncoderData(
        bitext=read_bitext(bitext) if bitext.exists() else (),
        similarity={name: read_scored(path) for name, path in scored.items()},
        tasks={path.name: load_task(path) for path in tasks},
    )


def read_bitext(path: Path) -> tuple[tuple[str, str], ...]:
    """Read translation pairs, ``English<TAB>German`` a line.

    :param path: a UTF-8 file without a header.
    :return: the pairs, in order.
    :raises LabelsError: naming file and line of everything that is wrong.
    """
    pairs: list[tuple[str, str]] = []
    problems: list[str] = []
    for number, columns in _lines(path):
        if len(columns) == 2 and all(columns):
            pairs.append((columns[0], columns[1]))
        else:
            problems.append(f"{path}:{number}: needs English and German, with one tab between them")
    _refuse(path, problems, empty=not pairs)
    return tuple(pairs)


def read_scored(path: Path) -> ScoredPairs:
    """Read scored pairs of sentences, ``sentence<TAB>sentence<TAB>score`` a line under a header.

    :param path: a UTF-8 file.
    :return: the pairs, in order.
    :raises LabelsError: naming file and line of everything that is wrong.
    """
    rows: list[tuple[str, str, float]] = []
    problems: list[str] = []
    lines = list(_lines(path))
    if lines and lines[0][1][2:] != ["score"]:
        problems.append(f"{path}:{lines[0][0]}: needs a header of three columns, the last of them 'score'")
    for number, columns in lines[1:]:
        score = _number(columns[2]) if len(columns) == 3 and all(columns) else None
        if score is None:
            problems.append(f"{path}:{number}: needs two sentences and a number, with tabs between them")
        else:
            rows.append((columns[0], columns[1], score))
    _refuse(path, problems, empty=not rows)
    left, right, scores = zip(*rows, strict=True)
    return ScoredPairs(left, right, scores)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            yield number, [column.strip() for column in line.split("\t")]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _refuse(path: Path, problems: list[str], *, empty: bool) -> None:
    if problems:
        raise LabelsError("\n".join(problems))
    if empty:
        raise LabelsError(f"{path}: holds no pairs")
