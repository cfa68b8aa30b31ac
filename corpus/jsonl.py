"""Reads files of one JSON object a line, and says everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.problem import LotseError

Row = TypeVar("Row", bound=BaseModel)


class LabelsError(LotseError):
    """A file of questions or tasks cannot be used; the text names file and line of everything wrong."""


class StrictRow(BaseModel):
    """Base of rows: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read_rows(path: Path, kind: type[Row], check: Callable[[Row], Iterable[str]] = lambda _: ()) -> list[Row]:
    """Read one object a line; blank lines are skipped.

    :param path: a UTF-8 file.
    :param kind: what a line must be.
    :param check: says what else is wrong with a row, in the order of the lines.
    :return: the rows, in order.
    :raises LabelsError: naming file and line of everything that is wrong.
    """
    rows: list[Row] = []
    problems: list[str] = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = kind.model_validate_json(line)
        except ValidationError as error:
            problems += [f"{path}:{number}: {sentence}" for sentence in sentences_of(error)]
            continue
        problems += [f"{path}:{number}: {sentence}" for sentence in check(row)]
        rows.append(row)
    if problems:
        raise LabelsError("\n".join(problems))
    return rows


def read_text(path: Path) -> str:
    """Read a UTF-8 file.

    :param path: the file.
    :return: its text.
    :raises LabelsError: when it is missing or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise LabelsError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise LabelsError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None


def sentences_of(error: ValidationError) -> list[str]:
    """Return one sentence a finding, with the key it is about."""
    return [
        f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" if item["loc"] else item["msg"]
        for item in error.errors()
    ]
