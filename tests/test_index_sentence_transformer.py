"""Bring your own encoder: a tiny model made here, or a plain word on what is missing."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from index import ModelError, load_encoder

INSTALLED = importlib.util.find_spec("sentence_transformers") is not None


def test_the_bundled_model_is_the_default() -> None:
    assert load_encoder(None).dim == 384


def test_a_model_that_cannot_be_opened_is_said_plainly(tmp_path: Path) -> None:
    expected = "cannot be opened" if INSTALLED else r"pip install 'kundenlotse\[sentence-transformers\]'"

    with pytest.raises(ModelError, match=expected):
        load_encoder(str(tmp_path / "no-model"))


def test_a_model_of_ones_own_embeds(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "wo",
        "ist",
        "meine",
        "rechnung",
        "paket",
        "where",
        "is",
        "my",
    ]
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    folder = tmp_path / "bert"
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(folder)
    transformer = Transformer(str(folder))
    SentenceTransformer(modules=[transformer, Pooling(32)]).save(str(tmp_path / "model"))

    own = load_encoder(str(tmp_path / "model"))
    vectors = own.encode(["wo ist meine rechnung", "where is my paket"])

    assert vectors.shape == (2, own.dim) == (2, 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert own.fingerprint == load_encoder(str(tmp_path / "model")).fingerprint
    assert own.fingerprint != load_encoder(None).fingerprint
