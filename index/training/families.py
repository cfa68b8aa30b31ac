"""Families of easily confused intents, each in several phrasings of both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import ModelError

SHIPPED = Path(__file__).with_name("phrasings")

_INTENTS = 24
_EACH = 2


class Intent(BaseModel):
    """What customers want, in words that differ from each other."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    family: str = Field(min_length=1)
    intent: str = Field(min_length=1)
    en: tuple[str, ...] = Field(min_length=2)
    de: tuple[str, ...] = Field(min_length=2)


@dataclass(frozen=True, slots=True)
class Sample:
    """Phrasings of several families, and the number of each one's intent."""

    texts: list[str]
    intents: list[int]


def load_families(folder: Path) -> list[list[Intent]]:
    """Read the ``*.jsonl`` files of a folder.

    :param folder: one intent a line; the intents of a family stand together.
    :return: the families.
    :raises ModelError: naming file and line of what is wrong.
    """
    intents = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                intents.append(Intent.model_validate_json(line))
            except ValidationError as error:
                raise ModelError(f"{path}:{number}: {error.errors()[0]['msg']}") from None
    return [list(group) for _, group in groupby(intents, key=lambda intent: intent.family)]


def draw_sample(families: Sequence[Sequence[Intent]], rng: Random) -> Sample:
    """Draw whole families, and two phrasings a language of each of their intents."""
    sample = Sample([], [])
    number = 0
    for family in rng.sample(families, len(families)):
        for intent in family:
            texts = rng.sample(intent.en, _EACH) + rng.sample(intent.de, _EACH)
            sample.texts.extend(texts)
            sample.intents.extend([number] * len(texts))
            number += 1
        if number >= _INTENTS:
            break
    return sample


def english_phrasings(families: Sequence[Sequence[Intent]]) -> list[str]:
    """Return every English phrasing, for the teacher."""
    return [text for family in families for intent in family for text in intent.en]
