"""Tiny models as files: one of our own format, written byte by byte, and one of sentence-transformers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

WORDS = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "query", "passage", ":", "?"),
    *("wo", "ist", "meine", "rechnung", "das", "paket", "where", "is", "my", "invoice", "parcel"),
    *("umziehen", "vertrag", "kündigen", "router", "störung", "langsam"),
    *("move", "contract", "cancel", "fault", "slow"),
]
DIM = 8
READS = 16


def word_tokenizer(words: Sequence[str] = WORDS, *, marks: bool = True) -> Tokenizer:
    """A tokenizer of whole words; without ``marks`` an empty text has no token at all."""
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    if marks:
        tokenizer.post_processor = TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
    return tokenizer


def write_model(
    folder: Path,
    *,
    table: npt.NDArray[np.float32] | None = None,
    tokenizer: Tokenizer | None = None,
    reads: int = READS,
) -> Path:
    """Write a model of our own format: the mean of a word table's rows, not scaled to unit length."""
    folder.mkdir()
    if table is None:
        table = np.random.default_rng(7).normal(size=(len(WORDS), DIM)).astype(np.float32)
    (folder / "model.onnx").write_bytes(mean_of_rows(table))
    (tokenizer or word_tokenizer()).save(str(folder / "tokenizer.json"))
    write_config(folder, reads=reads)
    return folder


def write_config(folder: Path, *, reads: int = READS) -> None:
    """Record the files of a folder as they are."""
    hashes = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("model.onnx", "tokenizer.json")
    }
    content = {"name": "small", "max_tokens": reads, "sha256": hashes}
    (folder / "config.json").write_text(json.dumps(content))


def mean_of_rows(table: npt.NDArray[np.float32]) -> bytes:
    """An ONNX graph, input_ids (texts, tokens) to (texts, dim), as a serialised ModelProto."""
    rows, dim = table.shape
    weights = _ints(1, rows, dim) + _number(2, 1) + _text(8, "table") + _message(9, table.tobytes())
    axes = _text(1, "axes") + _ints(8, 1) + _number(20, 7)
    keep = _text(1, "keepdims") + _number(3, 0) + _number(20, 2)
    gather = _text(1, "table") + _text(1, "input_ids") + _text(2, "rows") + _text(4, "Gather")
    mean = (
        _text(1, "rows")
        + _text(2, "embedding")
        + _text(4, "ReduceMean")
        + _message(5, axes)
        + _message(5, keep)
    )
    graph = (
        _message(1, gather)
        + _message(1, mean)
        + _text(2, "small")
        + _message(5, weights)
        + _message(11, _value("input_ids", 7, _text(2, "texts"), _text(2, "tokens")))
        + _message(12, _value("embedding", 1, _text(2, "texts"), _number(1, dim)))
    )
    return _number(1, 8) + _message(7, graph) + _message(8, _text(1, "") + _number(2, 17))


def _value(name: str, element: int, *dimensions: bytes) -> bytes:
    shape = b"".join(_message(1, dimension) for dimension in dimensions)
    return _text(1, name) + _message(2, _message(1, _number(1, element) + _message(2, shape)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _ints(field: int, *values: int) -> bytes:
    return b"".join(_number(field, value) for value in values)


def _text(field: int, value: str) -> bytes:
    return _message(field, value.encode())


def _message(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def write_sentence_transformer(
    folder: Path,
    *,
    pooling: str = "mean",
    prompts: dict[str, str] | None = None,
    default_prompt: str | None = None,
    dense: int | None = None,
    seed: int = 7,
    marks: bool = True,
) -> Path:
    """Write a BERT of one layer with random weights, 32 wide, as sentence-transformers saves it."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    plain = folder.with_name(folder.name + "-plain")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        initializer_range=0.5,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(plain)
    PreTrainedTokenizerFast(
        tokenizer_object=word_tokenizer(marks=marks),
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(plain)
    parts = [modules.Transformer(str(plain)), modules.Pooling(32, pooling_mode=pooling)]
    if dense is not None:
        parts.append(modules.Dense(32, dense))
    model = SentenceTransformer(
        modules=parts,
        device="cpu",
        prompts=prompts,
        default_prompt_name=default_prompt,
        local_files_only=True,
    )
    model.save(str(folder), create_model_card=False)
    return folder
