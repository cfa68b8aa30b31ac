"""Turns texts into vectors with the bundled bilingual model, without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from index.errors import ModelError
from index.model_folder import BUNDLED_MODEL, ModelFolder, damaged, is_model_folder
from index.texts import beginning, readable

Vectors: TypeAlias = npt.NDArray[np.float32]
"""Embeddings, shape ``(n, dim)``, float32, rows of unit length."""

Role: TypeAlias = Literal["query", "passage"]
"""What a text is embedded as: a question somebody asks, or a piece of an article that may answer it."""

NO_PROMPTS: Mapping[Role, str] = {}


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

    @property
    def prompts(self) -> Mapping[Role, str]:
        """What is put before the texts of a role; a role without a prompt is not in it."""

    @property
    def symmetric(self) -> bool:
        """Whether a text has the same vector in both roles."""

    def is_common(self, word: str) -> bool:
        """Say whether a folded word is an everyday word: one that the vocabulary holds whole."""

    def encode(self, texts: Sequence[str], *, role: Role = "passage") -> Vectors:
        """Embed texts.

        :param texts: n texts of any length; an empty text has a vector, too.
        :param role: what the texts are; models trained with prompts embed the two differently.
        :return: shape ``(n, dim)``, float32, rows of unit length, in the order of the texts.
        """


class OnnxEncoder:
    """The bundled model, or another of its format, on ONNX Runtime.

    Each text is run alone: there is neither padding nor mask, and since the graph quantises its activations
    by the largest of them, texts run together would change each other's vectors.
    """

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        tokenizer: Tokenizer,
        folder: ModelFolder,
        *,
        threads: int = 1,
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._folder = folder
        self._threads = threads
        tokenizer.no_padding()
        tokenizer.enable_truncation(folder.max_tokens)
        self._dim = self._probe()

    @classmethod
    def load(cls, folder: Path = BUNDLED_MODEL, *, threads: int = 1) -> OnnxEncoder:
        """Read a model folder and verify its files against ``config.json``.

        :param folder: holds ``model.onnx``, ``tokenizer.json`` and ``config.json``.
        :param threads: texts that are run side by side; one question takes one thread.
        :return: the encoder.
        :raises ModelError: when a file is missing, altered or does not fit the others.
        """
        verified = ModelFolder.open(folder)
        try:
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:
            raise damaged(folder / "tokenizer.json", f"is no tokenizer ({_first_line(error)})") from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise damaged(folder / "model.onnx", f"is no ONNX graph ({_first_line(error)})") from None
        return cls(session, tokenizer, verified, threads=threads)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._folder.name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    @property
    def fingerprint(self) -> str:
        """Hash of weights, tokenizer and token limit."""
        return self._folder.fingerprint

    @property
    def prompts(self) -> Mapping[Role, str]:
        """None: this format has no prompts."""
        return NO_PROMPTS

    @property
    def symmetric(self) -> bool:
        """True: the role makes no difference."""
        return True

    def is_common(self, word: str) -> bool:
        """Say whether the vocabulary holds a folded word whole."""
        return self._tokenizer.token_to_id(word) is not None

    def encode(self, texts: Sequence[str], *, role: Role = "passage") -> Vectors:
        """Embed texts.

        :param texts: n texts; longer ones are cut at the model's token limit.
        :param role: makes no difference: this model was trained without prompts and is symmetric.
        :return: shape ``(n, dim)``, float32, rows of unit length; a text without any token has the
            first axis.
        :raises ModelError: when the graph cannot read as many tokens as ``config.json`` says, or gives a
            vector that is not finite.
        """
        limit = self._folder.max_tokens
        parts = [beginning(readable(text), limit, self._count) for text in texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(parts)]
        vectors = np.zeros((len(tokens), self._dim), dtype=np.float32)

        def embed(row: int) -> None:
            vectors[row] = self._run(tokens[row])

        rows = [row for row, pieces in enumerate(tokens) if pieces]
        if len(rows) > 1 and self._threads > 1:
            with ThreadPoolExecutor(self._threads) as pool:
                list(pool.map(embed, rows))
        else:
            for row in rows:
                embed(row)
        return unit_rows(vectors, self.name)

    def _run(self, pieces: Sequence[int]) -> Vectors:
        """Embed one text, shape ``(dim,)``."""
        try:
            found: Vectors = self._session.run(None, {"input_ids": np.array([pieces], dtype=np.int64)})[0]
        except Exception as error:
            raise self._unfit(f"does not fit tokenizer.json or max_tokens ({_first_line(error)})") from None
        if found.ndim != 2:
            raise self._unfit(f"gives no vectors: its output has shape {found.shape}")
        vector: npt.NDArray[np.float32] = found[0]
        return vector

    def _count(self, text: str) -> int:
        encoding = self._tokenizer.encode(text)
        return len(encoding.ids) + sum(len(more.ids) for more in encoding.overflowing)

    def _probe(self) -> int:
        """Run the last token twice: it fails where the graph has fewer rows than the tokenizer has words.

        That the graph can read ``max_tokens`` is not tried: so long a text is slow, and its memory is kept.
        """
        vector = self._run([self._tokenizer.get_vocab_size() - 1] * 2)
        if not np.isfinite(vector).all():
            raise self._unfit("gives no vectors: its values are not finite")
        return len(vector)

    def _unfit(self, fault: str) -> ModelError:
        return damaged(self._folder.folder / "model.onnx", fault)


def unit_rows(vectors: Vectors, name: str) -> Vectors:
    """Scale rows to unit length.

    :param vectors: shape ``(n, dim)``, float32.
    :param name: the model's, for the error.
    :return: the same shape; rows of zeros become the first axis.
    :raises ModelError: when a row is not finite.
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise ModelError(f"the model {name} gives vectors that are not finite; its weights are damaged")
    empty = lengths == 0
    scaled: Vectors = vectors / (lengths + empty)
    scaled[:, :1] += empty
    return scaled


def load_encoder(name: str | None, *, threads: int = 1, prompts: Mapping[Role, str] = NO_PROMPTS) -> Encoder:
    """Open the encoder an installation uses.

    :param name: a sentence-transformers model or folder, or a folder of the bundled model's format;
        ``None`` for the bundled model.
    :param threads: threads of one run.
    :param prompts: what to put before the texts of a role, instead of the model's own prompt.
    :return: the encoder.
    :raises ModelError: when it cannot be opened, or prompts are given to a model that takes none.
    """
    if name is not None and not is_model_folder(Path(name)):
        from index.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder.load(name, threads=threads, prompts=prompts)
    if prompts:
        given = " and ".join(f"LOTSE_ENCODER_{role.upper()}_PROMPT" for role in prompts)
        raise ModelError(
            f"{given}: {name or 'the bundled model'} takes no prompts; "
            "leave them out, or name a sentence-transformers model in LOTSE_ENCODER"
        )
    return OnnxEncoder.load(BUNDLED_MODEL if name is None else Path(name), threads=threads)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
