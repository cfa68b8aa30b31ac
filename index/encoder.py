"""Turns texts into vectors with the bundled bilingual model, without torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from index.errors import ModelError

Vectors: TypeAlias = npt.NDArray[np.float32]
"""Embeddings, shape ``(n, dim)``, float32, rows of unit length."""

BUNDLED_MODEL = Path(__file__).resolve().parent / "model"
_BATCH_TOKENS = 4096


class Encoder(Protocol):
    """Anything that embeds texts; a text's vector does not depend on the texts beside it."""

    @property
    def name(self) -> str:
        """A name for people."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def fingerprint(self) -> str:
        """Hexadecimal hash of everything that determines the vectors."""

    def is_common(self, word: str) -> bool:
        """Say whether a folded word is an everyday word: one that the vocabulary holds whole."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts.

        :param texts: n texts of any length; an empty text has a vector, too.
        :return: shape ``(n, dim)``, float32, rows of unit length, in the order of the texts.
        """


class OnnxEncoder:
    """The bundled model on ONNX Runtime.

    Texts are run in buckets of equal token count, so there is no padding and no mask, and a text's
    vector is the same alone and in a batch.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, *, name: str, fingerprint: str
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._name = name
        self._fingerprint = fingerprint
        self._dim = int(session.get_outputs()[0].shape[-1])

    @classmethod
    def load(cls, folder: Path = BUNDLED_MODEL, *, threads: int = 1) -> OnnxEncoder:
        """Read a model folder and verify its files against ``config.json``.

        :param folder: holds ``model.onnx``, ``tokenizer.json`` and ``config.json``.
        :param threads: threads of one run; one is best when several questions arrive at once.
        :return: the encoder.
        :raises ModelError: when a file is missing or its hash differs from the recorded one.
        """
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            hashes = {name: _sha256(folder / name) for name in ("model.onnx", "tokenizer.json")}
        except OSError as error:
            raise ModelError(
                f"the model in {folder} is incomplete ({error.filename} cannot be read); install again"
            ) from None
        for name, found in hashes.items():
            if found != config["sha256"][name]:
                raise ModelError(f"{folder / name} was altered: its hash is {found[:12]}…; install again")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.enable_truncation(int(config["max_tokens"]))
        tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        fingerprint = hashlib.sha256("".join(sorted(hashes.values())).encode()).hexdigest()
        return cls(session, tokenizer, name=str(config["name"]), fingerprint=fingerprint)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    @property
    def fingerprint(self) -> str:
        """Hash of weights and tokenizer."""
        return self._fingerprint

    def is_common(self, word: str) -> bool:
        """Say whether the vocabulary holds a folded word whole."""
        return self._tokenizer.token_to_id(word) is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts.

        :param texts: n texts; longer ones are cut at the model's token limit.
        :return: shape ``(n, dim)``, float32, rows of unit length.
        """
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(tokens), self._dim), dtype=np.float32)
        order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
        for length, group in groupby(order, key=lambda row: len(tokens[row])):
            rows = list(group)
            step = max(1, _BATCH_TOKENS // length)
            for start in range(0, len(rows), step):
                part = rows[start : start + step]
                batch = np.array([tokens[row] for row in part], dtype=np.int64)
                vectors[part] = self._session.run(None, {"input_ids": batch})[0]
        return vectors


def load_encoder(name: str | None, *, threads: int = 1) -> Encoder:
    """Open the encoder an installation uses.

    :param name: a sentence-transformers model or folder; ``None`` for the bundled model.
    :param threads: threads of one run.
    :return: the encoder.
    """
    if name is None:
        return OnnxEncoder.load(threads=threads)
    from index.sentence_transformer import SentenceTransformerEncoder

    return SentenceTransformerEncoder.load(name, threads=threads)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
