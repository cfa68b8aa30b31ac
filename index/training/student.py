"""The student: the teacher's layers under a bilingual table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from index.encoder import Vectors
from index.training.alignment import Translations
from index.training.batches import length_groups
from index.training.teacher import load_bert
from index.training.wordpieces import pieces_of

_TOKENS = 8192


class Student:
    """Table and layers, with float32 master weights and layers that compute in ``dtype``.

    The layers are trained through a copy in ``dtype``: on a CPU with bfloat16 that is four times as
    fast, and the master weights keep small updates. The table stands in two parts with sparse
    gradients: the teacher's rows are to stay where they are, the new ones have far to go.

    :ivar known: the teacher's rows, shape ``(known, dim)``, float32.
    :ivar new: the rows behind them, float32.
    :ivar masters: the layers' weights in float32, in the order of ``names``.
    """

    def __init__(self, table: Tensor, teacher: Path, *, dtype: torch.dtype, device: str) -> None:
        bert = load_bert(teacher, torch.float32)
        parts = table.to(device).split([bert.config.vocab_size, len(table) - bert.config.vocab_size])
        self.known, self.new = (
            nn.Embedding.from_pretrained(part.clone(), freeze=False, sparse=True) for part in parts
        )
        self.dim = table.shape[1]
        exact = dict(bert.named_parameters())
        self._body = load_bert(teacher, dtype).to(device).train()
        self._body.embeddings.word_embeddings = nn.Embedding(1, table.shape[1], dtype=dtype)
        live = {name: p for name, p in self._body.named_parameters() if "word_embeddings" not in name}
        self.names = list(live)
        self._taught = {name: exact[name].detach().clone() for name in self.names}
        self._taught_rows = parts[0].clone()
        self._live = list(live.values())
        self.masters = [nn.Parameter(exact[name].detach().clone().to(device)) for name in self.names]
        self._dtype = dtype
        self.device = device

    def embed(self, pieces: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the vectors of equally long texts.

        :param pieces: shape ``(n, length)``, int64.
        :param mask: 1 where a piece counts, 0 where it fills up; shape ``(n, length)``.
        :return: shape ``(n, dim)``, float32, rows of unit length.
        """
        rows = self._rows(pieces).to(self._dtype)
        hidden = self._body(inputs_embeds=rows, attention_mask=mask).last_hidden_state.float()
        weights = torch.ones(pieces.shape, device=hidden.device) if mask is None else mask.float()
        pooled = (hidden * weights[..., None]).sum(1) / weights.sum(1, keepdim=True)
        return functional.normalize(pooled, dim=-1)

    def _rows(self, pieces: Tensor) -> Tensor:
        border = self.known.num_embeddings
        new = pieces >= border
        known = self.known(pieces.masked_fill(new, 0))
        return torch.where(new[..., None], self.new((pieces - border).clamp(min=0)), known)

    def take_gradients(self) -> None:
        """Move the gradients of the computing copy to the master weights."""
        for live, master in zip(self._live, self.masters, strict=True):
            master.grad = None if live.grad is None else live.grad.float()
            live.grad = None

    def give_weights(self) -> None:
        """Copy the master weights to the computing copy."""
        with torch.no_grad():
            for live, master in zip(self._live, self.masters, strict=True):
                live.copy_(master)

    def encode(self, texts: Sequence[str], tokenizer: Tokenizer, *, longest: int) -> Vectors:
        """Embed texts in groups of equal length; shape ``(n, dim)``, float32."""
        ids = pieces_of(tokenizer, texts, longest=longest)
        vectors = np.empty((len(ids), self.dim), dtype=np.float32)
        with torch.inference_mode():
            for rows in length_groups([len(one) for one in ids], tokens=_TOKENS):
                batch = np.stack([ids[row] for row in rows]).astype(np.int64)
                vectors[rows] = self.embed(torch.from_numpy(batch).to(self.device)).cpu().numpy()
        return vectors

    def mix_in_teacher(self, share: float) -> None:
        """Draw the layers and the known rows back towards the teacher's own weights.

        M. Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, arXiv 2109.01903.

        :param share: 0 leaves the student as it is, 1 gives the teacher's weights.
        """
        with torch.no_grad():
            self.known.weight.lerp_(self._taught_rows, share)
        self._mix_layers(self._taught, share)

    def mix_in(self, state: dict[str, object], share: float) -> None:
        """Draw all weights towards those of a checkpoint, see :meth:`mix_in_teacher`.

        :param state: from :meth:`state`.
        :param share: 0 leaves the student as it is, 1 gives the checkpoint's weights.
        """
        table, layers = state["table"], state["layers"]
        assert isinstance(table, Tensor) and isinstance(layers, dict)  # noqa: S101
        border = self.known.num_embeddings
        with torch.no_grad():
            self.known.weight.lerp_(table[:border].to(self.device), share)
            self.new.weight.lerp_(table[border:].to(self.device), share)
        self._mix_layers(layers, share)

    def _mix_layers(self, layers: dict[str, Tensor], share: float) -> None:
        with torch.no_grad():
            for name, master in zip(self.names, self.masters, strict=True):
                master.lerp_(layers[name].to(self.device), share)
        self.give_weights()

    def state(self) -> dict[str, object]:
        """Return all weights, for a checkpoint."""
        layers = {name: master.detach().cpu() for name, master in zip(self.names, self.masters, strict=True)}
        table = torch.cat([self.known.weight, self.new.weight]).detach().cpu()
        return {"table": table, "layers": layers}

    def load_state(self, state: dict[str, object]) -> None:
        """Take over the weights of a checkpoint."""
        table, layers = state["table"], state["layers"]
        assert isinstance(table, Tensor) and isinstance(layers, dict)  # noqa: S101
        with torch.no_grad():
            self.known.weight.copy_(table[: self.known.num_embeddings])
            self.new.weight.copy_(table[self.known.num_embeddings :])
            for name, master in zip(self.names, self.masters, strict=True):
                master.copy_(layers[name])
        self.give_weights()


def first_table(
    teacher: npt.NDArray[np.float32],
    pieces: int,
    translations: Translations | None,
    *,
    least: float,
    seed: int,
) -> Tensor:
    """Return the table a student starts with.

    :param teacher: the teacher's table, shape ``(known, dim)``; its rows come first.
    :param pieces: rows of the new table.
    :param translations: give a new row the weighted mean of its translations' rows; ``None``, or a piece
        without translations: the mean row, slightly scattered.
    :param least: translations of a smaller probability are ignored.
    :param seed: of the scatter.
    :return: shape ``(pieces, dim)``, float32.
    """
    known = len(teacher)
    scatter = np.random.default_rng(seed).normal(0, 0.02, (pieces, teacher.shape[1]))
    table = (teacher.mean(0) + scatter).astype(np.float32)
    if translations is not None:
        means = translations.means(teacher, pieces, least=least)
        found = ~np.isnan(means[:, 0])
        table[found] = means[found]
    table[:known] = teacher
    return torch.from_numpy(table)
