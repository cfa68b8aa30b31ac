"""Any sentence-transformers model as encoder, for operators who bring their own."""

from __future__ import annotations

import hashlib
import json
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tokenizers import Tokenizer

from index.encoder import NO_PROMPTS, Role, Vectors, unit_rows
from index.errors import ModelError
from index.texts import beginning, readable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_EXTRA = "pip install 'kundenlotse[sentence-transformers]'"
_PASSAGE_PROMPTS = ("document", "passage", "corpus")
_NO_INFLUENCE = ("_name_or_path", "transformers_version", "dtype", "torch_dtype")
_BATCH = 32


class SentenceTransformerEncoder:
    """A model folder or model name, run by sentence-transformers; needs the extra of that name.

    Texts are run in buckets of equal token count, so that padding cannot change a vector. One text or
    batch runs at a time: the tokenizers of some releases of transformers fail ("Already borrowed") when
    two threads use them.
    """

    def __init__(
        self, model: SentenceTransformer, name: str, *, prompts: Mapping[Role, str] = NO_PROMPTS
    ) -> None:
        # Half precision makes vectors depend on the batch, and is slow on processors.
        self._model = model.float().eval()
        self._name = name
        self._prompts = {**model_prompts(model), **prompts}
        self._tokenizer = getattr(model, "tokenizer", None)
        self._count = _counter(self._tokenizer)
        self._lock = threading.Lock()
        self._dim = len(self._run(["a"], "passage")[0])
        self._fingerprint = _fingerprint(self._model, self._prompts)

    @classmethod
    def load(
        cls, name: str, *, threads: int = 1, prompts: Mapping[Role, str] = NO_PROMPTS
    ) -> SentenceTransformerEncoder:
        """Open a model that lies on this machine; nothing is fetched from the network.

        :param name: a folder, or the name of a model in sentence-transformers' local cache.
        :param threads: threads of one run.
        :param prompts: what to put before the texts of a role, instead of the model's own prompt.
        :return: the encoder.
        :raises ModelError: when the extra is missing or the model cannot be opened.
        """
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelError(
                f"LOTSE_ENCODER={name} needs sentence-transformers ({error}); run: {_EXTRA}"
            ) from None
        torch.set_num_threads(threads)
        import_module("transformers.utils.logging").disable_progress_bar()
        try:
            return cls(SentenceTransformer(name, device="cpu", local_files_only=True), name, prompts=prompts)
        except Exception as error:
            raise ModelError(_refusal(name, error)) from None

    @property
    def name(self) -> str:
        """The model's name, or its folder."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    @property
    def fingerprint(self) -> str:
        """Hash of weights, modules, tokenizer and prompts."""
        return self._fingerprint

    @property
    def prompts(self) -> Mapping[Role, str]:
        """What is put before the texts of a role: given by the operator, or by the model's configuration."""
        return self._prompts

    @property
    def symmetric(self) -> bool:
        """Whether both roles have the same prompt and the same way through the model."""
        routed = any(type(module).__name__ == "Router" for module in self._model.modules())
        return not routed and self._prompts.get("query") == self._prompts.get("passage")

    def is_common(self, word: str) -> bool:
        """Say whether the model's tokenizer knows a folded word and keeps it whole."""
        if isinstance(self._tokenizer, Tokenizer):
            return self._tokenizer.token_to_id(word) is not None
        if self._count is None or self._tokenizer is None:
            return False
        pieces = self._tokenizer.tokenize(word)
        return len(pieces) == 1 and pieces[0] != self._tokenizer.unk_token

    def encode(self, texts: Sequence[str], *, role: Role = "passage") -> Vectors:
        """Embed texts.

        :param texts: n texts; longer ones are cut at the model's token limit.
        :param role: chooses the prompt, and the way through models that have two.
        :return: shape ``(n, dim)``, float32, rows of unit length; a text without any token has the
            first axis.
        :raises ModelError: when the model gives a vector that is not finite.
        """
        vectors = np.zeros((len(texts), self._dim), dtype=np.float32)
        with self._lock:
            parts = [self._beginning(readable(text)) for text in texts]
            for rows in self._buckets(parts, self._prompts.get(role, "")):
                vectors[rows] = self._run([parts[row] for row in rows], role)
        return unit_rows(vectors, self._name)

    def _run(self, texts: list[str], role: Role) -> Vectors:
        encode = self._model.encode_query if role == "query" else self._model.encode_document
        found: Vectors = encode(
            texts, prompt=self._prompts.get(role, ""), batch_size=_BATCH, show_progress_bar=False
        )
        return found

    @property
    def _limit(self) -> int | None:
        limit = getattr(self._model, "max_seq_length", None)
        return int(limit) if limit is not None and math.isfinite(limit) else None

    def _beginning(self, text: str) -> str:
        if self._limit is None or self._count is None:
            return text
        return beginning(text, self._limit, self._count)

    def _buckets(self, texts: list[str], prompt: str) -> Iterator[list[int]]:
        """Yield the rows of equal token count; texts without any token are left out."""
        if self._count is None:
            yield from ([row] for row in range(len(texts)))
            return
        counts = [min(self._count(prompt + text), self._limit or math.inf) for text in texts]
        order = sorted((row for row in range(len(texts)) if counts[row]), key=counts.__getitem__)
        for _, rows in groupby(order, key=counts.__getitem__):
            yield list(rows)


def model_prompts(model: SentenceTransformer) -> dict[Role, str]:
    """Return the prompts that a model's configuration sets, without empty ones.

    A model that names no role has its default prompt put before everything. The library's own choice
    is not enough: beside an unset "document" it overlooks "passage".
    """
    own = {key: text for key, text in model.prompts.items() if text}
    passage = next((own[key] for key in _PASSAGE_PROMPTS if key in own), "")
    found: dict[Role, str] = {"query": own.get("query", ""), "passage": passage}
    if not any(found.values()):
        default = own.get(model.default_prompt_name or "", "")
        found = {"query": default, "passage": default}
    return {role: prompt for role, prompt in found.items() if prompt}


def _counter(tokenizer: Any) -> Callable[[str], int] | None:
    """Return what counts a text's tokens without any limit; ``None`` for tokenizers that never pad."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if isinstance(backend, Tokenizer):
        own = Tokenizer.from_str(backend.to_str())
        own.no_truncation()
        own.no_padding()
        return lambda text: len(own.encode(text).ids)
    if hasattr(tokenizer, "unk_token"):
        return lambda text: len(tokenizer.encode(text, verbose=False))
    return None


def _fingerprint(model: SentenceTransformer, prompts: Mapping[Role, str]) -> str:
    configs = [config for config in _parts(model, "config") if hasattr(config, "to_dict")]
    facts = {
        "modules": str(model),
        "configs": [_influential(config.to_dict()) for config in configs],
        "tokenizers": [_tokenizer_facts(tokenizer) for tokenizer in _parts(model, "tokenizer")],
        "prompts": prompts,
        "reads": getattr(model, "max_seq_length", None),
        "truncate_dim": model.truncate_dim,
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode())
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(f"{key} {tuple(tensor.shape)}".encode())
        digest.update(np.ascontiguousarray(tensor.numpy()).data)
    return digest.hexdigest()


def _parts(model: SentenceTransformer, name: str) -> list[Any]:
    """Collect an attribute of all modules, each object once, in the order of the modules."""
    found = [getattr(module, name, None) for module in model.modules()]
    return list({id(part): part for part in found if part is not None}.values())


def _influential(config: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key not in _NO_INFLUENCE}


def _tokenizer_facts(tokenizer: Any) -> Any:
    backend = getattr(tokenizer, "backend_tokenizer", tokenizer)
    if isinstance(backend, Tokenizer):
        facts = json.loads(backend.to_str())
        # Both are set anew at every call.
        return {key: value for key, value in facts.items() if key not in ("truncation", "padding")}
    return tokenizer.get_vocab() if hasattr(tokenizer, "get_vocab") else type(tokenizer).__name__


def _refusal(name: str, error: Exception) -> str:
    reason = next(iter(str(error).splitlines()), type(error).__name__)
    if Path(name).is_dir():
        return f"LOTSE_ENCODER={name} cannot be opened as a sentence-transformers model: {reason}"
    if Path(name).is_absolute() or name.startswith(".") or name.count("/") > 1:
        return f"LOTSE_ENCODER={name} cannot be opened: there is no such folder"
    fetch = f"from sentence_transformers import SentenceTransformer; SentenceTransformer('{name}')"
    return (
        f"LOTSE_ENCODER={name} cannot be opened: it is neither a folder nor a model in the local cache, and "
        f'nothing is fetched from the network here; fetch it once, with a connection: python -c "{fetch}"'
    )
