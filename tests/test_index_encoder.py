"""The bundled encoder: unit rows, one vector a text, verified files, no drift from its training."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import ModelError, OnnxEncoder
from index.encoder import BUNDLED_MODEL

TEXTS = [
    "Wo finde ich meine Rechnung?",
    "Rechnungsdownload",
    "how do I cancel my contract",
    "My router has been blinking red since this morning and I cannot work from home.",
    "",
    "☎️",
]


def test_rows_have_unit_length_and_the_order_of_the_texts(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(TEXTS)

    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(encoder.encode(TEXTS[::-1])[::-1], vectors)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_a_text_has_one_vector_alone_or_in_a_batch(encoder: OnnxEncoder, texts: list[str]) -> None:
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])

    assert (together * alone).sum(axis=1).min() >= 0.9999


def test_very_long_text_is_cut_not_refused(encoder: OnnxEncoder) -> None:
    assert encoder.encode(["Router " * 5000]).shape == (1, encoder.dim)


def test_umlauts_and_their_spellings_have_the_same_vector(encoder: OnnxEncoder) -> None:
    umlaut, spelled = encoder.encode(
        ["Rückgabe für Geräte, großer Fußweg", "Rueckgabe fuer Geraete, grosser Fussweg"]
    )

    assert umlaut @ spelled > 0.9999


def test_translations_are_closer_than_other_matters(encoder: OnnxEncoder) -> None:
    german, english, other = encoder.encode(
        ["Ich möchte meinen Vertrag kündigen", "I want to cancel my contract", "Der Router leuchtet rot"]
    )

    assert german @ english > 0.7
    assert german @ english > german @ other + 0.3


def test_vectors_are_those_of_the_trained_model(encoder: OnnxEncoder) -> None:
    reference = json.loads((BUNDLED_MODEL / "parity.json").read_text(encoding="utf-8"))
    trained = np.array(reference["vectors"], dtype=np.float32)

    cosine = (encoder.encode(reference["texts"]) * trained).sum(axis=1)

    assert cosine.min() >= 0.995


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(BUNDLED_MODEL, tmp_path / "model")
    with (folder / "tokenizer.json").open("a") as file:
        file.write(" ")

    with pytest.raises(ModelError, match=r"tokenizer\.json was altered.*install again"):
        OnnxEncoder.load(folder)


def test_missing_model_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="incomplete"):
        OnnxEncoder.load(tmp_path)


def test_model_is_small_enough_to_ship() -> None:
    size = sum(path.stat().st_size for path in BUNDLED_MODEL.iterdir())

    assert size <= 45_000_000
