"""Everything that determines a training run, read from one YAML file."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import ModelError

SHIPPED = Path(__file__).with_name("recipe.yaml")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PairChoice(_Part):
    """Which translation pairs are taken."""

    longest: int = Field(1200, ge=10, description="Characters of a side; longer pairs are left out.")
    shares: dict[str, float] = Field(
        {},
        description="Share of a source's pairs that is taken, by file name pattern; the first match counts.",
    )
    repeats: dict[str, float] = Field(
        {}, description="How often an epoch sees a pair of a source, by pattern; 0.5: every second epoch."
    )

    dictionaries: tuple[str, ...] = Field((), description="Sources of everyday words, by pattern.")
    sentences: tuple[str, ...] = Field((), description="Sources that show which words are everyday ones.")
    everyday: int = Field(3, ge=1, description="How often an everyday word occurs in them at least.")

    def share(self, source: str) -> float:
        """Return the share of a source's pairs that is taken, 1 where nothing is said."""
        return _first_match(self.shares, source)

    def repeat(self, source: str) -> float:
        """Return how often an epoch sees a pair of a source, 1 where nothing is said."""
        return _first_match(self.repeats, source)


class WordPieces(_Part):
    """The German pieces that are added to the teacher's vocabulary."""

    trained: int = Field(45_000, ge=100, description="Size of the German vocabulary before merging.")
    least_count: int = Field(4, ge=1)
    alphabet: int = Field(120, ge=26)


class Alignment(_Part):
    """IBM Model 1 between pieces; it gives the new rows their first values."""

    start: Literal["aligned", "mean"] = Field(
        "aligned", description="'mean' starts every new row at the mean row, to see what alignment brings."
    )
    iterations: int = Field(6, ge=1)
    longest: int = Field(30, ge=2, description="Pieces of a side; longer pairs are not aligned.")
    least: float = Field(0.03, ge=0, le=1, description="Translations below this probability are ignored.")


class Stage(_Part):
    """One stretch of training with its own schedule and mixture."""

    name: str = Field(min_length=1)
    steps: int = Field(ge=1)
    tokens: int = Field(1408, ge=16, description="Pieces a step, about.")
    rate: float = Field(1e-4, gt=0, description="Peak learning rate of the layers (AdamW).")
    known_rate: float = Field(1e-3, gt=0, description="Peak rate of the teacher's rows (sparse Adam).")
    new_rate: float = Field(4e-3, gt=0, description="Peak rate of the new rows.")
    warmup: int = Field(100, ge=0, description="Steps of linear rise; afterwards linear fall.")
    end: float = Field(0.0, ge=0, le=1, description="Share of the peak rate that is left at the last step.")
    english: float = Field(0.25, ge=0, description="How often an epoch sees an English sentence itself.")
    german_noise: float = Field(0.0, ge=0, le=1, description="Share of German sentences that are misspelt.")
    english_noise: float = Field(0.0, ge=0, le=1, description="Share of English sentences misspelt.")
    neighbours: float = Field(0.0, ge=0, description="Weight of the neighbourhood loss.")
    temperature: float = Field(0.05, gt=0, description="Its temperature.")
    bank: int = Field(1024, ge=1, description="Teacher vectors that neighbourhoods are compared over.")
    words: float = Field(0.0, ge=0, description="How often an epoch sees an everyday word of a dictionary.")
    phrasings: float = Field(0.0, ge=0, le=1, description="Share of steps on families of phrasings.")
    phrasing_temperature: float = Field(0.1, gt=0)
    phrasing_anchor: float = Field(1.0, ge=0, description="Weight of the teacher on English phrasings.")


class Recipe(_Part):
    """A whole training run."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    seed: int = Field(0, ge=0)
    teacher: str = Field(description="Folder or package that holds the English teacher (BERT, mean pooling).")
    pairs: PairChoice = PairChoice()
    pieces: WordPieces = WordPieces()
    alignment: Alignment = Alignment()
    longest: int = Field(128, ge=8, description="Pieces of a training text; the rest is cut.")
    round: int = Field(150_000, ge=1, description="Sentences that are bucketed by length together.")
    checkpoint: int = Field(1000, ge=1, description="Steps between checkpoints.")
    stages: tuple[Stage, ...] = Field(min_length=1)
    teacher_share: float = Field(
        0.0, ge=0, le=1, description="Share of the teacher's own weights in the finished model."
    )
    reads: int = Field(256, ge=8, description="Pieces that the finished model reads.")


def load_recipe(path: Path) -> Recipe:
    """Read a recipe.

    :param path: a YAML file.
    :return: the recipe.
    :raises ModelError: naming the file and every field that is wrong.
    """
    try:
        return Recipe.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise ModelError(f"{path} is not YAML: {error}") from None
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc'])) or 'recipe'}: {one['msg']}" for one in error.errors())
        raise ModelError(f"{path}:\n" + "\n".join(f"  {line}" for line in wrong)) from None


def matches(patterns: Sequence[str], source: str) -> bool:
    """Say whether a source is meant by one of the patterns."""
    return any(fnmatch(source, pattern) for pattern in patterns)


def _first_match(table: dict[str, float], source: str) -> float:
    return next((value for pattern, value in table.items() if fnmatch(source, pattern)), 1.0)
