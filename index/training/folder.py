"""The trained student as a sentence-transformers folder, in float32."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel, PreTrainedTokenizerFast

from index.training.student import Student
from index.training.teacher import load_bert


def write_folder(student: Student, tokenizer: Tokenizer, teacher: Path, folder: Path, *, reads: int) -> None:
    """Write a folder that ``SentenceTransformer(folder)`` opens.

    :param student: the trained one.
    :param tokenizer: its tokenizer.
    :param teacher: folder of the teacher, for the shape of the layers.
    :param folder: is created.
    :param reads: pieces that the model reads of a text.
    """
    with tempfile.TemporaryDirectory() as plain:
        _assemble(student.state(), teacher).save_pretrained(plain)
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            pad_token="[PAD]",  # noqa: S106
            unk_token="[UNK]",  # noqa: S106
            cls_token="[CLS]",  # noqa: S106
            sep_token="[SEP]",  # noqa: S106
            mask_token="[MASK]",  # noqa: S106
            model_max_length=reads,
        ).save_pretrained(plain)
        layers = Transformer(plain, max_seq_length=reads)
        modules = [layers, Pooling(student.dim, pooling_mode="mean"), Normalize()]
        SentenceTransformer(modules=modules, device="cpu").save(str(folder))


def open_bert(folder: Path) -> BertModel:
    """Open the layers of a folder of :func:`write_folder` in float32, ready for inference."""
    return load_bert(folder, torch.float32).eval()


def _assemble(state: dict[str, Any], teacher: Path) -> BertModel:
    model = load_bert(teacher, torch.float32)
    table = state["table"]
    model.embeddings.word_embeddings = nn.Embedding.from_pretrained(table, padding_idx=None)
    model.config.vocab_size = len(table)
    weights = dict(model.named_parameters())
    with torch.no_grad():
        for name, weight in state["layers"].items():
            weights[name].copy_(weight)
    return model
