"""The files of a model of our own format, checked before they are trusted.

A folder holds ``model.onnx``, ``tokenizer.json`` and ``config.json``, which names the model, says how
many tokens it reads, and records the SHA-256 of the other two.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from index.errors import ModelError

BUNDLED_MODEL = Path(__file__).resolve().parent / "model"

_FILES = ("model.onnx", "tokenizer.json")
_NO_OBJECT = "Input should be an object"

_Rule: TypeAlias = tuple[Callable[[Any], object], str]
"""What must hold of a value, and what is said where it does not; the next rule may rely on it."""

_MISSING = object()
_REQUIRED: _Rule = (lambda value: value is not _MISSING, "Field required")
_STRING: _Rule = (lambda value: isinstance(value, str), "Input should be a valid string")
_HASH: _Rule = (re.compile("[0-9a-f]{64}").fullmatch, "String should match 64 lower-case hexadecimal digits")
_KEYS: Mapping[str, Sequence[_Rule]] = {
    "name": (_REQUIRED, _STRING, (len, "String should have at least 1 character")),
    "max_tokens": (
        _REQUIRED,
        (lambda value: type(value) is int, "Input should be a valid integer"),
        (lambda value: value >= 8, "Input should be greater than or equal to 8"),
        (lambda value: value <= 8192, "Input should be less than or equal to 8192"),
    ),
    "sha256": (_REQUIRED, (lambda value: isinstance(value, dict), _NO_OBJECT)),
}
_HASHES: Mapping[str, Sequence[_Rule]] = dict.fromkeys(_FILES, (_REQUIRED, _STRING, _HASH))


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose files are those that its ``config.json`` records.

    ``max_tokens`` counts the tokens that the model reads of a text; ``fingerprint`` is the hexadecimal
    hash of everything that determines vectors.
    """

    folder: Path
    name: str
    max_tokens: int
    fingerprint: str

    @classmethod
    def open(cls, folder: Path) -> ModelFolder:
        """Read and verify a folder.

        :param folder: of our own format.
        :return: what it holds.
        :raises ModelError: when a file is missing, incomplete or altered; names the file.
        """
        config = _read_config(folder)
        expected = {name: config["sha256"][name] for name in _FILES}
        for name, recorded in expected.items():
            found = _sha256(folder / name)
            if found != recorded:
                raise damaged(
                    folder / name,
                    f"was altered or is incomplete: its SHA-256 is {found}, expected is {recorded}",
                )
        facts = json.dumps([expected, config["max_tokens"]], sort_keys=True)
        fingerprint = hashlib.sha256(facts.encode()).hexdigest()
        return cls(folder, config["name"], config["max_tokens"], fingerprint)


def is_model_folder(folder: Path) -> bool:
    """Say whether a folder is meant as a model of our own format, be it complete or not."""
    return (folder / "model.onnx").is_file() and not (folder / "modules.json").exists()


def damaged(path: Path, fault: str) -> ModelError:
    """Return the error that names a file, its fault and the way out."""
    bundled = path.parent.resolve() == BUNDLED_MODEL
    remedy = "install kundenlotse again" if bundled else "export the model again"
    return ModelError(f"{path} {fault}; {remedy}")


def _read_config(folder: Path) -> dict[str, Any]:
    """Read and check ``config.json``; without pydantic, which encoding would need for nothing else."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise damaged(path, f"cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise damaged(path, f"is no valid JSON ({error})") from None
    if not isinstance(config, dict):
        raise damaged(path, f"is not a model's: {_NO_OBJECT}")
    if faults := [*_faults(config, _KEYS), *_faults(config.get("sha256"), _HASHES, "sha256.")]:
        raise damaged(path, "is not a model's: " + "; ".join(faults))
    return config


def _faults(values: object, keys: Mapping[str, Sequence[_Rule]], prefix: str = "") -> Iterator[str]:
    """Yield the first fault of each key; nothing where the values are no object."""
    if not isinstance(values, dict):
        return
    for key, rules in keys.items():
        value = values.get(key, _MISSING)
        fault = next((message for holds, message in rules if not holds(value)), None)
        if fault is not None:
            yield f"{prefix}{key}: {fault}"


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise damaged(path, f"cannot be read ({error.strerror})") from None
