"""Any sentence-transformers model as encoder, for operators who bring their own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.encoder import Vectors
from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SentenceTransformerEncoder:
    """A model folder or model name, run by sentence-transformers; needs the extra of that name."""

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        self._model = model
        self._name = name
        digest = hashlib.sha256(str(model).encode())
        for key, tensor in sorted(model.state_dict().items()):
            digest.update(key.encode())
            digest.update(np.ascontiguousarray(tensor.float().cpu().numpy()).tobytes())
        self._fingerprint = digest.hexdigest()

    @classmethod
    def load(cls, name: str, *, threads: int = 1) -> SentenceTransformerEncoder:
        """Open a model.

        :param name: a folder, or a name that sentence-transformers knows.
        :param threads: threads of one run.
        :return: the encoder.
        :raises ModelError: when the extra is missing or the model cannot be opened.
        """
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise ModelError(
                f"LOTSE_ENCODER={name} needs sentence-transformers; "
                "run: pip install 'kundenlotse[sentence-transformers]'"
            ) from None
        torch.set_num_threads(threads)
        try:
            return cls(SentenceTransformer(name, device="cpu"), name)
        except (OSError, ValueError) as error:
            raise ModelError(f"LOTSE_ENCODER={name} cannot be opened: {str(error).splitlines()[0]}") from None

    @property
    def name(self) -> str:
        """The model's name, or its folder."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def fingerprint(self) -> str:
        """Hash of the modules and of all weights."""
        return self._fingerprint

    def is_common(self, word: str) -> bool:
        """Say whether the model's tokenizer keeps a folded word whole."""
        return len(self._model.tokenizer.tokenize(word)) == 1

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; shape ``(n, dim)``, float32, rows of unit length."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dim)
