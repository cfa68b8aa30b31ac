"""The files of a model of our own format, checked before they are trusted.

A folder holds ``model.onnx``, ``tokenizer.json`` and ``config.json``, which names the model, says how
many tokens it reads, and records the SHA-256 of the other two.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import ModelError

BUNDLED_MODEL = Path(__file__).resolve().parent / "model"

_Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_STRICT = ConfigDict(strict=True, frozen=True)


class _Hashes(BaseModel):
    model_config = _STRICT

    graph: _Sha256 = Field(alias="model.onnx")
    tokenizer: _Sha256 = Field(alias="tokenizer.json")


class _Config(BaseModel):
    model_config = _STRICT

    name: str = Field(min_length=1)
    max_tokens: int = Field(ge=8, le=8192)
    sha256: _Hashes


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
        expected = {"model.onnx": config.sha256.graph, "tokenizer.json": config.sha256.tokenizer}
        for name, recorded in expected.items():
            found = _sha256(folder / name)
            if found != recorded:
                raise damaged(
                    folder / name,
                    f"was altered or is incomplete: its SHA-256 is {found}, expected is {recorded}",
                )
        facts = json.dumps([expected, config.max_tokens], sort_keys=True)
        fingerprint = hashlib.sha256(facts.encode()).hexdigest()
        return cls(folder, config.name, config.max_tokens, fingerprint)


def is_model_folder(folder: Path) -> bool:
    """Say whether a folder is meant as a model of our own format, be it complete or not."""
    return (folder / "model.onnx").is_file() and not (folder / "modules.json").exists()


def damaged(path: Path, fault: str) -> ModelError:
    """Return the error that names a file, its fault and the way out."""
    bundled = path.parent.resolve() == BUNDLED_MODEL
    remedy = "install kundenlotse again" if bundled else "export the model again"
    return ModelError(f"{path} {fault}; {remedy}")


def _read_config(folder: Path) -> _Config:
    path = folder / "config.json"
    try:
        return _Config.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise damaged(path, f"cannot be read ({error.strerror})") from None
    except ValidationError as error:
        faults = [".".join(map(str, item["loc"])) + ": " + item["msg"] for item in error.errors()]
        raise damaged(
            path, "is not a model's: " + "; ".join(fault.removeprefix(": ") for fault in faults)
        ) from None
    except ValueError as error:
        raise damaged(path, f"is no valid JSON ({error})") from None


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise damaged(path, f"cannot be read ({error.strerror})") from None
