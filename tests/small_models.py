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
    positions: int | None = None,
) -> Path:
    """Write a model of our own format: the mean of a word table's rows, not scaled to unit length.

    With ``positions``, the graph fails for longer texts, as models with learned positions do.
    """
    folder.mkdir()
    if table is None:
        table = np.random.default_rng(7).normal(size=(len(WORDS), DIM)).astype(np.float32)
    (folder / "model.onnx").write_bytes(mean_of_rows(table, positions))
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


def mean_of_rows(table: npt.NDArray[np.float32], positions: int | None = None) -> bytes:
    """An ONNX graph, input_ids (texts, tokens) to (texts, dim), as a serialised ModelProto."""
    rows, dim = table.shape
    axes = _text(1, "axes") + _ints(8, 1) + _number(20, 7)
    keep = _text(1, "keepdims") + _number(3, 0) + _number(20, 2)
    found = "rows" if positions is None else "placed"
    graph = (
        _node("Gather", ["table", "input_ids"], "rows")
        + (b"" if positions is None else _add_positions(positions, dim))
        + _node("ReduceMean", [found], "embedding", axes, keep)
        + _text(2, "small")
        + _constant("table", 1, table.tobytes(), rows, dim)
        + _message(11, _value("input_ids", 7, _text(2, "texts"), _text(2, "tokens")))
        + _message(12, _value("embedding", 1, _text(2, "texts"), _number(1, dim)))
    )
    return _number(1, 8) + _message(7, graph) + _message(8, _text(1, "") + _number(2, 17))


def _add_positions(positions: int, dim: int) -> bytes:
    """From rows to placed: each token's row plus that of its position, of which there are so many."""
    table = np.random.default_rng(8).normal(size=(positions, dim)).astype(np.float32)
    return (
        b"".join(_constant(str(number), 7, np.int64(number).tobytes()) for number in (0, 1))
        + _constant("places", 1, table.tobytes(), positions, dim)
        + _node("Shape", ["input_ids"], "shape")
        + _node("Gather", ["shape", "1"], "tokens")
        + _node("Range", ["0", "tokens", "1"], "order")
        + _node("Gather", ["places", "order"], "place")
        + _node("Add", ["rows", "place"], "placed")
    )


def _node(operator: str, inputs: Sequence[str], output: str, *attributes: bytes) -> bytes:
    names = b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, operator)
    return _message(1, names + b"".join(_message(5, attribute) for attribute in attributes))


def _constant(name: str, element: int, content: bytes, *shape: int) -> bytes:
    return _message(5, _ints(1, *shape) + _number(2, element) + _text(8, name) + _message(9, content))


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
