"""The bundled encoder: unit rows, one vector a text, verified files, no drift from its training."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import DIM, READS, WORDS, word_tokenizer, write_config, write_model

from corpus.settings import Settings
from index import ModelError, OnnxEncoder, load_encoder
from index.encoder import BUNDLED_MODEL, unit_rows

TEXTS = [
    "Wo finde ich meine Rechnung?",
    "Rechnungsdownload",
    "how do I cancel my contract",
    "My router has been blinking red since this morning and I cannot work from home.",
    "",
    "☎️",
]

STRANGE = {
    "empty": "",
    "whitespace": " \t\n\u3000\u00a0",
    "emoji": "😀🙈👩‍👩‍👧🇩🇪",
    "arabic": "أين فاتورتي؟",
    "chinese": "我的发票在哪里？",
    "thai": "ใบแจ้งหนี้ของฉันอยู่ที่ไหน",
    "devanagari": "मेरा बिल कहाँ है",
    "control": "\x00\x01\x1b[31m\x7f\u200b\u202e\ufeff",
    "not a character": "\uffff\U0010ffff\ufffd",
    "unpaired surrogate": "Rechnung \ud83d weg \udc00",
    "combining": "e" + "\u0301" * 500,
}
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def test_rows_have_unit_length_and_the_order_of_the_texts(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode(TEXTS)

    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert np.array_equal(encoder.encode(TEXTS[::-1])[::-1], vectors)


def test_the_role_makes_no_difference_to_a_model_without_prompts(encoder: OnnxEncoder) -> None:
    assert encoder.symmetric
    assert not encoder.prompts
    assert np.array_equal(encoder.encode(TEXTS, role="query"), encoder.encode(TEXTS, role="passage"))


@settings(max_examples=25, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=6))
def test_any_text_has_one_finite_unit_vector_alone_or_in_a_batch(
    encoder: OnnxEncoder, texts: list[str]
) -> None:
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])

    assert np.isfinite(together).all()
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert (together * alone).sum(axis=1).min() >= 0.9999


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_strange_texts_have_finite_unit_vectors(encoder: OnnxEncoder, text: str) -> None:
    (vector,) = encoder.encode([text])

    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_no_texts_have_no_rows(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_two_surrogates_are_one_character_and_one_alone_is_a_replacement(encoder: OnnxEncoder) -> None:
    pair, character, alone, replacement = encoder.encode(
        ["\u53d1 \ud842\udfb7", "\u53d1 \U00020bb7", "a\ud800b", "a\ufffdb"]
    )

    assert np.array_equal(pair, character)
    assert np.array_equal(alone, replacement)


@pytest.mark.parametrize("unit", ["Rechnung ", "a", " ", "😀", "你好", "नमस्ते ", "\x00", "!", "ä̈"])
def test_a_very_long_text_is_quick(encoder: OnnxEncoder, unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    before = time.perf_counter()
    vectors = encoder.encode([text])

    # Tens of milliseconds on an idle core; the bound only has to tell them from a hang.
    assert time.perf_counter() - before < 3
    assert np.linalg.norm(vectors[0]) == pytest.approx(1.0, abs=1e-5)


def test_long_text_is_cut_where_the_model_stops_reading(encoder: OnnxEncoder) -> None:
    long, first = encoder.encode(["Router " * 15_000, "Router " * 254])

    assert np.array_equal(long, first)


def test_a_long_text_of_few_tokens_is_read_to_its_end(encoder: OnnxEncoder) -> None:
    spaced, plain, glued, unknown, other = encoder.encode(
        [
            " " * 100_000 + "Rechnung",
            "Rechnung",
            "x" * 100_000 + " Rechnung",
            "x" * 101 + " Rechnung",
            "x" * 101,
        ]
    )

    assert np.array_equal(spaced, plain)
    assert np.array_equal(glued, unknown)
    assert glued @ other < 0.99


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


def test_a_folder_of_the_same_format_is_an_encoder(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "own")
    own = load_encoder(str(folder))
    invoice, twice, parcel = own.encode(["meine Rechnung", "meine Rechnung", "das Paket"])

    assert isinstance(own, OnnxEncoder)
    assert (own.name, own.dim) == ("small", DIM)
    assert np.array_equal(invoice, twice)
    assert invoice @ parcel < 0.99
    assert np.linalg.norm(invoice) == pytest.approx(1.0, abs=1e-5)
    assert own.is_common("rechnung")
    assert not own.is_common("rechnungen")


def test_the_configured_limit_is_where_a_text_is_cut(tmp_path: Path) -> None:
    own = OnnxEncoder.load(write_model(tmp_path / "own"))
    cut, first, whole = own.encode(
        ["wo " * (READS - 2) + "paket " * 5, "wo " * (READS - 2), "wo " * (READS - 3) + "paket"]
    )

    assert np.array_equal(cut, first)
    assert not np.array_equal(whole, first)


def test_a_text_without_any_token_has_a_unit_vector(tmp_path: Path) -> None:
    own = OnnxEncoder.load(write_model(tmp_path / "own", tokenizer=word_tokenizer(marks=False)))
    nothing, blank, word = own.encode(["", "  ", "wo"])

    assert np.array_equal(nothing, blank)
    assert nothing.tolist() == [1.0] + [0.0] * (DIM - 1)
    assert not np.array_equal(nothing, word)


def test_the_fingerprint_tells_weights_tokenizers_and_limits_apart(tmp_path: Path) -> None:
    table = np.ones((len(WORDS), DIM), dtype=np.float32)
    folders = [
        write_model(tmp_path / "plain"),
        write_model(tmp_path / "weights", table=table),
        write_model(tmp_path / "tokenizer", tokenizer=word_tokenizer(marks=False)),
        write_model(tmp_path / "limit", reads=READS + 1),
    ]
    moved = shutil.copytree(folders[0], tmp_path / "moved")

    assert len({OnnxEncoder.load(folder).fingerprint for folder in folders}) == len(folders)
    assert OnnxEncoder.load(moved).fingerprint == OnnxEncoder.load(folders[0]).fingerprint


def cut_in_half(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_truncated_file_is_named_with_both_hashes(tmp_path: Path, name: str) -> None:
    folder = write_model(tmp_path / "own")
    expected = json.loads((folder / "config.json").read_text())["sha256"][name]
    cut_in_half(folder / name)
    found = subprocess.run(
        ["sha256sum", folder / name], capture_output=True, text=True, check=True
    ).stdout.split()

    with pytest.raises(ModelError) as caught:
        OnnxEncoder.load(folder)

    assert str(caught.value) == (
        f"{folder / name} was altered or is incomplete: its SHA-256 is {found[0]}, "
        f"expected is {expected}; export the model again"
    )


def test_one_altered_character_of_the_tokenizer_is_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "own")
    path = folder / "tokenizer.json"
    path.write_text(path.read_text().replace("rechnung", "rechnunk"))

    with pytest.raises(ModelError, match=r"tokenizer\.json was altered"):
        OnnxEncoder.load(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = write_model(tmp_path / "own")
    (folder / name).unlink()

    with pytest.raises(
        ModelError, match=rf"own/{name} cannot be read \(No such file.*export the model again"
    ):
        OnnxEncoder.load(folder)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('{"name": "small", "max_to', r"is no valid JSON \(.*line 1 column"),
        ("", "is no valid JSON"),
        ('"\xff"', "is no valid JSON"),
        ("[]", "is not a model's: Input should be"),
        ('{"max_tokens": 16, "sha256": {}}', r"name: Field required; sha256\.model\.onnx: Field required"),
        (
            '{"name": "small", "max_tokens": "16", "sha256": {}}',
            "max_tokens: Input should be a valid integer",
        ),
        ('{"name": 7, "max_tokens": 16, "sha256": {}}', "name: Input should be a valid string"),
        ('{"name": "", "max_tokens": 16, "sha256": {}}', "name: String should have at least 1 character"),
        (
            '{"name": "small", "max_tokens": true, "sha256": {}}',
            "max_tokens: Input should be a valid integer",
        ),
        ('{"name": "small", "max_tokens": -1, "sha256": {}}', "max_tokens: Input should be greater than"),
        ('{"name": "small", "max_tokens": 8193, "sha256": {}}', "max_tokens: .* less than or equal to 8192"),
        ('{"name": "small", "max_tokens": 16}', "is not a model's: sha256: Field required"),
        ('{"name": "small", "max_tokens": 16, "sha256": "abc"}', "sha256: Input should be"),
        (
            '{"name": "small", "max_tokens": 16, "sha256": {"model.onnx": 1, "tokenizer.json": "abc"}}',
            r"model\.onnx: Input should be a valid string; sha256\.tokenizer\.json: String should match",
        ),
    ],
)
def test_a_broken_configuration_is_said_plainly(tmp_path: Path, content: str, fault: str) -> None:
    folder = write_model(tmp_path / "own")
    (folder / "config.json").write_bytes(content.encode("latin-1"))

    with pytest.raises(ModelError, match=rf"config\.json .*{fault}.*; export the model again"):
        OnnxEncoder.load(folder)


@pytest.mark.parametrize(
    ("name", "fault"), [("model.onnx", "is no ONNX graph"), ("tokenizer.json", "is no tokenizer")]
)
def test_a_recorded_file_that_is_something_else_is_refused(tmp_path: Path, name: str, fault: str) -> None:
    folder = write_model(tmp_path / "own")
    (folder / name).write_text('{"some": "thing"}')
    write_config(folder)

    with pytest.raises(ModelError, match=f"{name} {fault}.*export the model again"):
        OnnxEncoder.load(folder)


def test_a_tokenizer_with_more_words_than_the_graph_has_rows_is_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "own", tokenizer=word_tokenizer([*WORDS, "more"]))

    with pytest.raises(ModelError, match=r"model\.onnx does not fit tokenizer\.json or max_tokens"):
        OnnxEncoder.load(folder)


def test_a_limit_beyond_the_positions_of_the_graph_is_said_when_a_text_reaches_it(tmp_path: Path) -> None:
    own = OnnxEncoder.load(write_model(tmp_path / "own", reads=READS + 1, positions=READS))

    one, other = own.encode(["wo ist " * (READS // 2 - 1), "ist wo " * (READS // 2 - 2) + "wo wo"])
    assert not np.array_equal(one, other)
    with pytest.raises(
        ModelError, match=r"own/model\.onnx does not fit tokenizer\.json or max_tokens \(.+\)"
    ):
        own.encode(["wo " * READS])


def test_several_threads_get_the_vectors_of_one(encoder: OnnxEncoder) -> None:
    alone = [encoder.encode([text]) for text in TEXTS]

    with ThreadPoolExecutor(4) as threads:
        several = list(threads.map(lambda text: encoder.encode([text]), TEXTS * 20))

    assert all(np.array_equal(found, alone[at % len(TEXTS)]) for at, found in enumerate(several))


def test_rows_are_scaled_to_unit_length_and_zeros_to_the_first_axis() -> None:
    rows = np.array([[3.0, 4.0], [0.0, 0.0], [0.0, -1e-10]], dtype=np.float32)

    scaled = unit_rows(rows, "small")

    assert scaled.dtype == np.float32
    assert np.allclose(scaled, [[0.6, 0.8], [1.0, 0.0], [0.0, -1.0]])
    assert rows[1].tolist() == [0.0, 0.0]


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    everywhere = np.full((len(WORDS), DIM), np.nan, dtype=np.float32)
    one_word = np.ones((len(WORDS), DIM), dtype=np.float32)
    one_word[WORDS.index("rechnung")] = np.inf

    with pytest.raises(ModelError, match="gives no vectors"):
        OnnxEncoder.load(write_model(tmp_path / "everywhere", table=everywhere))
    own = OnnxEncoder.load(write_model(tmp_path / "one", table=one_word))
    with pytest.raises(ModelError, match="not finite; its weights are damaged"):
        own.encode(["meine rechnung"])


def test_a_damaged_installation_says_to_install_again(tmp_path: Path) -> None:
    for package in ("corpus", "index"):
        shutil.copytree(
            BUNDLED_MODEL.parent.parent / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("__pycache__", "training", "articles"),
        )
    cut_in_half(tmp_path / "index" / "model" / "model.onnx")

    done = subprocess.run(
        [sys.executable, "-c", "from index import load_encoder; load_encoder(None)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert f"{tmp_path}/index/model/model.onnx was altered or is incomplete" in done.stderr
    assert done.stderr.rstrip().endswith("; install kundenlotse again")


def test_prompts_for_a_model_that_takes_none_are_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "own")

    with pytest.raises(
        ModelError, match="LOTSE_ENCODER_QUERY_PROMPT: the bundled model takes no prompts; leave them out"
    ):
        load_encoder(None, prompts={"query": "query: "})
    with pytest.raises(
        ModelError, match=r"QUERY_PROMPT and LOTSE_ENCODER_PASSAGE_PROMPT: .*/own takes no prompts"
    ):
        load_encoder(str(folder), prompts={"query": "query: ", "passage": "passage: "})


def test_the_settings_give_only_prompts_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_ENCODER_QUERY_PROMPT", "query: ")
    monkeypatch.setenv("LOTSE_ENCODER_PASSAGE_PROMPT", "")

    assert Settings(_env_file=None).encoder_prompts == {"query": "query: "}


def test_model_is_small_enough_to_ship() -> None:
    size = sum(path.stat().st_size for path in BUNDLED_MODEL.iterdir())

    assert size <= 45_000_000
