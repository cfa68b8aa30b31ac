"""The English teacher, and the vectors that the student learns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from tqdm import tqdm
from transformers import BertModel

from index.errors import ModelError
from index.training.batches import length_groups

Targets = npt.NDArray[np.float16]
"""The teacher's vectors, shape ``(n, dim)``, float16, rows of unit length."""

_TOKENS = 8192


def teacher_folder(name: str) -> Path:
    """Find the teacher's weights.

    :param name: a folder of a sentence-transformers model, or a package that carries one as ``model/``.
    :return: the folder.
    :raises ModelError: when there is none, or when it is no BERT with mean pooling.
    """
    folder = Path(name)
    if not folder.is_dir() and (spec := find_spec(name) if name.isidentifier() else None) and spec.origin:
        folder = Path(spec.origin).parent / "model"
    if not (folder / "tokenizer.json").is_file():
        raise ModelError(f"the teacher {name} is neither a model folder nor an installed package with one")
    pooling = folder / "1_Pooling" / "config.json"
    if pooling.is_file() and not json.loads(pooling.read_text("utf-8")).get("pooling_mode_mean_tokens"):
        raise ModelError(f"{pooling}: the teacher must pool by the mean")
    return folder


def load_bert(folder: Path, dtype: torch.dtype) -> BertModel:
    """Open the teacher's layers, dropout off.

    Attention is written out ("eager"): the fused CPU kernel's backward pass in bfloat16 takes five
    times as long on short texts.
    """
    return BertModel.from_pretrained(
        folder,
        dtype=dtype,
        attn_implementation="eager",
        add_pooling_layer=False,
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
    )


def teach(texts: Sequence[str], folder: Path, *, longest: int, dtype: torch.dtype, device: str) -> Targets:
    """Return the teacher's vectors of English texts.

    :param texts: n texts.
    :param folder: the teacher.
    :param longest: pieces; longer texts are cut.
    :param dtype: arithmetic of the layers.
    :param device: ``cpu`` or ``cuda``.
    :return: shape ``(n, dim)``, float16.
    """
    model = load_bert(folder, dtype).eval().to(device)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    vectors = np.zeros((len(texts), model.config.hidden_size), dtype=np.float16)
    with torch.inference_mode(), tqdm(total=len(texts), desc="teacher", disable=None) as bar:
        for start in range(0, len(texts), 20_000):
            ids = [
                encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts[start : start + 20_000]))
            ]
            for rows in length_groups([len(one) for one in ids], tokens=_TOKENS):
                batch = torch.tensor([ids[row] for row in rows], device=device)
                hidden = model(input_ids=batch).last_hidden_state.float().mean(1)
                vectors[rows + start] = torch.nn.functional.normalize(hidden, dim=-1).half().cpu().numpy()
                bar.update(len(rows))
    return vectors
